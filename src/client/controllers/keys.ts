import { type Command, isSingleKey, KEYBOARD, type Shortcut } from '#core/keyboard.ts'
import { typeAhead } from '../asking/ahead.ts'
import { areSingleKeysOn } from '../page.ts'
import { spellingOf } from '../spelling.ts'
import { commands } from './commands.ts'

const SEQUENCE_MS = 1500

/**
 * Answers to the keyboard map (core/keyboard.ts). Never while somebody types or composes, and not to single keys where
 * they are turned off. What another behaviour has answered to (an open menu, a dialog) is not answered again.
 */
export function startKeys(): void {
  document.addEventListener('keydown', onKey)
}

const isMac = /Mac|iP(hone|ad)/.test(navigator.platform)
const byKey = new Map<string, Shortcut>(
  KEYBOARD.flatMap(({ shortcuts }) => shortcuts.flatMap((one) => one.keys.map((key) => [key, one] as const))),
)
const firsts = new Set([...byKey.keys()].filter((keys) => keys.includes(' ')).map((keys) => keys.split(' ')[0]))

let begun = ''
let begunAt = 0

function onKey(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.isComposing || event.keyCode === 229 || isModifier(event.key)) return
  const key = spellingOf(event, isMac)
  const keys = begun && event.timeStamp - begunAt < SEQUENCE_MS ? `${begun} ${key}` : key
  begun = ''
  const shortcut = byKey.get(keys) ?? byKey.get(key)
  if (typeAhead(event.key)) event.preventDefault()
  else if (firsts.has(key) && keys === key && mayBe({ does: 'help', keys: [], words: '' }, key, event)) {
    begun = key
    begunAt = event.timeStamp
  } else if (shortcut && mayBe(shortcut, keys, event) && isUsed(shortcut.does, event)) event.preventDefault()
}

const isUsed = (command: Command, event: KeyboardEvent): boolean =>
  (!event.repeat || REPEATED.has(command)) && commands[command]() !== false

/** The commands that go on while their key is held. */
const REPEATED = new Set<Command>(['down', 'up', 'lower', 'raise'])

function mayBe({ where }: Shortcut, keys: string, event: KeyboardEvent): boolean {
  if (isSingleKey(keys) && !areSingleKeysOn()) return false
  const target = event.target as Element
  if (where === 'everywhere') return !document.querySelector('dialog[open]')
  if (where === 'text') return isTyping(target)
  if (isTyping(target) || document.querySelector('dialog[open]')) return false
  return where === 'row' ? target.matches('.task') : true
}

/** True where a key is a letter of somebody's words, or chooses among options. */
const isTyping = (target: Element): boolean =>
  target.closest?.(
    'input:not([type="checkbox"], [type="radio"], [type="button"]), textarea, select, [contenteditable]',
  ) !== null

const isModifier = (key: string): boolean => ['Shift', 'Control', 'Alt', 'Meta', 'AltGraph'].includes(key)

import { describe, expect, test } from 'bun:test'
import { type Pressed, spellingOf } from '#client/spelling.ts'
import { isSingleKey, KEYBOARD } from '#core/keyboard.ts'

const all = KEYBOARD.flatMap(({ shortcuts }) => shortcuts)

test('no key is for two things, and no thing stands twice', () => {
  const keys = all.flatMap((one) => one.keys)
  expect(new Set(keys).size).toBe(keys.length)
  expect(new Set(all.map(({ does }) => does)).size).toBe(all.length)
})

test('a key that begins a sequence means nothing by itself', () => {
  const keys = all.flatMap((one) => one.keys)
  const firsts = keys.filter((key) => key.includes(' ')).map((key) => key.split(' ')[0] ?? '')
  expect(keys.filter((key) => firsts.includes(key))).toEqual([])
})

describe('a single key', () => {
  for (const key of ['j', 'Shift+j', '?', '@', '1', 'g i']) {
    test(`is ${key}`, () => expect(isSingleKey(key)).toBe(true))
  }
  for (const key of ['Mod+k', 'Mod+Shift+z', 'Alt+ArrowUp', 'Escape', 'Tab', 'Shift+Tab', 'Enter']) {
    test(`is not ${key}`, () => expect(isSingleKey(key)).toBe(false))
  }
})

describe('a key is spelled', () => {
  const none = { code: '', ctrlKey: false, metaKey: false, altKey: false, shiftKey: false }
  const table: [string, Partial<Pressed>, string, isMac?: boolean][] = [
    ['as its letter', { key: 'j' }, 'j'],
    ['as its letter, when capitals are locked', { key: 'J' }, 'j'],
    ['with Shift', { key: 'J', shiftKey: true }, 'Shift+j'],
    ['as its sign, however that is typed', { key: '?', shiftKey: true }, '?'],
    ['as a digit, also where that takes Shift', { key: '1', shiftKey: true }, '1'],
    ['as a sign that takes AltGr', { key: '@', ctrlKey: true, altKey: true, getModifierState: () => true }, '@'],
    ['as a sign that takes Alt on a Mac', { key: '@', altKey: true }, '@', true],
    ['with Ctrl', { key: 'k', ctrlKey: true }, 'Mod+k'],
    ['with Cmd on a Mac', { key: 'k', metaKey: true }, 'Mod+k', true],
    ['otherwise with Ctrl on a Mac, where that edits text', { key: 'k', ctrlKey: true }, 'Other+k', true],
    ['with all of them', { key: 'Z', ctrlKey: true, shiftKey: true }, 'Mod+Shift+z'],
    ['with Alt', { key: 'ArrowUp', altKey: true }, 'Alt+ArrowUp'],
    ['by its place, where the letters are others', { key: 'о', code: 'KeyJ' }, 'j'],
    ['by its name', { key: 'Tab', shiftKey: true }, 'Shift+Tab'],
  ]
  for (const [name, pressed, spelled, isMac = false] of table) {
    test(name, () => expect(spellingOf({ ...none, ...pressed } as Pressed, isMac)).toBe(spelled))
  }
})

import { nameKey } from '#core/names.ts'
import { rememberFocus } from '../rows.ts'
import { typedAhead } from './ahead.ts'

/** Something to choose. `about` is said quietly beside it; `keys` is how it is reached without this dialog. */
export type Choice = { name: string; about?: string | undefined; keys?: string | undefined; pick: () => void }

/** What is asked. */
export type Question = {
  /** What the field is for, said aloud and shown in it. */
  label: string
  /** What there is to choose when `text` stands in the field. */
  choices: (text: string) => Choice[]
  /** What takes longer to find. */
  later?: (text: string, isOver: AbortSignal) => Promise<Choice[]>
  /** When this has come, the choices are asked for again. */
  ready?: Promise<unknown>
  /** What is said when there is nothing to choose. */
  none: string
}

const SETTLES_MS = 150
const MOST = 50

/**
 * Asks in a dialog with one field: what is typed narrows down what can be chosen, arrows walk, Enter or a click chooses,
 * Escape leaves (the combobox pattern of WAI-ARIA). The focus is back where it was before the choice does its work.
 */
export function choose(question: Question): void {
  close()
  const dialog = dialogFor(question.label)
  const giveBack = rememberFocus()
  // Beside the body: a page that is brought up to date meanwhile would take it away.
  document.documentElement.append(dialog)
  document.addEventListener('turbo:before-cache', () => dialog.close(), { once: true })
  const chooser = {
    question,
    dialog,
    field: partOf(dialog, 'input'),
    list: partOf(dialog, 'ul'),
    said: partOf(dialog, 'p'),
  }
  let pending = new AbortController()
  const look = () => {
    pending.abort()
    pending = new AbortController()
    find(chooser, pending.signal)
  }
  dialog.addEventListener('close', () => {
    pending.abort()
    dialog.remove()
    giveBack()
  })
  // A click beside it, which the dialog's own backdrop takes.
  dialog.addEventListener('click', (event) => event.target === dialog && dialog.close())
  chooser.field.addEventListener('input', look)
  chooser.field.addEventListener('keydown', (event) => onKey(event, chooser.list, chooser.field))
  chooser.field.value = typedAhead()
  dialog.showModal()
  look()
  void question.ready?.then(() => dialog.open && look())
}

/** The choices in whose names all words of `text` stand, those that begin with it first. */
export function matching(choices: Choice[], text: string): Choice[] {
  const wanted = nameKey(text)
  const words = wanted.split(' ')
  const found = choices.filter(({ name }) => words.every((word) => nameKey(name).includes(word)))
  const isFirst = ({ name }: Choice) => nameKey(name).startsWith(wanted)
  return [...found.filter(isFirst), ...found.filter((one) => !isFirst(one))]
}

const close = (): void => document.querySelector<HTMLDialogElement>('dialog.chooser')?.close()

type Chooser = {
  question: Question
  dialog: HTMLDialogElement
  field: HTMLInputElement
  list: HTMLElement
  said: HTMLElement
}

async function find(chooser: Chooser, isOver: AbortSignal): Promise<void> {
  const { question, field } = chooser
  const text = field.value.trim()
  const now = question.choices(text)
  paint(chooser, now)
  if (!question.later || text === '') return
  await new Promise((resolve) => setTimeout(resolve, SETTLES_MS))
  if (isOver.aborted) return
  const more = await question.later(text, isOver).catch(() => [])
  if (!isOver.aborted) paint(chooser, [...now, ...more], chosenIn(chooser.list)?.id)
}

function paint({ question, dialog, field, list, said }: Chooser, choices: Choice[], kept = 'choice_0'): void {
  list.replaceChildren(...choices.slice(0, MOST).map((choice, i) => option(choice, i, dialog)))
  const number = choices.length
  said.textContent = number === 0 ? question.none : ''
  said.hidden = number > 0
  field.setAttribute('aria-expanded', String(number > 0))
  mark(field, list.querySelector<HTMLElement>(`#${kept}`) ?? list.querySelector('li'))
}

function option({ name, about, keys, pick }: Choice, i: number, dialog: HTMLDialogElement): HTMLElement {
  const line = document.createElement('li')
  line.id = `choice_${i}`
  line.setAttribute('role', 'option')
  const words = document.createElement('bdi')
  words.textContent = name
  line.append(words)
  for (const [tag, text] of [
    ['small', about],
    ['kbd', keys],
  ] as const) {
    if (!text) continue
    const part = document.createElement(tag)
    part.textContent = text
    line.append(part)
  }
  line.addEventListener('click', () => {
    dialog.addEventListener('close', pick, { once: true })
    dialog.close()
  })
  return line
}

function onKey(event: KeyboardEvent, list: HTMLElement, field: HTMLElement): void {
  if (event.isComposing) return
  const all = [...list.children] as HTMLElement[]
  const chosen = chosenIn(list)
  const at = chosen ? all.indexOf(chosen) : -1
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
  if (event.key === 'Enter') chosen?.click()
  else if (step && all.length > 0) mark(field, all[(at + step + all.length) % all.length])
  else return
  event.preventDefault()
}

/** The option of a list that Enter would choose. */
export const chosenIn = (list: HTMLElement): HTMLElement | null => list.querySelector('[aria-selected="true"]')

/** What Enter would choose. The focus stays in the field: the option is said by being its active descendant. */
export function mark(field: HTMLElement, chosen: Element | null | undefined): void {
  for (const option of chosen?.parentElement?.children ?? [])
    option.setAttribute('aria-selected', String(option === chosen))
  if (chosen) field.setAttribute('aria-activedescendant', chosen.id)
  else field.removeAttribute('aria-activedescendant')
  chosen?.scrollIntoView({ block: 'nearest' })
}

const partOf = <K extends keyof HTMLElementTagNameMap>(dialog: HTMLElement, name: K): HTMLElementTagNameMap[K] =>
  dialog.querySelector(name) as HTMLElementTagNameMap[K]

function dialogFor(label: string): HTMLDialogElement {
  const dialog = document.createElement('dialog')
  dialog.className = 'chooser'
  dialog.setAttribute('aria-label', label)
  const field = document.createElement('input')
  const list = document.createElement('ul')
  const said = document.createElement('p')
  field.placeholder = label
  list.id = 'choices'
  const attributes = { role: 'combobox', 'aria-label': label, 'aria-controls': list.id, 'aria-autocomplete': 'list' }
  for (const [name, value] of Object.entries(attributes)) field.setAttribute(name, value)
  field.autocomplete = 'off'
  field.spellcheck = false
  list.setAttribute('role', 'listbox')
  list.setAttribute('aria-label', label)
  said.setAttribute('role', 'status')
  dialog.append(field, list, said)
  return dialog
}

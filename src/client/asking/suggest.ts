import { nameKey } from '#core/names.ts'
import { isNameOf } from '#core/quick-add-marks.ts'
import { listCalled, readHere } from '../line.ts'
import { knownLabels, pageAt, sectionHeads, textIn } from '../names.ts'
import { chosenIn, mark, matching } from './choose.ts'

type Sign = '#' | '/' | '@' | '+'
/** A name that is being typed: from `start`, where its sign stands, up to the cursor. */
type Started = { sign: Sign; start: number; end: number; typed: string }

/**
 * Suggests names below a field for a new task while one is typed behind its sign: arrows walk, Enter, Tab or a tap
 * chooses, Escape closes (the combobox pattern of WAI-ARIA). A name that is there whole needs no help.
 */
export async function suggest(field: HTMLInputElement): Promise<void> {
  const text = field.value
  const started = startedIn(field)
  const names = started ? await namesFor(started, text) : []
  if (field.value !== text || document.activeElement !== field) return
  const isWhole = names.some((name) => nameKey(name) === nameKey(started?.typed ?? ''))
  const found = isWhole ? [] : matching(names.filter(canBeSaid).map(asChoice), started?.typed ?? '').slice(0, MOST)
  close()
  if (started && found.length > 0) {
    const all = found.map(({ name }) => name)
    open = { field, list: show(field, started, all) }
  }
}

const MOST = 8

const LABELS = { '#': 'Lists', '/': 'Sections', '@': 'Labels', '+': 'People' }

let open: { field: HTMLInputElement; list: HTMLElement } | undefined

// Before all others that answer to keys in the field.
document.addEventListener('keydown', onKey, true)
document.addEventListener('focusout', ({ target }) => target === open?.field && close())

function startedIn({ value, selectionStart, form }: HTMLInputElement): Started | undefined {
  const end = selectionStart ?? value.length
  const [, before = '', sign, quoted, plain] =
    /^(|.*\s)([#/@+])(?:"([^"]*)|([^\s"]*))$/s.exec(value.slice(0, end)) ?? []
  // A subtask stays with its task.
  if ((sign === '#' || sign === '/') && form?.elements.namedItem('parent')) return undefined
  return sign ? { sign: sign as Sign, start: before.length, end, typed: quoted ?? plain ?? '' } : undefined
}

/** What can be named behind a sign. It is found out when the sign is typed, and not again for each letter behind it. */
function namesFor({ sign, start, typed }: Started, text: string): Promise<string[]> {
  const before = text.slice(0, start)
  if (typed === '' || asked?.sign !== sign || asked.before !== before)
    asked = { sign, before, names: sources[sign](text) }
  return asked.names
}

let asked: { sign: Sign; before: string; names: Promise<string[]> } | undefined

const sources: Record<Sign, (text: string) => Promise<string[]>> = {
  '#': async () => namesIn(document.querySelectorAll('.side a[data-list] .name')),
  '/': sectionsFor,
  '@': knownLabels,
  '+': async () => namesIn(document.querySelectorAll('[name="assignee"] option:not([value=""])')),
}

/** The sections of the list that the line names, else of that on the page. */
async function sectionsFor(text: string): Promise<string[]> {
  const { list } = readHere(text)
  const link = list === undefined ? undefined : listCalled(list)
  const isHere = !link || link.getAttribute('aria-current') === 'page'
  return namesIn(sectionHeads(isHere ? document : await pageAt(link.href)))
}

const namesIn = (elements: Iterable<Element>): string[] =>
  [...elements].map((element) => textIn(element)).filter((name) => name !== '')

const canBeSaid = (name: string): boolean => !name.includes('"')

const asChoice = (name: string) => ({ name, pick() {} })

function show(field: HTMLInputElement, started: Started, names: string[]): HTMLElement {
  const list = document.createElement('ul')
  list.id = 'suggestions'
  list.className = 'suggestions'
  list.dataset.turboTemporary = ''
  list.setAttribute('role', 'listbox')
  list.setAttribute('aria-label', LABELS[started.sign])
  list.append(...names.map((name, i) => option(field, started, name, i)))
  field.form?.append(list)
  const attributes = {
    role: 'combobox',
    'aria-controls': list.id,
    'aria-autocomplete': 'list',
    'aria-expanded': 'true',
  }
  for (const [name, value] of Object.entries(attributes)) field.setAttribute(name, value)
  mark(field, list.firstElementChild)
  return list
}

function option(field: HTMLInputElement, started: Started, name: string, i: number): HTMLElement {
  const line = document.createElement('li')
  line.id = `suggestion_${i}`
  line.setAttribute('role', 'option')
  line.dir = 'auto'
  line.textContent = name
  // The cursor stays in the field.
  line.addEventListener('pointerdown', (event) => event.preventDefault())
  line.addEventListener('mousedown', (event) => event.preventDefault())
  line.addEventListener('click', () => insert(field, started, name))
  return line
}

function insert(field: HTMLInputElement, { sign, start, end }: Started, name: string): void {
  close()
  field.setRangeText(`${sign}${isNameOf(sign, name) ? name : `"${name}"`} `, start, end, 'end')
  field.focus()
  field.dispatchEvent(new InputEvent('input', { bubbles: true }))
}

function close(): void {
  if (!open) return
  const { field, list } = open
  open = undefined
  list.remove()
  for (const name of ['role', 'aria-controls', 'aria-autocomplete', 'aria-expanded', 'aria-activedescendant'])
    field.removeAttribute(name)
}

function onKey(event: KeyboardEvent): void {
  if (!open || event.target !== open.field || event.isComposing || event.shiftKey) return
  const { field, list } = open
  const chosen = chosenIn(list)
  const step = { ArrowDown: 'nextElementSibling', ArrowUp: 'previousElementSibling' }[event.key] as
    | 'nextElementSibling'
    | 'previousElementSibling'
    | undefined
  if (step)
    mark(field, chosen?.[step] ?? list[step === 'nextElementSibling' ? 'firstElementChild' : 'lastElementChild'])
  else if (event.key === 'Enter' || event.key === 'Tab') chosen?.click()
  else if (event.key === 'Escape') close()
  else return
  event.preventDefault()
  event.stopImmediatePropagation()
}

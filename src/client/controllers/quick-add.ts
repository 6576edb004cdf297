import type { Span } from '#core/quick-add.ts'
import { sayDue, sayTime } from '../effects/chips.ts'
import { contextHere, type Here } from '../habits.ts'
import { asText, type Line, type Place, readHere } from '../line.ts'
import { learnLabels } from '../names.ts'

export { dress } from '../effects/dressing.ts'

/** What was read at a place of a line, with all that the line says then. */
type Read = { span: Span; line: Line; isRefused: boolean }

/** A field for a new task, as it was read last: its text, what was read in it, and the places that the person put back. */
type State = { text: string; read: Read[]; rejected: Place[] }

const FIELD = '.add [name="task"]'

/**
 * Shows below a field for a new task what is read in it. Each reading is a button that puts its words back into the
 * title, and takes them out again; Backspace right behind them puts them back, too.
 */
export function startQuickAdd(): void {
  document.addEventListener('input', ({ target }) => {
    if (!isField(target)) return
    update(target)
    suggestIn(target)
  })
  document.addEventListener('keydown', putBackByKey)
  document.addEventListener('click', turnByClick)
  // The outbox takes what is typed, and empties the field.
  document.addEventListener('submit', ({ target }) => setTimeout(updateIn, 0, target))
  document.addEventListener('turbo:render', () => updateIn(document))
  updateIn(document)
  // What was typed until this was loaded.
  if (isField(document.activeElement)) suggestIn(document.activeElement)
}

const states = new WeakMap<HTMLInputElement, State>()

function updateIn(place: ParentNode): void {
  for (const input of place.querySelectorAll(FIELD)) if (isField(input)) update(input)
}

function update(input: HTMLInputElement): void {
  const { text, rejected } = states.get(input) ?? { text: '', rejected: [] }
  show(input, moved(rejected, text, input.value))
  // Another line may name a label that was made since.
  if (input.value.includes('@') && !text.includes('@')) void learnLabels().then(() => update(input))
}

function show(input: HTMLInputElement, rejected: Place[]): void {
  const text = input.value
  const isPart = input.form?.elements.namedItem('parent') != null
  const whole = readHere(text, [], isPart)
  // Words that were put back stay, also when more of them would be read together by now.
  const left = spansOf(whole).filter((span) => rejected.some((place) => isWithin(place, span)))
  const line = readHere(text, left.map(asText), isPart)
  const read = [
    ...spansOf(line).map((span) => ({ span, line, isRefused: false })),
    ...left.map((span) => ({ span, line: whole, isRefused: true })),
  ].filter(({ span }) => span.kind !== 'literal')
  states.set(input, { text, read: read.sort((a, b) => a.span.start - b.span.start), rejected })
  literalOf(input).value = left.map(asText).join(',')
  draw(input, read)
}

const isWithin = (place: Place, span: Place): boolean => place.start < span.end && span.start < place.end

/** Names are suggested behind their signs; so is none any more once the sign is gone. */
function suggestIn(input: HTMLInputElement): void {
  if (!/[#/@+]/.test(input.value) && !input.ariaExpanded) return
  void import('../asking/suggest.ts').then(({ suggest }) => suggest(input))
}

const spansOf = ({ spans, unknown }: Line): Span[] => [...spans, ...unknown].sort((a, b) => a.start - b.start)

/** The places where they are after the text was changed; one that was changed itself is gone. */
function moved(places: Place[], before: string, after: string): Place[] {
  if (before === after) return places
  const most = Math.min(before.length, after.length)
  let same = 0
  while (same < most && before[same] === after[same]) same++
  let tail = 0
  while (tail < most - same && before.at(-1 - tail) === after.at(-1 - tail)) tail++
  const shift = after.length - before.length
  return places.flatMap(({ start, end }) => {
    if (end <= same) return [{ start, end }]
    return start >= before.length - tail ? [{ start: start + shift, end: end + shift }] : []
  })
}

function putBack(input: HTMLInputElement, span: Span): void {
  show(input, [...(states.get(input)?.rejected ?? []), { start: span.start, end: span.end }])
}

function takeOut(input: HTMLInputElement, span: Span): void {
  show(input, states.get(input)?.rejected.filter((place) => !isWithin(place, span)) ?? [])
}

function putBackByKey(event: KeyboardEvent): void {
  const { target, key } = event
  if (key !== 'Backspace' || event.isComposing || !isField(target)) return
  const at = target.selectionStart
  const behind = ({ span, isRefused }: Read) => span.end === at && !isRefused
  const read = target.selectionEnd === at ? states.get(target)?.read.find(behind) : undefined
  if (!read) return
  event.preventDefault()
  putBack(target, read.span)
}

function turnByClick({ target }: MouseEvent): void {
  const chip = (target as Element).closest?.<HTMLElement>('.chips button')
  const input = chip?.closest('form')?.querySelector(FIELD)
  if (!chip || !isField(input)) return
  const read = states.get(input)?.read.find(({ span }) => asText(span) === chip.dataset.span)
  if (read?.isRefused) takeOut(input, read.span)
  else if (read) putBack(input, read.span)
  input.focus()
}

function draw(input: HTMLInputElement, read: Read[]): void {
  const chips = chipsOf(input)
  const here = contextHere()
  const buttons = read.map((one) => chip(one, input.value, here))
  const words = buttons.map((button) => `${button.dataset.span} ${button.textContent}`).join('\n')
  // Whoever listens hears what is new, not every letter.
  if (chips.dataset.words === words) return
  chips.dataset.words = words
  chips.hidden = read.length === 0
  chips.replaceChildren(...(read.length === 0 ? [] : ['Read as ', ...buttons]))
}

function chip({ span, line, isRefused }: Read, text: string, here: Here): HTMLButtonElement {
  const button = document.createElement('button')
  button.type = 'button'
  button.dataset.span = asText(span)
  // The comma or dash that divides it from the title goes along, but says nothing.
  const words = text.slice(span.start, span.end).replace(/^[\s,;:–—|·-]+|[\s,;:]+$/g, '')
  const quoted = `“${words.length > 60 ? `${words.slice(0, 60)}…` : words}”`
  button.title = isRefused ? `Take ${quoted} out of the title` : `Keep ${quoted} in the title`
  const more = document.createElement('span')
  more.className = 'unseen'
  more.textContent = `. ${button.title}`
  const isNew = line.unknown.includes(span)
  button.classList.toggle('new', isNew)
  button.classList.toggle('refused', isRefused)
  button.append(isNew ? `New ${span.kind} ${span.value}` : wordsOf(span, words, line, here), more)
  return button
}

function wordsOf(span: Span, words: string, { dueDay, dueTime }: Line, here: Here): string {
  const day = (day: string | undefined) => (day && sayDue(day, here)?.words) ?? ''
  const time = (time: string | undefined) => time && sayTime(time, here)
  if (span.kind === 'due') return [day(dueDay), time(span.value.time ?? dueTime)].filter(Boolean).join(' ')
  if (span.kind === 'list') return `#${span.value}`
  if (span.kind === 'section') return `/${span.value}`
  if (span.kind === 'label') return `@${span.value}`
  if (span.kind === 'assignee') return `+${span.value}`
  if (span.kind === 'priority') return span.value === 4 ? 'No priority' : `Priority ${span.value}`
  if (span.kind === 'start') return `Starts ${day(span.value)}`
  if (span.kind === 'deadline') return `Deadline ${day(span.value)}`
  if (span.kind === 'duration') return `${span.value} min`
  return span.kind === 'notes' ? 'Notes' : words
}

function chipsOf(input: HTMLInputElement): HTMLElement {
  const known = input.form?.querySelector<HTMLElement>('.chips')
  if (known) return known
  const chips = document.createElement('div')
  chips.className = 'chips'
  chips.hidden = true
  chips.ariaLive = 'polite'
  // What Turbo remembers of the page has an empty field.
  chips.dataset.turboTemporary = ''
  input.form?.append(chips)
  return chips
}

function literalOf(input: HTMLInputElement): HTMLInputElement {
  const known = input.form?.elements.namedItem('literal')
  if (known instanceof HTMLInputElement) return known
  const field = document.createElement('input')
  field.type = 'hidden'
  field.name = 'literal'
  input.form?.append(field)
  return field
}

const isField = (target: unknown): target is HTMLInputElement =>
  target instanceof HTMLInputElement && target.matches(FIELD)

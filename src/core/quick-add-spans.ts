import type { WordContext } from './date-words.ts'
import type { Span } from './quick-add.ts'
import { type Found, isSpecial, markAt, place, quotationAt } from './quick-add-marks.ts'
import { type Line, phraseAt } from './quick-add-phrases.ts'
import { isMeantAtEnd, isMeantAtStart, isMeantInside } from './quick-add-sense.ts'
import { isKind, wordsOf } from './vocabulary/words.ts'

/** What is to be read in `text`, in order, without overlaps, and never all of it. */
export function spansIn(text: string, context: WordContext): Span[] {
  const words = wordsOf(text.slice(0, LONGEST))
  const line: Line = { text, words, context, taken: words.map(() => ''), found: [], has: new Set() }
  protect(line)
  const notes = notesIn(line)
  if (text.length > LONGEST && !notes) return []
  readMarks(line)
  readEnds(line)
  readStart(line)
  readInside(line)
  if (!hasTitle(line)) giveBack(line)
  if (!hasTitle(line)) return []
  takeSeparators(line)
  return [...line.found, ...(notes ? [notes] : [])]
    .sort((a, b) => a.start - b.start)
    .map(({ start, end, kind, value }) => ({ start, end, kind, value }) as Span)
}

// Titles have at most 500 characters; what is longer by far is no line that somebody typed.
const LONGEST = 2000

// A phrase of more words than this is none.
const MOST_WORDS = 28

/** Quotations stay as they are, and so does a word after a backslash. */
function protect({ text, words, taken, found }: Line): void {
  let mayQuote = true
  for (let at = 0; at < words.length; at++) {
    const word = words[at]!
    const quoted = mayQuote ? quotationAt(words, at) : 0
    // No closing quote from here on is none further on.
    if (quoted === 0 && /^["“]./.test(word.raw) && word.opens) mayQuote = false
    for (let i = 0; i < quoted; i++) taken[at + i] = 'kept'
    if (quoted > 0) at += quoted - 1
    else if (word.opens && word.raw[0] === '\\') at = keepWhole({ text, words, taken, found }, at)
  }
}

/** Keeps the word at `at`, with what hangs on it by commas; returns the last of it. */
function keepWhole(
  { text, words, taken, found }: Pick<Line, 'text' | 'words' | 'taken' | 'found'>,
  at: number,
): number {
  let last = at
  while (last + 1 < words.length && !words[last + 1]!.opens) last++
  const { start } = words[at]!
  if (!isSpecial(text.slice(start + 1, words[last]!.end))) return at
  taken.fill('escaped', at, last + 1)
  found.push({ start, end: start + 1, from: at, next: at, kind: 'literal', value: '\\' })
  return last
}

/** What stands behind ` // `; the words before it are the line. */
function notesIn(line: Line): Span | undefined {
  const at = line.words.findIndex(({ raw, closes }, i) => i > 0 && raw === '//' && closes && line.taken[i] === '')
  if (at < 0) return undefined
  const { start, end } = line.words[at]!
  const value = line.text.slice(end).trim()
  if (value === '' || !line.words[at]!.opens) return undefined
  line.words.length = at
  line.taken.length = at
  line.found = line.found.filter(({ from }) => from < at)
  return { start, end: line.text.length, kind: 'notes', value }
}

function readMarks(line: Line): void {
  for (let at = 0; at < line.words.length; at++) {
    const mark = line.taken[at] === '' ? markAt(line.text, line.words, at, line.context) : undefined
    // A section without a list in front of it may be a path, and is read at the ends only.
    const isLoose = mark?.kind === 'section' && line.found.at(-1)?.kind !== 'list'
    if (mark && !isLoose && isFree(line, mark) && take(line, mark)) at = mark.next - 1
  }
}

function readEnds(line: Line): void {
  for (;;) {
    const end = endOf(line)
    const found = longestUpTo(line, end)
    if (!found) return
    if (!isMeantAtEnd(line, found) || !take(line, found)) {
      keep(line, found)
      return
    }
  }
}

/** The first word of the tail of spans. */
function endOf({ taken }: Line): number {
  let end = taken.length
  while (end > 0 && taken[end - 1] === 'span') end--
  return end
}

function startOf({ taken }: Line): number {
  let start = 0
  while (start < taken.length && taken[start] === 'span') start++
  return start
}

function longestUpTo(line: Line, end: number): Found | undefined {
  let from = end
  while (from > 0 && line.taken[from - 1] === '' && end - from < MOST_WORDS) from--
  for (let at = from; at < end; at++) {
    const found = phraseAt(line, at, end)
    if (found?.next === end && isWhole(line, found)) return found
  }
  return undefined
}

function readStart(line: Line): void {
  for (;;) {
    const start = startOf(line)
    const found = start < line.taken.length ? phraseAt(line, start, limitFrom(line, start)) : undefined
    if (!found || !isWhole(line, found)) return
    if (!isMeantAtStart(line, found) || !take(line, found)) {
      keep(line, found)
      return
    }
  }
}

/** What was not meant is not looked at again: for monday AT 8. */
function keep({ taken }: Line, { from, next }: Found): void {
  taken.fill('kept', from, next)
}

/** In the middle of a title only what begins with “on”, “by”, “at”, “due” or “every” is read. */
function readInside(line: Line): void {
  for (let at = 1; at < line.words.length; at++) {
    if (line.taken[at] !== '' || !isKind(line.words[at], 'on', 'by', 'at', 'due', 'every')) continue
    const found = phraseAt(line, at, limitFrom(line, at))
    if (found && isWhole(line, found) && isMeantInside(line, found) && take(line, found)) at = found.next - 1
  }
}

function limitFrom({ taken }: Line, at: number): number {
  let limit = at
  while (limit < taken.length && taken[limit] === '' && limit - at < MOST_WORDS) limit++
  return limit
}

/** Whole words only: not the `mon` of `mon,x`. */
const isWhole = ({ words }: Line, { from, next }: Found): boolean => words[from]!.opens && words[next - 1]!.closes

const isFree = ({ taken }: Line, { from, next }: Found): boolean =>
  taken.slice(from, next).every((taker) => taker === '')

/** Takes the words of `found` for it, unless the line says such a thing already. */
function take(line: Line, found: Found): boolean {
  const slots = slotsOf(found)
  if (slots.some((slot) => line.has.has(slot))) return false
  for (const slot of slots) line.has.add(slot)
  line.taken.fill('span', found.from, found.next)
  line.found.push(found)
  return true
}

function slotsOf(found: Found): string[] {
  if (found.kind === 'label') return []
  if (found.kind === 'due') return [...(found.value.day ? ['due'] : []), ...(found.value.time ? ['time'] : [])]
  return found.kind === 'recurrence' && found.value.time ? ['recurrence', 'time'] : [found.kind]
}

const hasTitle = ({ words, taken }: Line): boolean =>
  words.some(({ raw }, at) => taken[at] !== 'span' && /[\p{L}\p{N}\p{So}\p{Sc}]/u.test(raw))

/** A task needs a title: what says when becomes one first, then what stands first. */
function giveBack(line: Line): void {
  const found = line.found.filter(({ kind }) => kind !== 'literal').sort((a, b) => a.start - b.start)
  const title = found.find(({ kind }) => ['due', 'recurrence', 'start'].includes(kind)) ?? found[0]
  if (!title) return
  line.taken.fill('', title.from, title.next)
  line.found = line.found.filter((other) => other !== title)
}

/** The comma, colon or dash between the title and what stands behind or before it goes with that. */
function takeSeparators(line: Line): void {
  const { words, taken, found } = line
  const end = endOf(line)
  const last = found.find(({ from, kind }) => from === end && kind !== 'literal')
  const before = words[end - 1]
  if (last && before && (taken[end - 1] === '' || taken[end - 1] === 'kept')) {
    const cut =
      DASH.test(before.raw) || before.raw === '' ? before.start : before.start + lengthWithoutStop(line, end - 1)
    if (cut > (words[0]?.start ?? 0)) last.start = cut < before.end ? cut : last.start
  }
  const start = startOf(line)
  const first = found.find(({ next, kind }) => next === start && kind !== 'literal')
  if (first && taken[start] === '' && DASH.test(words[start]!.raw)) first.end = place(words, start, start + 1).end
}

const DASH = /^([-–—|·]|:|;)$/

const lengthWithoutStop = ({ text, words }: Line, at: number): number =>
  text.slice(words[at]!.start, words[at]!.end).replace(/[,;:]{1,9}$/, '').length

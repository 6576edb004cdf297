import { readDay, type WordContext } from './date-words.ts'
import type { Span } from './quick-add.ts'
import { isKind, vocabulary, type Word } from './vocabulary/words.ts'

/** A span that was found, and the words it takes: from `from` up to, but not including, `next`. */
export type Found = Span & { from: number; next: number }

/** What a sign says of the word it stands before: `#list`, `/section`, `@label`, `+person`, `!1`, `{friday}`. */
export function markAt(text: string, words: readonly Word[], at: number, context: WordContext): Found | undefined {
  const word = words[at]!
  if (!word.opens) return undefined
  const sign = word.raw.slice(0, 1)
  if (sign === '!') return exclaimedAt(words, at)
  if (sign === '{') return deadlineAt(text, words, at, context)
  const kind = sign in NAMED ? NAMED[sign as keyof typeof NAMED] : undefined
  if (!kind) return undefined
  if (word.raw[1] === '"') return quotedAt(text, words, at, kind)
  const name = plain(word)
  return word.closes && NAMES[kind].test(name) && SAYS_SOMETHING.test(name)
    ? { ...place(words, at, at + 1), kind, value: name }
    : undefined
}

/** How many words the quotation takes that begins at `at`: up to the word that ends with the closing quote. */
export function quotationAt(words: readonly Word[], at: number): number {
  const { raw, opens } = words[at]!
  if (!opens || (raw[0] !== '"' && raw[0] !== '“') || raw.length < 2) return 0
  const close = raw[0] === '"' ? '"' : '”'
  for (let end = at; end < words.length; end++) {
    const text = words[end]!.raw.replace(/[.;:!?]{1,3}$/, '')
    if (text.endsWith(close) && (end > at || text.length > 1)) return end - at + 1
  }
  return 0
}

/** True for a name that its sign alone can say, without quotes around it. */
export const isNameOf = (sign: '#' | '/' | '@' | '+', name: string): boolean =>
  NAMES[NAMED[sign]].test(name) && SAYS_SOMETHING.test(name) && !/[.;:!]$/.test(name)

/** The place of some words in the text. */
export const place = (words: readonly Word[], from: number, next: number) => ({
  start: words[from]!.start,
  end: words[next - 1]!.end,
  from,
  next,
})

/**
 * True for a word that could be read as something, keeps what follows from being read, or would lose the comma or colon
 * at its end. A backslash before such
 * a word says that it is meant as it stands, and is taken away; before any other it is a character like all others.
 */
export function isSpecial(word: string): boolean {
  if (/^[#@+/!{"“\d]/.test(word) || /,|[;:]$/.test(word) || /^(p[1-4]|[-–—|·])$/.test(word)) return true
  if (word.startsWith('\\')) return isSpecial(word.slice(1))
  const low = word.replace(/[.!]{1,3}$/, '').toLowerCase()
  return Object.hasOwn(vocabulary.words, low) || vocabulary.lead.has(low)
}

const NAMED = { '#': 'list', '/': 'section', '@': 'label', '+': 'assignee' } as const

const NAMES = {
  list: /^[\p{L}\p{M}\p{N}\p{So}_&'’.+\p{Join_Control}-]+$/u,
  section: /^[\p{L}\p{So}_][\p{L}\p{M}\p{N}\p{So}_&'’.+\p{Join_Control}-]*$/u,
  label: /^[\p{L}\p{So}_][\p{L}\p{M}\p{N}\p{So}_&'’.+\p{Join_Control}-]*$/u,
  assignee: /^\p{L}[\p{L}\p{M}\p{N}_@.+-]*$/u,
}

const SAYS_SOMETHING = /[\p{L}\p{So}]/u

// The end of a sentence is not that of a name.
const plain = ({ raw }: Word): string => raw.slice(1).replace(/[.;:!]{1,3}$/, '')

/** `#"Big project"` */
function quotedAt(text: string, words: readonly Word[], at: number, kind: 'list' | 'section' | 'label' | 'assignee') {
  const { start } = words[at]!
  const end = text.slice(start + 2, start + 2 + LONGEST_NAME).indexOf('"')
  const value = end < 0 ? '' : text.slice(start + 2, start + 2 + end).trim()
  const next = wordAfter(words, at, start + 2 + end + 1)
  if (!SAYS_SOMETHING.test(value) && !/\p{N}/u.test(value)) return undefined
  return next === undefined || /[\n\r\t]/.test(value) ? undefined : { ...place(words, at, next), kind, value }
}

const LONGEST_NAME = 200

/** `{friday}`, `{27 jan}` */
function deadlineAt(text: string, words: readonly Word[], at: number, context: WordContext): Found | undefined {
  const { start } = words[at]!
  const end = text.slice(start + 1, start + 1 + LONGEST_NAME).indexOf('}')
  const next = wordAfter(words, at, start + 1 + end + 1)
  const read = end < 0 || next === undefined ? undefined : readDay(text.slice(start + 1, start + 1 + end), context)
  return read && read.time === undefined ? { ...place(words, at, next!), kind: 'deadline', value: read.day } : undefined
}

/** The word after the one that ends with the character before `end`, punctuation aside. */
function wordAfter(words: readonly Word[], at: number, end: number): number | undefined {
  for (let next = at; next < words.length && words[next]!.start < end; next++) {
    const word = words[next]!
    const rest = word.raw.slice(Math.max(0, end - word.start))
    if (word.end >= end && word.closes && /^[.;:!]{0,3}$/.test(rest)) return next + 1
  }
  return undefined
}

/** `!1`, and `!30min before` */
function exclaimedAt(words: readonly Word[], at: number): Found | undefined {
  const { raw, closes } = words[at]!
  const [, digits, letters] = /^!(\d{1,5})([a-z]*)$/.exec(raw) ?? []
  if (!digits || !closes) return undefined
  const behind = words[at + 1]
  const unit = letters ? minutesIn(letters) : isKind(behind, 'unit') ? minutesIn(behind.low) : undefined
  if (unit !== undefined) {
    const next = letters ? at + 1 : at + 2
    const isBefore = isKind(words[next], 'before')
    const minutes = Number(digits) * unit
    if ((isBefore || letters) && minutes <= MOST_MINUTES)
      return { ...place(words, at, isBefore ? next + 1 : next), kind: 'reminder', value: minutes }
  }
  return !letters && /^[1-4]$/.test(digits)
    ? { ...place(words, at, at + 1), kind: 'priority', value: Number(digits) as 1 | 2 | 3 | 4 }
    : undefined
}

/** How many minutes a unit of time has that is short enough to plan a day with. */
export function minutesIn(unit: string): number | undefined {
  const meaning = Object.hasOwn(vocabulary.words, unit) ? vocabulary.words[unit] : undefined
  const name = meaning?.[0] === 'unit' ? meaning[1] : SHORT[unit as keyof typeof SHORT]
  return MINUTES[name as keyof typeof MINUTES]
}

const SHORT = { m: 'minute', h: 'hour', d: 'day' }
const MINUTES = { minute: 1, hour: 60, day: 1440, week: 10_080 }
const MOST_MINUTES = 40_320

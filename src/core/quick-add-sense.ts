import { type Line, type Phrase, phraseAt } from './quick-add-phrases.ts'
import { isKind, vocabulary, type Word } from './vocabulary/words.ts'

/** Whether a phrase at the end of the text (or before what was read there) is meant, and no part of the title. */
export function isMeantAtEnd(line: Line, phrase: Phrase): boolean {
  const { words } = line
  const first = words[phrase.from]!
  const before = wordBefore(line, phrase)
  if (before && !isParted(line, phrase.from - 1) && isLed(line, phrase, before) && !isMarked(phrase)) return false
  if (phrase.kind !== 'due' && phrase.kind !== 'start') return true
  if (isPersonSaid(words, phrase)) return false
  if (phrase.isMarked) return true
  // Gym mon wed fri: one day of several is none of them.
  if (phrase.doubt !== 'time' && isKind(before, 'weekday')) return false
  if (phrase.doubt === 'past' || isNamedDay(line, phrase)) return false
  if (phrase.doubt === 'slash') return first.low !== '9/11' && !vocabulary.counted.has(before?.low ?? '')
  if (phrase.doubt === 'time') return !vocabulary.counted.has(before?.low ?? '')
  return phrase.doubt !== 'short' || isAlone(phrase) === false || !isGreeted(line, phrase)
}

/** Whether the word before makes a phrase part of the sentence. Chapter one is a number, one sunday is some sunday. */
function isLed({ words }: Line, { from }: Phrase, { low }: Word): boolean {
  const isSome = vocabulary.some.has(low) && isKind(words[from], 'weekday')
  return vocabulary.lead.has(low) || (isSome && !vocabulary.counted.has(words[from - 2]?.low ?? ''))
}

/** Whether a phrase at the start of the text (or behind what was read there) is meant. */
export function isMeantAtStart(line: Line, phrase: Phrase): boolean {
  const { words, taken } = line
  const first = words[phrase.from]!
  const after = words[phrase.next]
  if (phrase.next >= words.length || !after) return false
  if (taken[phrase.next] === 'span') return true
  if (isParted(line, phrase.next - 1)) return phrase.doubt !== 'past' || isMarked(phrase)
  if (DASH.test(after.raw)) return !/^\d/.test(words[phrase.next + 1]?.raw ?? '')
  if (vocabulary.follow.has(after.low) || (first.isCapital && after.isCapital)) return false
  if (phrase.kind === 'priority') return after.isCapital || beginsWithMore(line, phrase.next)
  if (isKind(first, 'often')) return !isAlone(phrase)
  if (isKind(first, 'end') || phrase.kind === 'section') return false
  if (phrase.doubt === 'past') return isMarked(phrase)
  return !isAlone(phrase) || (phrase.doubt !== 'slash' && phrase.doubt !== 'short')
}

/** `p1 tomorrow buy milk`, but not `p1 visa`. */
function beginsWithMore(line: Line, at: number): boolean {
  const more = phraseAt(line, at, line.words.length)
  return more !== undefined && more.kind !== 'priority' && isMeantAtStart(line, more)
}

/** Whether a phrase in the middle is meant. A bare hour is not: look at 5 houses. */
export function isMeantInside(line: Line, phrase: Phrase): boolean {
  const { words } = line
  const before = words[phrase.from - 1]
  if (phrase.kind === 'recurrence') return !vocabulary.lead.has(before?.low ?? '')
  if (phrase.kind !== 'due' || !phrase.isMarked) return false
  if (phrase.doubt === 'time') return words.slice(phrase.from, phrase.next).some(({ low }) => /[:m]|noon/.test(low))
  return phrase.doubt === undefined && !words.slice(phrase.from + 1, phrase.next).some(isBareOrdinal)
}

const isBareOrdinal = (_: Word, i: number, words: Word[]): boolean => words.length === 1 && words[i]!.kind === 'ordinal'

const isMarked = (phrase: Phrase): boolean => phrase.isMarked === true

const isAlone = ({ from, next }: Phrase): boolean => next === from + 1

// A word with a backslash stands for itself, and leads nowhere.
const wordBefore = ({ words, taken }: Line, { from }: Phrase): Word | undefined =>
  taken[from - 1] === 'span' || taken[from - 1] === 'escaped' ? undefined : words[from - 1]

/** A comma, a colon or the like ends the word at `at`. */
const isParted = ({ text, words }: Line, at: number): boolean =>
  /[,;:]$/.test(text.slice(words[at]!.start, words[at]!.end))

const DASH = /^[-–—|·:]$/

/** Black friday, and “The Man Who Was Thursday”, where every word has a capital. */
function isNamedDay(line: Line, phrase: Phrase): boolean {
  const first = line.words[phrase.from]!
  if (!isKind(first, 'weekday', 'month')) return false
  if (vocabulary.named.has(wordBefore(line, phrase)?.low ?? '')) return true
  const title = line.words.slice(0, phrase.from)
  return first.isCapital && title.length >= 3 && title.every(({ isCapital }) => isCapital)
}

/** “by tom” says who, not when. */
const isPersonSaid = (words: readonly Word[], { from, next, doubt }: Phrase): boolean =>
  doubt === 'short' && isKind(words[from], 'by') && isKind(words[next - 1], 'day')

/** With tom, the sun, call tom: a name rather than a day. */
function isGreeted(line: Line, phrase: Phrase): boolean {
  const before = wordBefore(line, phrase)
  if (!before || isParted(line, phrase.from - 1)) return false
  const isShort = isKind(line.words[phrase.from], 'day') && phrase.from < 2
  return vocabulary.greeted.has(before.low) || isShort
}

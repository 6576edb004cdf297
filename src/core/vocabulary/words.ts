import { en } from './en.ts'
import type { Kind, Vocabulary } from './vocabulary.ts'

/** The language that dates, rules and quick add are read in. */
export const vocabulary: Vocabulary = en

/** A word of a text, and what it can mean. */
export type Word = {
  /** Where it stands: from `start` up to, but not including, `end`. */
  start: number
  end: number
  /** As it stands, but for commas behind it. */
  raw: string
  /** In lower case, without punctuation behind it: as the vocabulary has it. */
  low: string
  kind: Kind | undefined
  /** What it means: a weekday, a number, a time; '' where the kind says it all. */
  value: string | number
  isCapital: boolean
  /** False for the second half of `mon,fri`: it begins, or ends, in the middle of a word. */
  opens: boolean
  closes: boolean
}

/**
 * The words of a text, in order; commas divide them like blanks. Small words count as words of the vocabulary only in
 * lower case, at the beginning of the text also with a capital: “Tomorrow” inside a title is part of a name. Names of
 * days and months, and all words of a text in capitals or in `anyCase`, count however they are written.
 */
export function wordsOf(text: string, anyCase = false): Word[] {
  const words: Word[] = []
  const isLoud = anyCase || !/\p{Ll}/u.test(text)
  for (const match of text.matchAll(/[^\s,]+,*|,+/g)) words.push(wordAt(text, match.index, match[0], isLoud))
  const first = words[0]
  if (first?.isCapital && first.low === first.raw.slice(0, 1).toLowerCase() + bare(first.raw).slice(1)) mean(first)
  return words
}

/** What `kind` of word stands at `at`, when it is one of these. */
export const isKind = (word: Word | undefined, ...kinds: Kind[]): word is Word & { kind: Kind } =>
  word?.kind !== undefined && kinds.includes(word.kind)

function wordAt(text: string, start: number, match: string, isLoud: boolean): Word {
  const end = start + match.length
  const raw = match.endsWith(',') ? match.replace(/,+$/, '') : match
  const low = bare(raw).toLowerCase()
  const first = raw.slice(0, 1)
  const word: Word = {
    start,
    end,
    raw,
    low,
    kind: undefined,
    value: '',
    isCapital: first !== first.toLowerCase(),
    opens: start === 0 || isBlank(text, start - 1),
    closes: end === text.length || isBlank(text, end),
  }
  if (isLoud || raw === raw.toLowerCase() || isName(low)) mean(word)
  return word
}

function mean(word: Word): void {
  const meaning = Object.hasOwn(vocabulary.words, word.low) ? vocabulary.words[word.low] : undefined
  const [, digits, nth] = /^(\d{1,4})(st|nd|rd|th)?$/.exec(word.low) ?? []
  if (digits) {
    word.kind = nth ? 'ordinal' : 'number'
    word.value = Number(digits)
  } else if (meaning) {
    word.kind = meaning[0]
    word.value = meaning[1] ?? ''
  }
}

// “3 PM”, “Monday” and “JAN” mean the same as in lower case.
const isName = (low: string): boolean =>
  Object.hasOwn(vocabulary.words, low) && ['weekday', 'month', 'meridiem'].includes(vocabulary.words[low]![0])

// By hand: a pattern for the end of a text begins anew at each character before it.
function bare(raw: string): string {
  let end = raw.length
  while (end > 0 && '.;:!'.includes(raw[end - 1]!)) end--
  return raw.slice(0, end)
}

const isBlank = (text: string, at: number): boolean => /\s/.test(text[at]!)

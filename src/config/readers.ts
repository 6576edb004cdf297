import { DAY, HOUR, MINUTE, SECOND } from '#core/time.ts'

/** How one setting is read: what it is for, its default as people see it, and the value of a text (undefined: not set). */
export type Entry<T> = { sentence: string; default: string; read: (text: string | undefined) => T }

/** Thrown by a reader; the sentence does not name the setting. */
export class Problem extends Error {}

/** Says why a text is not what a setting wants; undefined when it is. */
type Check = (text: string) => string | undefined

type TextOptions<D> = { default: D; shownDefault?: string; check?: Check }

/** A text, tried by `check`. `shownDefault` is said to people in place of a default that is none, or changes. */
export function text<D extends string | undefined>(sentence: string, options: TextOptions<D>): Entry<string | D> {
  return {
    sentence,
    default: options.shownDefault ?? options.default ?? 'none',
    read: (given) => (given === undefined ? options.default : checked(given, options.check)),
  }
}

/** One of `words`, in small letters or capitals. */
export function word<const W extends string, const D extends NoInfer<W> | undefined>(
  sentence: string,
  words: W[],
  options: { default: D; shownDefault?: string },
): Entry<W | D> {
  return {
    sentence,
    default: options.shownDefault ?? options.default ?? 'none',
    read: (given) => {
      if (given === undefined) return options.default
      const known = words.find((candidate) => candidate === given.toLowerCase())
      if (known === undefined) throw new Problem(`“${given}” is none of ${words.join(', ')}.`)
      return known
    },
  }
}

/** Texts between commas or spaces, each tried by `check`. Not set, it is empty. */
export function list(sentence: string, options: { check: Check }): Entry<string[]> {
  return {
    sentence: `${sentence} Separated by commas.`,
    default: 'none',
    read: (given) => {
      const parts = (given ?? '').split(/[\s,]+/).filter((part) => part !== '')
      return parts.map((part) => checked(part, options.check))
    },
  }
}

/** Yes or no, as 1 or 0 (or true, false, yes, no, on, off). */
export function flag(sentence: string, standard: boolean): Entry<boolean> {
  return {
    sentence,
    default: standard ? '1' : '0',
    read: (given) => {
      if (given === undefined) return standard
      if (/^(1|true|yes|on)$/i.test(given)) return true
      if (/^(0|false|no|off)$/i.test(given)) return false
      throw new Problem(`“${given}” is neither 1 nor 0.`)
    },
  }
}

/** A whole number in `range`, both ends included. */
export function whole(
  sentence: string,
  standard: number,
  range: { from: number; to: number; shownDefault?: string },
): Entry<number> {
  return {
    sentence,
    default: range.shownDefault ?? String(standard),
    read: (given) => {
      if (given === undefined) return standard
      const number = /^\d{1,9}$/.test(given) ? Number(given) : Number.NaN
      if (number >= range.from && number <= range.to) return number
      throw new Problem(`“${given}” is not a whole number from ${range.from} to ${range.to}.`)
    },
  }
}

/** How often something may happen: a whole number from 1. */
export function limit(sentence: string, standard: number): Entry<number> {
  return whole(sentence, standard, { from: 1, to: 1_000_000 })
}

/** A time like 30s, 15m, 12h or 14d, in milliseconds: from 1 second to 400 days. */
export function duration(sentence: string, standard: number): Entry<number> {
  return {
    sentence,
    default: spelledDuration(standard),
    read: (given) => {
      if (given === undefined) return standard
      const [, count, unit] = /^(\d{1,6})\s*([smhd])$/.exec(given) ?? []
      const ms = Number(count) * (UNITS[unit ?? ''] ?? Number.NaN)
      // Browsers forget every cookie after 400 days.
      if (ms >= SECOND && ms <= 400 * DAY) return ms
      throw new Problem(`“${given}” is not a time like 30s, 15m, 12h or 14d (1 second to 400 days).`)
    },
  }
}

const UNITS: Record<string, number> = { s: SECOND, m: MINUTE, h: HOUR, d: DAY }

function spelledDuration(ms: number): string {
  const [unit, size] = Object.entries(UNITS).findLast(([, length]) => ms % length === 0 && ms >= length)!
  return `${ms / size}${unit}`
}

function checked(given: string, check: Check | undefined): string {
  const problem = check?.(given)
  if (problem) throw new Problem(problem)
  return given
}

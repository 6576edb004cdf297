import type { Day } from './days.ts'
import type { DayField, NamedKind, Side, Word } from './filter-words.ts'

/**
 * What somebody wants to see. `text` is words that all have to stand in a task, `exact` ones next to each other in this
 * order. Days keep the words they were written in, for `friday` is another day next week. `next` is the days from today
 * on, today being the first.
 */
export type Filter =
  | { is: 'and' | 'or'; of: Filter[] }
  | { is: 'not'; of: Filter }
  | { is: 'text'; words: string; exact?: true }
  | { is: NamedKind; name: string }
  | { is: 'priority'; priority: Priority }
  | { is: 'day'; field: DayField; side: Side; day: Day; words: string }
  | { is: 'next'; days: number }
  | { is: 'word'; word: Word }
export type Priority = 1 | 2 | 3 | 4

/** Whether somebody only wrote words to look for, without any of the language. */
export const isPlainWords = (filter: Filter): boolean => filter.is === 'text' && filter.exact === undefined

/** The opposite of a filter; that of an opposite is the filter itself. */
export const negated = (filter: Filter): Filter => (filter.is === 'not' ? filter.of : { is: 'not', of: filter })

/** Several filters as one; those of the same kind are not nested. */
export const joined = (is: 'and' | 'or', of: Filter[]): Filter =>
  of.length === 1 ? of[0]! : { is, of: of.flatMap((part) => (part.is === is ? part.of : [part])) }

import type { WordContext } from './date-words.ts'
import { Misread, MOST_CHARACTERS, Reader } from './filter-reader.ts'
import type { Filter } from './filter-tree.ts'
import { FIELDS } from './filter-words.ts'

export { MOST_CHARACTERS, MOST_CONDITIONS, MOST_DEPTH } from './filter-reader.ts'
export { filterText } from './filter-text.ts'
export { type Filter, isPlainWords } from './filter-tree.ts'

/** Why a filter cannot be read: a sentence that names the word and the column (in characters, from 1). */
export type FilterProblem = { problem: string; column: number }

/**
 * Reads a filter, the same in the search box, in saved filters and everywhere else: `today | overdue`, `p1 & @phone`,
 * `#Work & !@waiting`, `due before: friday`, `text: invoice`, `( … )`. What stands side by side has to hold at once, as
 * with `&`. Words that mean nothing else are looked for in the text of a task; in quotes every word is. It never throws.
 */
export function parseFilter(text: string, context: WordContext): { filter: Filter } | FilterProblem {
  try {
    return { filter: new Reader(text, context).whole() }
  } catch (error) {
    if (error instanceof Misread) return { problem: error.message, column: error.column }
    throw error
  }
}

/**
 * Reads what somebody looks for. As `parseFilter`, but a text in which nothing but brackets is of the language (`blah(`,
 * `milk :)`) is not refused for them: its words are looked for.
 */
export function parseSearch(text: string, context: WordContext): { filter: Filter } | FilterProblem {
  const read = parseFilter(text, context)
  if ('filter' in read || text.length > MOST_CHARACTERS || OF_THE_LANGUAGE.test(text)) return read
  const words = text.replace(/[()\s]+/g, ' ').trim()
  return /[\p{L}\p{N}]/u.test(words) ? { filter: { is: 'text', words } } : read
}

const OF_THE_LANGUAGE = new RegExp(
  `[&|"“”„]|(^|[\\s(])([#/@+!]|p[1-4](?=[\\s()]|$)|(${[...FIELDS, 'text'].join('|')})[^:]*:)`,
  'iu',
)

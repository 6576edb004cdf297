import type { Filter } from './filter-tree.ts'
import { daysIn, markerOf, wordIn } from './filter-words.ts'

/**
 * A filter as text that `parseFilter` reads back as the same filter (in the context in which its days were read).
 * What was written in many ways comes out in one.
 */
export function filterText(filter: Filter): string {
  switch (filter.is) {
    case 'or':
      return filter.of.map(filterText).join(' | ')
    case 'and':
      return filter.of.map((part) => (part.is === 'or' ? `(${filterText(part)})` : filterText(part))).join(' & ')
    case 'not':
      return filter.of.is === 'or' || filter.of.is === 'and'
        ? `!(${filterText(filter.of)})`
        : `!${filterText(filter.of)}`
    case 'text':
      return filter.exact ? quoted(filter.words) : plainText(filter.words)
    case 'priority':
      return `p${filter.priority}`
    case 'day':
      return `${filter.field}${filter.side === 'on' ? '' : ` ${filter.side}`}: ${filter.words}`
    case 'next':
      return `next ${filter.days} ${filter.days === 1 ? 'day' : 'days'}`
    case 'word':
      return filter.word
    default:
      return `${markerOf(filter.is)}${isSimple(filter.name) ? filter.name : quoted(filter.name)}`
  }
}

/** Words as they are, or behind `text:` when they could be taken for something else. */
function plainText(words: string): string {
  if (/[&|()]|(^|\s)["“”„]/.test(words)) return quoted(words)
  const isOurs = wordIn(words) !== undefined || daysIn(words) !== undefined || /(^|\s)p[1-4](?=\s|$)/i.test(words)
  return !isOurs && PLAIN.test(words) ? words : `text: ${words}`
}

const PLAIN = /^[\p{L}\p{N}][^\s:"“”„]*( [\p{L}\p{N}][^\s:"“”„]*)*$/u

const isSimple = (name: string): boolean => /^[^\s&|()"“”„#\\][^\s&|()"“”„\\]*$/.test(name)

const quoted = (text: string): string => `"${text.replace(/["“”„\\]/g, '\\$&')}"`

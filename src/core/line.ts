/**
 * A text in one line, without blanks at its ends: each break, with the blanks around it, becomes one blank. Blanks
 * inside a line stay.
 */
export const inOneLine = (text: string): string =>
  // Splitting looks at each character once. A pattern with \s* on both sides of the break would look at a row of
  // blanks again from each of them: 90,000 of them stopped the server for eleven seconds.
  text
    .split(/[\n\r\t\u2028\u2029]+/)
    .map((part) => part.trim())
    .join(' ')
    .trim()

/** The lines of a text in which something stands, without blanks at their ends. */
export const linesOf = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')

/** The same without the marks of a list before them: `- `, `* `, `1. `, `- [x] `. One line alone keeps what it has. */
export function itemsOf(text: string): string[] {
  const lines = linesOf(text)
  return lines.length > 1 ? lines.map((line) => line.replace(MARK, '')) : lines
}

const MARK = /^(?:[-*+•]|\d{1,3}[.)])\s+(?:\[[ xX]\]\s+)?(?=\S)/

/** The beginning of a text, up to the end of a word, with “…”: at most `most` characters in all. */
export function shortened(text: string, most: number): string {
  // A character takes at most two places.
  const head = [...text.slice(0, 2 * most)].slice(0, most - 1).join('')
  const end = head.lastIndexOf(' ')
  return `${(end > head.length / 2 ? head.slice(0, end) : head).trimEnd()}…`
}

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

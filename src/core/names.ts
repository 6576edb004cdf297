/**
 * A text as it is compared and looked up: without accents on its letters, in lower case, with single spaces.
 * `Épicerie` and `epicerie` are the same name. Marks that are vowels (in Hindi, say) stay: they tell words apart.
 */
export const nameKey = (text: string): string =>
  text
    .normalize('NFD')
    .replace(/[\u0300-\u036f]+/g, '')
    .normalize('NFC')
    .toLowerCase()
    .replace(/\s+/g, ' ')
    .trim()

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

/**
 * Which of `things` is called `name`. When none is, the only one that has the same letters and digits: `work` is the
 * list “Work 🛠”, as long as there is no “Work!”.
 */
export function called<T extends { name: string }>(things: readonly T[], name: string): T | undefined {
  const key = nameKey(name)
  const known = things.find((thing) => nameKey(thing.name) === key)
  const letters = lettersOf(name)
  if (known || letters === '') return known
  const alike = things.filter((thing) => lettersOf(thing.name) === letters)
  return alike.length === 1 ? alike[0] : undefined
}

// The signs that say how an emoji is drawn are marks too.
const lettersOf = (name: string): string =>
  nameKey(name)
    .replace(/(?:[^\p{L}\p{M}\p{N}]|\p{Variation_Selector}|\p{Me})+/gu, ' ')
    .trim()

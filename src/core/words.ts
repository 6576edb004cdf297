/**
 * The words of a text as they are compared when somebody searches: in lower case, without accents, `ß` as `ss`. Each
 * Chinese or Japanese character is a word, because no spaces stand between them. What is neither letter nor digit
 * parts words and is none. A word of more than 60 characters is cut.
 */
export function wordsOf(text: string): string[] {
  const runs = folded(text).match(/[\p{L}\p{N}\p{M}]+/gu) ?? []
  return runs.flatMap((run) => (UNSPACED.test(run) ? (run.match(UNSPACED_WORDS) ?? []) : run)).map(cut)
}

/**
 * What somebody looks for, as phrases: words that stand next to each other in this order. Every piece between blanks
 * is one, so `9/11` is the 9 before the 11. Said twice is said once; after the first 32 no more are looked at.
 */
export function phrasesOf(text: string): string[][] {
  const phrases = new Map<string, string[]>()
  for (const piece of text.split(/\s+/)) {
    const words = wordsOf(piece)
    if (words.length > 0 && phrases.size < MOST_PHRASES) phrases.set(words.join(' '), words.slice(0, MOST_PHRASES))
  }
  return [...phrases.values()]
}

const MOST_PHRASES = 32
const LONGEST_WORD = 60

const cut = (word: string): string => (word.length > LONGEST_WORD ? [...word].slice(0, LONGEST_WORD).join('') : word)

// Marks that are vowels (in Hindi, say) stay: they tell words apart. They are composed again where they can be.
const folded = (text: string): string =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: ASCII is what it looks for.
  /^[\u0000-\u007f]*$/.test(text)
    ? text.toLowerCase()
    : text
        .normalize('NFKD')
        .toLowerCase()
        .replace(/[\u0300-\u036f]+/g, '')
        .replace(/[ßæœøđłıþð]/g, (letter) => PLAIN[letter] ?? letter)
        .normalize('NFC')

/** Letters that no rule of Unicode takes apart. */
const PLAIN: Record<string, string> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  đ: 'd',
  ł: 'l',
  ı: 'i',
  þ: 'th',
  ð: 'd',
}

const UNSPACED = /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}]/u
const UNSPACED_WORDS = /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}]\p{M}*|[^\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}]+/gu

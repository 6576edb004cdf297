import packed from './common-passwords.txt' with { type: 'text' }

/**
 * Whether a password is among those that people choose most often. Capital letters count as small ones, é is the same
 * in one character and in two, and a password that is written twice in a row counts as it does once.
 */
export function isCommonPassword(password: string): boolean {
  const plain = password.normalize('NFC').toLowerCase()
  const half = plain.slice(0, plain.length / 2)
  return isListed(plain) || (half + half === plain && isListed(half))
}

/** The list as `bin/common-passwords.ts` packs it: the passwords of each length, sorted, without anything between them. */
export function unpack(text: string): Map<number, string> {
  const lines = text.split('\n').filter((line) => /^\d/.test(line))
  return new Map(
    lines.map((line) => {
      const [length = '', rest = ''] = line.split(' ')
      return [Number(length), unfold(rest)]
    }),
  )
}

// Unpacked when the first password is chosen, which takes some 15 ms once; to look one up then takes a microsecond. As
// texts that are looked through in place they take 0.1 MB, as a set they would take 3.
let listed: Map<number, string> | undefined

function isListed(plain: string): boolean {
  listed ??= unpack(packed)
  return isAmong(listed.get(plain.length) ?? '', plain)
}

/** Halves what is left to look through until it is found. */
function isAmong(words: string, word: string): boolean {
  let [from, to] = [0, words.length / word.length]
  while (from < to) {
    const middle = Math.floor((from + to) / 2)
    const found = words.slice(middle * word.length, (middle + 1) * word.length)
    if (found === word) return true
    if (found < word) from = middle + 1
    else to = middle
  }
  return false
}

// A capital letter says how much of the one before is repeated: A nothing, B one character, C two.
function unfold(line: string): string {
  const words: string[] = []
  for (const [, shared = 'A', rest = ''] of line.matchAll(/([A-Z])([^A-Z]*)/g)) {
    words.push((words.at(-1) ?? '').slice(0, shared.charCodeAt(0) - 65) + rest)
  }
  return words.join('')
}

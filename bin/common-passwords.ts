// `npx bun bin/common-passwords.ts`: makes the list of passwords that nobody may choose anew. It is kept in the repository,
// so that the app needs no package for it; a test says when it is not what this makes.
import { join } from 'node:path'
import { dictionary } from '@zxcvbn-ts/language-common'
import { root } from './install.mjs'

/** Where the app reads the list. */
export const LIST = join(root, 'src', 'features', 'accounts', 'common-passwords.txt')

/** Shorter ones are refused anyway: the least that PASSWORD_MIN can be. */
const LEAST = 8

/**
 * The passwords of the list: those of the dictionary that are long enough, and what people type besides. In small letters,
 * sorted, each once.
 */
export function commonPasswords(): string[] {
  const all = [...dictionary['passwords-common'], ...besides, ...runs()].filter((word) => [...word].length >= LEAST)
  const odd = all.find((word) => /[A-Z\s]/.test(word) || word !== word.normalize('NFC').toLowerCase())
  if (odd !== undefined) throw new Error(`The list has no way to hold “${odd}”.`)
  return [...new Set(all)].sort()
}

/** The file: whose work it is made from, then a line for the passwords of each length. */
export async function listFile(): Promise<string> {
  const about = ['Passwords that people choose most often. Made by bin/common-passwords.ts from', ...(await source())]
  const byLength = Map.groupBy(commonPasswords(), (word) => word.length)
  const lines = [...byLength].sort(([a], [b]) => a - b).map(([length, words]) => `${length} ${fold(words)}`)
  return [...about.map((line) => `# ${line}`.trim()), ...lines, ''].join('\n')
}

/** The package, and its licence, which has to go where the words go. */
async function source(): Promise<string[]> {
  const folder = join(root, 'node_modules', '@zxcvbn-ts', 'language-common')
  const { name, version } = await Bun.file(join(folder, 'package.json')).json()
  const licence = await Bun.file(join(folder, 'LICENSE.txt')).text()
  return [`the dictionary passwords-common of ${name} ${version}:`, '', ...licence.trim().split('\n')]
}

/** Sorted words share their beginnings: a capital letter says how many characters of the one before are repeated. */
function fold(words: string[]): string {
  const folded = words.map((word, i) => {
    const shared = sharedBy(words[i - 1] ?? '', word)
    return String.fromCharCode(65 + shared) + word.slice(shared)
  })
  return folded.join('')
}

function sharedBy(before: string, word: string): number {
  let count = 0
  while (count < before.length && before[count] === word[count]) count++
  return count
}

// The program that the dictionary belongs to finds these by itself, so they are not in it.
const besides =
  `12341234 123123123 321321321 1234512345 123456123456 112233445566 zaq1zaq1 p@ssword p@ssw0rd admin1234 root1234
  login123 lovely123 facebook1 rockyou1 correcthorsebatterystaple`.split(/\s+/)

/** What a finger meets that goes along a row of keys or through the alphabet, there or back. */
function runs(): string[] {
  const rows = ['0123456789012345678901234', 'abcdefghijklmnopqrstuvwxyz', 'qwertyuiop[]', "asdfghjkl;'", 'zxcvbnm,./']
  return [...rows, ...rows.map((row) => [...row].reverse().join(''))].flatMap(partsOf)
}

/** Every part of a row that is long enough, and no longer than 20 characters. */
function partsOf(row: string): string[] {
  const parts: string[] = []
  for (let start = 0; start <= row.length - LEAST; start++) {
    for (let end = start + LEAST; end <= Math.min(start + 20, row.length); end++) parts.push(row.slice(start, end))
  }
  return parts
}

if (import.meta.main) {
  await Bun.write(LIST, await listFile())
  console.log(`${LIST}: ${commonPasswords().length} passwords, ${Bun.file(LIST).size} bytes`)
}

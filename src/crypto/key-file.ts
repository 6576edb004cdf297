import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { Refusal } from '#core/refusal.ts'
import { draftFor, isOpenToOthers, putInPlace, replaceWith } from '#disk.ts'
import { weakSecret } from './keys.ts'

/** The secret in a key file, those of before that stand below it, and whether others than its owner may read it. */
export type KeyFile = { secret: string; previous: string[]; openToOthers: boolean }

/**
 * Reads the key file at `path`; undefined when there is none. Refuses one that holds no usable secret,
 * because a new secret in its place would end every session.
 */
export function readKeyFile(path: string): KeyFile | undefined {
  if (!existsSync(path)) return undefined
  const [secret = '', ...previous] = readFileSync(path, 'utf8')
    .trim()
    .split(/\s*\n\s*/)
  const problem = [secret, ...previous].map(weakSecret).find(Boolean)
  if (problem)
    throw new Refusal('conflict', `The key file ${path} cannot be used. ${problem} Put it back from a backup.`)
  return { secret, previous, openToOthers: isOpenToOthers(path) }
}

/**
 * Makes a key file at `path` that only its owner may read. It appears whole or not at all; of two
 * processes that make it at once one wins, and both use what is there afterwards.
 */
export function makeKeyFile(path: string): KeyFile {
  const draft = draftFor(path)
  writeLines(draft, [newSecret()])
  if (!putInPlace(draft, path)) rmSync(draft)
  return readKeyFile(path)!
}

/** Puts a new secret above those in the key file at `path`, which must be there. At any moment one of the two is there. */
export function renewKeyFile(path: string): KeyFile {
  const { secret, previous } = readKeyFile(path)!
  return rewrite(path, [newSecret(), secret, ...previous])
}

/** Leaves only the first secret in the key file at `path`, which must be there. */
export const forgetPrevious = (path: string): KeyFile => rewrite(path, [readKeyFile(path)!.secret])

function rewrite(path: string, secrets: string[]): KeyFile {
  const draft = draftFor(path)
  writeLines(draft, secrets)
  replaceWith(draft, path)
  return readKeyFile(path)!
}

const newSecret = (): string => randomBytes(32).toString('hex')

const writeLines = (path: string, lines: string[]): void =>
  writeFileSync(path, lines.map((line) => `${line}\n`).join(''), { mode: 0o600, flag: 'wx' })

import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { Refusal } from '#core/refusal.ts'
import { draftFor, isOpenToOthers, putInPlace } from '#disk.ts'
import { weakSecret } from './keys.ts'

/** The secret in a key file, and whether others than its owner may read it. */
export type KeyFile = { secret: string; openToOthers: boolean }

/**
 * Reads the key file at `path`; undefined when there is none. Refuses one that holds no usable secret,
 * because a new secret in its place would end every session.
 */
export function readKeyFile(path: string): KeyFile | undefined {
  if (!existsSync(path)) return undefined
  const secret = readFileSync(path, 'utf8').trim()
  const problem = weakSecret(secret)
  if (problem)
    throw new Refusal('conflict', `The key file ${path} cannot be used. ${problem} Put it back from a backup.`)
  return { secret, openToOthers: isOpenToOthers(path) }
}

/**
 * Makes a key file at `path` that only its owner may read. It appears whole or not at all; of two
 * processes that make it at once one wins, and both use what is there afterwards.
 */
export function makeKeyFile(path: string): KeyFile {
  const draft = draftFor(path)
  writeFileSync(draft, `${randomBytes(32).toString('hex')}\n`, { mode: 0o600, flag: 'wx' })
  if (!putInPlace(draft, path)) rmSync(draft)
  return readKeyFile(path)!
}

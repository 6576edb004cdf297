import { randomBytes } from 'node:crypto'
import {
  accessSync,
  chmodSync,
  closeSync,
  constants,
  copyFileSync,
  existsSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  renameSync,
  statSync,
  unlinkSync,
} from 'node:fs'
import { dirname } from 'node:path'
import { Refusal } from '#core/refusal.ts'

/** Makes the folder, open to its owner only, when it is missing. Refuses one that cannot be written to. */
export function prepareFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    accessSync(folder, constants.W_OK | constants.X_OK)
  } catch (error) {
    throw new Refusal('forbidden', `The folder ${folder} cannot be used: ${diskWords(error)}`)
  }
}

/** A name beside `path` for something that is still being written. */
export const draftFor = (path: string): string => `${path}.${randomBytes(6).toString('hex')}.part`

/**
 * Moves the finished `draft` to `path`, so that it is there whole or not at all, also after a power cut.
 * Returns false, and leaves both alone, when there is something at `path` already.
 */
export function putInPlace(draft: string, path: string): boolean {
  syncFile(draft)
  try {
    // Unlike a rename, a link never replaces what another process has just put there.
    linkSync(draft, path)
    unlinkSync(draft)
  } catch (error) {
    if (existsSync(path)) return false
    if (!knowsNoLinks(error)) throw error
    renameSync(draft, path)
  }
  syncFolder(dirname(path))
  return true
}

/** Keeps the file at `path` under a second name as well: as a link to it, or a copy where no link leads. */
export function keepAs(path: string, other: string): void {
  try {
    linkSync(path, other)
  } catch (error) {
    if (!knowsNoLinks(error)) throw error
    copyFileSync(path, other, constants.COPYFILE_EXCL)
    syncFile(other)
  }
  syncFolder(dirname(other))
}

// Some file systems (exFAT, some network shares) know none, and none leads to another disk.
const knowsNoLinks = (error: unknown): boolean =>
  ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EXDEV'].includes(codeOf(error))

/** Puts the finished `draft` at `path` in place of what is there. At any moment one of the two is there, whole. */
export function replaceWith(draft: string, path: string): void {
  syncFile(draft)
  renameSync(draft, path)
  syncFolder(dirname(path))
}

/** Waits until what was written to the file at `path` is on the disk, and closes the file to others. */
function syncFile(path: string) {
  chmodSync(path, 0o600)
  sync(path, 'r+')
}

/** Waits until the names in `folder` are on the disk. */
export function syncFolder(folder: string): void {
  // Windows cannot open a folder.
  if (process.platform !== 'win32') sync(folder, 'r')
}

function sync(path: string, mode: 'r' | 'r+') {
  const handle = openSync(path, mode)
  try {
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}

/** Whether others than the owner may read what is at `path`. */
export const isOpenToOthers = (path: string): boolean =>
  process.platform !== 'win32' && (statSync(path).mode & 0o077) !== 0

/** What the operating system says about a file, in words for people. */
export function diskWords(error: unknown): string {
  const words = WORDS[codeOf(error)]
  return words ?? (error instanceof Error ? `${error.message}.` : String(error))
}

const WORDS: Record<string, string> = {
  EACCES: 'this user may not write there.',
  EPERM: 'this user may not write there.',
  EROFS: 'it is read-only.',
  ENOSPC: 'the disk is full.',
  EDQUOT: 'the disk quota is used up.',
  ENOTDIR: 'a part of its path is a file.',
  EEXIST: 'there is a file of that name.',
  ENOENT: 'it is not there.',
  EISDIR: 'it is a folder.',
}

const codeOf = (error: unknown): string => String((error as { code?: unknown } | null)?.code ?? '')

import { Database as File } from 'bun:sqlite'
import { join } from 'node:path'

/** Held by the one process that may serve, upgrade or replace the SQLite database of a folder. */
export type Lock = { release(): void }

/**
 * Takes the lock of the folder, or returns undefined when another process holds it. The operating system
 * gives it back when its holder ends, however it ends, so nothing stale is ever left behind.
 */
export function takeLock(folder: string): Lock | undefined {
  // An SQLite file is the portable file lock that Bun brings along; nothing is ever written to it.
  const file = new File(join(folder, 'server.lock'), { create: true, readwrite: true })
  try {
    // A command that upgrades a database holds it for a moment only.
    file.run('pragma busy_timeout = 1000')
    // Nothing is written, so there is nothing to roll back, and no journal is put beside it.
    file.run('pragma journal_mode = memory')
    file.run('begin exclusive')
  } catch (error) {
    file.close()
    if ((error as { code?: string }).code === 'SQLITE_BUSY') return undefined
    throw error
  }
  return {
    release() {
      file.run('rollback')
      file.close()
    },
  }
}

import { Database } from 'bun:sqlite'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startServer } from '#test/running.ts'

export type Site = {
  url: string
  /** Lets another person into a list. There is no page for that, so it is written into the table. */
  share(list: string, name: string): void
  stop(): Promise<void>
}

/**
 * The app as a process, with an empty database of its own. `address` is what browsers call it by, when a line is put
 * in between; else it is its own. `settings` are further ones.
 */
export async function startSite(address?: string, settings: Record<string, string> = {}): Promise<Site> {
  const dir = await mkdtemp(join(tmpdir(), 'gid-site-'))
  // All people of a journey come from one address, one after another.
  const crowd = { LIMIT_REGISTER_PER_HOUR: '500', LIMIT_REGISTER_ALL_PER_HOUR: '500' }
  const env = { ...crowd, ...settings, ...(address !== undefined && { BASE_URL: address }) }
  const server = await startServer(dir, { env })
  return {
    url: server.url,
    share(list, name) {
      const file = new Database(join(dir, 'get-it-done.db'))
      file.run('pragma busy_timeout = 5000')
      const member = "select ?, id, 'editor' from users where email = ?"
      file.run(`insert into list_members (list_id, user_id, role) ${member}`, [list, `${name}@example.com`])
      file.close()
    },
    async stop() {
      await server.stop()
      await rm(dir, { recursive: true, force: true })
    },
  }
}

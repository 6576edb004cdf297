import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startServer } from '#test/running.ts'

/**
 * The app as a process, with an empty database of its own. `address` is what browsers call it by, when a line is put
 * in between; else it is its own.
 */
export async function startSite(address?: string): Promise<{ url: string; stop(): Promise<void> }> {
  const dir = await mkdtemp(join(tmpdir(), 'gid-site-'))
  // All people of a journey come from one address, one after another.
  const crowd = { LIMIT_REGISTER_PER_HOUR: '500', LIMIT_REGISTER_ALL_PER_HOUR: '500' }
  const env = address === undefined ? crowd : { ...crowd, BASE_URL: address }
  const server = await startServer(dir, { env })
  return {
    url: server.url,
    async stop() {
      await server.stop()
      await rm(dir, { recursive: true, force: true })
    },
  }
}

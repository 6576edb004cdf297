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
  const env = address === undefined ? {} : { BASE_URL: address }
  const server = await startServer(dir, { env })
  return {
    url: server.url,
    async stop() {
      await server.stop()
      await rm(dir, { recursive: true, force: true })
    },
  }
}

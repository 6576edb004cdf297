import { Database } from 'bun:sqlite'
import { expect, test } from 'bun:test'
import { join } from 'node:path'
import { freshDatabase, testKind } from '#test/databases.ts'
import { startServer } from '#test/running.ts'

test.skipIf(testKind !== 'sqlite')('two servers do not share a port, whatever their data', async () => {
  const [mine, yours] = [await freshDatabase({ empty: true }), await freshDatabase({ empty: true })]
  const first = await startServer(mine.dir)
  try {
    const { port } = new URL(first.url)
    const second = Bun.spawn([process.execPath, '--no-env-file', 'src/main.ts', 'serve'], {
      env: { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '', PORT: port, DATA_DIR: yours.dir },
      stdout: 'ignore',
      stderr: 'pipe',
    })
    expect(await second.exited).toBe(1)
    expect(await new Response(second.stderr).text()).toContain(`Port ${port} is in use`)
  } finally {
    await first.stop()
  }
})

test.skipIf(testKind !== 'sqlite')('who only reads does not wait for a program that holds the database', async () => {
  const { dir } = await freshDatabase()
  const server = await startServer(dir)
  const other = new Database(join(dir, 'get-it-done.db'))
  try {
    other.run('begin immediate')
    const writing = fetch(`${server.url}/register`, {
      method: 'POST',
      headers: { Origin: server.url },
      body: new URLSearchParams({
        email: 'ana@example.com',
        password: 'a kettle, two cups',
        verify: 'a kettle, two cups',
      }),
      redirect: 'manual',
    })
    await Bun.sleep(300)
    expect((await fetch(`${server.url}/login`)).status).toBe(200)
    expect((await fetch(`${server.url}/up`)).status).toBe(200)
    const done = await Promise.race([writing.then(() => true), Bun.sleep(0).then(() => false)])
    expect(done).toBe(false)
    other.run('rollback')
    expect((await writing).status).toBe(303)
  } finally {
    other.close()
    await server.stop()
  }
})

test('a form of several megabytes is refused on a page like any other', async () => {
  const { dir, url } = await freshDatabase()
  const env = url === undefined ? {} : { DATABASE_URL: url, SECRET_KEY: '5f0c7b1d9e3a4826b7c1d0e9f8a7b6c5d4e3f2a1' }
  const server = await startServer(dir, { env: env as Record<string, string> })
  try {
    for (const megabytes of [1.1, 3, 20]) {
      const answer = await fetch(`${server.url}/login`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/x-www-form-urlencoded', Origin: server.url },
        body: `email=${'x'.repeat(megabytes * 1024 * 1024)}`,
      })
      expect([megabytes, answer.status]).toEqual([megabytes, 413])
      expect(await answer.text()).toContain('That is more than this page can take')
      expect(answer.headers.get('X-Content-Type-Options')).toBe('nosniff')
    }
  } finally {
    await server.stop()
  }
})

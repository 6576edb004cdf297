import { afterEach, beforeEach, expect, test } from 'bun:test'
import { freshDatabase, type TestDatabase, testKind } from '#test/databases.ts'
import { type Running, startServer } from '#test/running.ts'
import { getItDone, settingsFor } from './command-line.ts'
import { Visitor } from './visitor.ts'

let database: TestDatabase
let first: Running

beforeEach(async () => {
  database = await freshDatabase()
  first = await startServer(database.dir, { env: settingsFor(database) })
})
afterEach(async () => {
  await first.stop()
  await database.drop()
})

if (testKind === 'sqlite') {
  test('a second server on one folder is refused in words', async () => {
    const { code, err } = await getItDone(['serve'], { ...settingsFor(database), PORT: '0' })
    expect([code, err]).toEqual([
      1,
      `Another Get It Done! is already running on the folder ${database.dir}. Stop it, or give this one another DATA_DIR.\n`,
    ])
  })

  test('a server that was killed leaves the folder to the next', async () => {
    await first.stop('SIGKILL')
    first = await startServer(database.dir, { env: settingsFor(database) })
    expect((await fetch(`${first.url}/up`)).status).toBe(200)
  })
} else {
  test('two servers on one PostgreSQL behave as one', async () => {
    const second = await startServer(database.dir, { env: { ...settingsFor(database), BASE_URL: first.url } })
    try {
      const atFirst = new Visitor(first.url)
      const atSecond = new Visitor(second.url, { base: first.url })
      await atFirst.register()
      expect((await atSecond.logIn()).status).toBe(303)
      const stream = news(await atSecond.get('/events'))
      await atFirst.post('/tasks', { task: 'Milk' })
      expect(await stream.until('event: change')).toContain('id: ')
      expect(await (await atSecond.get('/')).text()).toContain('Milk')

      // One browser that a load balancer sends here and there.
      atFirst.url = second.url
      expect(await (await atFirst.get('/')).text()).toContain('Milk')
      await atFirst.post('/logout')
      atFirst.url = first.url
      expect((await atFirst.get('/')).headers.get('location')).toStartWith('/login')
      await stream.stop()
    } finally {
      await second.stop()
    }
  })

  test('a restore is refused while a server uses the database', async () => {
    const file = `${database.dir}/backup.db`
    expect((await getItDone(['backup', file], settingsFor(database))).code).toBe(0)
    const { code, err } = await getItDone(['restore', file], settingsFor(database))
    expect([code, err]).toEqual([1, 'A running Get It Done! uses this database. Stop it first.\n'])
  })
}

/** Reads a live stream bit by bit. */
function news(response: Response) {
  const reader = response.body!.getReader()
  const decoder = new TextDecoder()
  return {
    async until(word: string): Promise<string> {
      let text = ''
      while (!text.includes(word)) {
        const { value, done } = await reader.read()
        if (done) throw new Error(`The stream ended without ${word}: ${text}`)
        text += decoder.decode(value, { stream: true })
      }
      return text
    },
    stop: () => reader.cancel(),
  }
}

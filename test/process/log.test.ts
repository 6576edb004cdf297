import { expect, test } from 'bun:test'
import { freshDatabase } from '#test/databases.ts'
import { startServer } from '#test/running.ts'
import { jsonLine, logTo, textLine } from '#web/log.ts'
import { SECRET, settingsFor } from './command-line.ts'
import { newTaskId, PASSWORD, Visitor } from './visitor.ts'

test('a line a request, in JSON, and nothing secret in any', async () => {
  const database = await freshDatabase()
  const server = await startServer(database.dir, { env: settingsFor(database) })
  const ana = new Visitor(server.url)
  const id = newTaskId()
  const answers = [
    await ana.get('/register'),
    await ana.register(),
    await ana.post('/tasks', { task: 'Surprise party', id }),
    await ana.post(`/tasks/${id}/complete`),
    await ana.get('/?q=hidden-word'),
    await ana.get('/no-such-page'),
  ]
  const token = ana.cookie
  answers.push(await ana.post('/logout'), await ana.logIn('a wrong pass phrase'), await ana.logIn())
  const tokens = `${token}; ${ana.cookie}`.split(/; |=/).filter((part) => part.length > 20)
  expect(tokens.length).toBeGreaterThan(1)
  await fetch(`${server.url}/up`)
  await server.stop()
  await database.drop()

  const log = server.log()
  const lines = log.trim().split('\n').slice(1)
  // Lines are written together; the last ones are not lost when the process ends.
  expect(lines.at(-1)).toContain('"sys_shutdown"')
  const entries = lines.map((line) => JSON.parse(line) as Record<string, unknown>)
  const requests = entries.filter(({ event }) => event === 'request')
  expect(requests.map(({ status }) => status)).toEqual(answers.map(({ status }) => status))
  expect(requests[4]).toMatchObject({ method: 'GET', path: '/', level: 'info' })
  for (const { at } of entries) expect(at).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/)
  const secrets = [...tokens, PASSWORD, encodeURIComponent(PASSWORD), 'wrong pass phrase', 'Surprise', SECRET]
  for (const secret of [...secrets, 'hidden-word']) expect(log).not.toContain(secret)
})

test('what a visitor sent cannot begin a line of its own or move the cursor', () => {
  const lines: string[] = []
  const log = logTo((entry) => lines.push(jsonLine(entry), textLine(entry)))
  log.info('request', { path: '/a\n{"event":"forged"}\u001b[2J\u2028\u202e' })
  for (const line of lines) expect(line).not.toMatch(/\p{Cc}/u)
  expect(lines[1]).toContain('/a\\u{a}')
})

test('an error is logged with its stack, but not with the row it was about', () => {
  const lines: string[] = []
  const log = logTo((entry) => lines.push(jsonLine(entry)))
  const error = Object.assign(new Error('duplicate key'), { code: '23505', detail: 'Key (email)=(ana@example.org)' })
  log.error('request_failed', { id: 'x' }, error)
  const entry = JSON.parse(lines[0] ?? '')
  expect(entry.error).toMatchObject({ name: 'Error', message: 'duplicate key', code: '23505' })
  expect(entry.error.stack).toContain('log.test.ts')
  expect(lines[0]).not.toContain('ana@example.org')
})

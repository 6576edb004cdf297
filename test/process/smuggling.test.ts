import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { connect as connectTcp } from 'node:net'
import { freshDatabase, type TestDatabase } from '#test/databases.ts'
import { type Running, startServer } from '#test/running.ts'
import { settingsFor } from './command-line.ts'

let database: TestDatabase
let server: Running

beforeAll(async () => {
  database = await freshDatabase()
  server = await startServer(database.dir, { env: settingsFor(database) })
})
afterAll(async () => {
  await server.stop('SIGKILL')
  await database.drop()
})

/** What comes back for `lines`, with another request behind them, on one connection. */
function sent(lines: string[], behind: string): Promise<string> {
  const { host, port } = new URL(server.url)
  const socket = connectTcp(Number(port), '127.0.0.1')
  socket.write(['POST /login HTTP/1.1', `Host: ${host}`, ...lines, '', behind].join('\r\n'))
  return new Promise((resolve) => {
    let text = ''
    socket.on('data', (chunk) => {
      text += chunk
    })
    socket.on('close', () => resolve(text))
    socket.on('error', () => resolve(text))
    setTimeout(() => socket.destroy(), 1000)
  })
}

const SMUGGLED = 'GET /up HTTP/1.1\r\nHost: localhost\r\n\r\n'

describe('a request whose end two would see in different places is refused, and nothing behind it is answered', () => {
  const cases: [what: string, lines: string[], behind: string][] = [
    ['two kinds of length', ['Content-Length: 5', 'Transfer-Encoding: chunked'], `0\r\n\r\n${SMUGGLED}`],
    ['two lengths', ['Content-Length: 0', 'Content-Length: 5'], `a=b&c${SMUGGLED}`],
    ['a length that is none', ['Content-Length: 5x'], `a=b&c${SMUGGLED}`],
    ['an encoding that is none', ['Transfer-Encoding: xchunked'], `0\r\n\r\n${SMUGGLED}`],
    ['a blank before the colon', ['Transfer-Encoding : chunked', 'Content-Length: 5'], `0\r\n\r\n${SMUGGLED}`],
  ]
  for (const [what, lines, behind] of cases) {
    test(what, async () => {
      const answer = await sent(lines, behind)
      expect(answer).toStartWith('HTTP/1.1 400 ')
      expect(answer.split('HTTP/1.1').length).toBe(2)
    })
  }
})

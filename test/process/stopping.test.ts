import { afterEach, beforeEach, expect, test } from 'bun:test'
import { connect as connectTcp, type Socket } from 'node:net'
import { freshDatabase, type TestDatabase } from '#test/databases.ts'
import { type Running, startServer } from '#test/running.ts'
import { settingsFor } from './command-line.ts'
import { Visitor } from './visitor.ts'

let database: TestDatabase
let server: Running

beforeEach(async () => {
  database = await freshDatabase()
  server = await startServer(database.dir, { env: settingsFor(database) })
})
afterEach(async () => {
  await server.stop('SIGKILL')
  await database.drop()
})

test('SIGTERM finishes a request under way, ends a live stream, and leaves nothing behind', async () => {
  const ana = new Visitor(server.url)
  await ana.register()
  const stream = await ana.get('/events')
  expect(stream.headers.get('content-type')).toStartWith('text/event-stream')
  const request = halfSent(ana, '/tasks', 'task=Milk')
  await Bun.sleep(100)
  const ended = server.stop('SIGTERM')
  await Bun.sleep(100)
  request.finish()
  expect(await request.answer).toStartWith('HTTP/1.1 303')
  await stream.text()
  expect(await ended).toBe(0)
  expect(await isListening()).toBe(false)

  server = await startServer(database.dir, { env: settingsFor(database) })
  ana.url = ana.base = server.url
  expect(await (await ana.get('/')).text()).toContain('Milk')
})

/** Sends all of a form but its last byte, which `finish` sends. */
function halfSent(visitor: Visitor, path: string, body: string) {
  const { host, hostname, port } = new URL(visitor.url)
  const socket = connectTcp(Number(port), hostname === 'localhost' ? '127.0.0.1' : hostname)
  const head = [
    `POST ${path} HTTP/1.1`,
    `Host: ${host}`,
    `Origin: ${visitor.base}`,
    `Cookie: ${visitor.cookie}`,
    'Content-Type: application/x-www-form-urlencoded',
    `Content-Length: ${body.length}`,
    'Connection: close',
  ]
  socket.write(`${head.join('\r\n')}\r\n\r\n${body.slice(0, -1)}`)
  return { answer: all(socket), finish: () => socket.write(body.slice(-1)) }
}

const all = (socket: Socket): Promise<string> =>
  new Promise((resolve, reject) => {
    let text = ''
    socket.on('data', (chunk) => {
      text += chunk.toString()
    })
    socket.on('end', () => resolve(text))
    socket.on('error', reject)
  })

const isListening = () =>
  fetch(`${server.url}/up`).then(
    () => true,
    () => false,
  )

test('SIGINT stops it too', async () => {
  expect(await server.stop('SIGINT')).toBe(0)
})

test('a request that never comes to its end does not hold up the end for good, and a second signal ends at once', async () => {
  const ana = new Visitor(server.url)
  await ana.register()
  const request = halfSent(ana, '/tasks', 'task=Milk')
  request.answer.catch(() => {})
  await Bun.sleep(100)
  const ended = server.stop('SIGTERM')
  await Bun.sleep(100)
  const began = performance.now()
  process.kill(server.pid, 'SIGTERM')
  expect(await ended).toBe(143)
  expect(performance.now() - began).toBeLessThan(1000)
})

test('a body that is too large is refused with 413, whether its length was said or not', async () => {
  const ana = new Visitor(server.url)
  await ana.register()
  const headers = { origin: ana.base, cookie: ana.cookie, 'content-type': 'application/x-www-form-urlencoded' }
  const send = (body: BodyInit) => fetch(`${server.url}/tasks`, { method: 'POST', headers, body, redirect: 'manual' })
  expect((await send(`task=${'x'.repeat(3_000_000)}`)).status).toBe(413)
  expect((await send(streamed(3_000_000))).status).toBe(413)
  expect((await ana.get('/')).status).toBe(200)
})

function streamed(bytes: number): ReadableStream {
  const chunk = new TextEncoder().encode('x'.repeat(100_000))
  let left = bytes
  return new ReadableStream({
    pull(controller) {
      controller.enqueue(chunk)
      left -= chunk.length
      if (left <= 0) controller.close()
    },
  })
}

import { codeOf, stepOf } from '#crypto/totp.ts'
import { recoveryIn, secretIn } from '#test/factors/app.ts'
import { makePasskey, type Passkey, type Question } from '#test/passkeys/device.ts'
import { type Bench, type Figure, startApp } from './bench.ts'
import { median, spelled } from './numbers.ts'
import type { Running } from './processes.ts'
import { emailOf } from './seed.ts'

const PEOPLE = 15

/** How many requests a login takes and how long they take, from its page to the Inbox, by each way in. */
export async function measureWays(bench: Bench): Promise<Figure[]> {
  // Passkeys are made for names, not for numbers.
  const started = await startApp(bench, bench.small, { BASE_URL: 'http://localhost:0', LIMIT_LOGIN_PER_MINUTE: '1000' })
  const server = { ...started, url: started.url.replace('127.0.0.1', 'localhost') }
  const ways: Record<string, Visitor[]> = { 'a password': [], 'a password and a code': [], 'a passkey': [] }
  for (let i = 0; i < PEOPLE; i++) {
    const email = emailOf(i)
    ways['a password']!.push(await byPassword(server, email, bench.password))
    const desk = await byPassword(server, email, bench.password)
    ways['a passkey']!.push(await byPasskey(server, await passkeyOf(desk, server)))
    ways['a password and a code']!.push(await byCode(server, email, bench.password, await secretOf(desk)))
  }
  await started.stop()
  return Object.entries(ways).map(([way, visitors]) => figure(way, visitors))
}

const figure = (way: string, visitors: Visitor[]): Figure => ({
  mark: '',
  name: `A login by ${way}, from its page to the Inbox`,
  figure: `${visitors[0]!.requests} requests, ${spelled(median(visitors.map(({ ms }) => ms)), 1)} ms`,
  target: '',
  ok: undefined,
})

async function byPassword(server: Running, email: string, password: string): Promise<Visitor> {
  const visitor = new Visitor(server.url)
  await visitor.get('/login')
  await visitor.post('/login', { email, password }, '/')
  await visitor.get('/')
  return visitor
}

async function byCode(server: Running, email: string, password: string, secret: Buffer): Promise<Visitor> {
  const visitor = new Visitor(server.url)
  await visitor.get('/login')
  await visitor.post('/login', { email, password }, '/login/second')
  await visitor.get('/login/second')
  // The step before this one is used up.
  await visitor.post('/login/second', { code: codeOf(secret, stepOf(new Date()) + 1) }, '/')
  await visitor.get('/')
  return visitor
}

async function byPasskey(server: Running, passkey: Passkey): Promise<Visitor> {
  const visitor = new Visitor(server.url)
  await visitor.get('/login')
  const question = JSON.parse(await visitor.post('/login/passkey/question')) as Question
  await visitor.post('/login/passkey', { passkey: await passkey.sign(question) }, '/')
  await visitor.get('/')
  return visitor
}

async function passkeyOf(desk: Visitor, { url: origin }: Running): Promise<Passkey> {
  const question = JSON.parse(await desk.post('/account/passkeys/question')) as Question
  const { passkey, answer } = await makePasskey(question, { origin })
  await desk.post('/account/passkeys', { passkey: answer, name: 'Bench' }, '/account/passkeys')
  return passkey
}

async function secretOf(desk: Visitor): Promise<Buffer> {
  await desk.post('/account/two-factor', {}, '/account/two-factor/set-up')
  const secret = secretIn(await desk.get('/account/two-factor/set-up'))
  const shown = await desk.post('/account/two-factor/set-up', { code: codeOf(secret, stepOf(new Date())) })
  if (recoveryIn(shown).length === 0) throw new Error('The second step could not be turned on.')
  return secret
}

/** A browser that counts its requests and how long it waited for them. */
class Visitor {
  requests = 0
  ms = 0
  readonly #url: string
  readonly #jar = new Map<string, string>()

  constructor(url: string) {
    this.#url = url
  }

  get = (path: string): Promise<string> => this.#ask(path, {}, undefined)

  /** Sends a form; it must lead to `to`, when that is said. */
  post = (path: string, fields: Record<string, string> = {}, to?: string): Promise<string> =>
    this.#ask(path, { method: 'POST', body: new URLSearchParams(fields) }, to)

  async #ask(path: string, init: RequestInit, to: string | undefined): Promise<string> {
    const Cookie = [...this.#jar].map(([name, value]) => `${name}=${value}`).join('; ')
    const headers = { Accept: 'text/html', Cookie, Origin: this.#url }
    const began = performance.now()
    const response = await fetch(this.#url + path, { ...init, headers, redirect: 'manual' })
    const text = await response.text()
    this.ms += performance.now() - began
    this.requests++
    if (response.status >= 400 || (to !== undefined && response.headers.get('Location') !== to))
      throw new Error(`${path} was answered with ${response.status} ${response.headers.get('Location')}`)
    for (const line of response.headers.getSetCookie()) {
      const [name = '', value = ''] = line.split(';')[0]!.split('=')
      this.#jar.set(name, value)
    }
    return text
  }
}

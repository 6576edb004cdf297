import { describe, expect, test } from 'bun:test'
import { createHash } from 'node:crypto'
import { makeResetLink } from '#features/recovery/resetting.ts'
import { alertsIn } from '#test/browser.ts'
import { atTheEnd } from '#test/closing.ts'
import { PASSWORD, type World, world } from '#test/world.ts'

const STOLEN = 'a stolen bicycle, two wheels'
const STOLEN_ELSEWHERE = 'This password was stolen somewhere, and is tried by thieves. Choose something else.'

const sha1 = (text: string) => createHash('sha1').update(text).digest('hex').toUpperCase()
const suffix = (text: string) => sha1(text).slice(5)
const padding = `${'0'.repeat(35)}:0`

type Asked = { path: string; headers: Headers }

/** A service that answers as haveibeenpwned does, and what it was asked. */
function service(
  answer: () => Response | Promise<Response> = () => new Response(`${padding}\r\n${suffix(STOLEN)}:42\r\n`),
) {
  const asked: Asked[] = []
  const server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    fetch(request) {
      asked.push({ path: new URL(request.url).pathname, headers: request.headers })
      return answer()
    },
  })
  atTheEnd(() => server.stop(true))
  return { asked, BREACHES: `http://127.0.0.1:${server.port}` }
}

const register = (w: World, password: string) =>
  w.browser().post('/register', { email: 'ana@example.com', password, verify: password })

describe('a password that was stolen somewhere', () => {
  test('is refused when Ana registers, and when she changes hers', async () => {
    const { BREACHES, asked } = service()
    const w = await world({ BREACHES })
    const refused = await register(w, STOLEN)
    expect([refused.status, alertsIn(await refused.text())]).toEqual([422, [STOLEN_ELSEWHERE]])
    expect((await register(w, PASSWORD)).status).toBe(303)
    const ana = w.browser()
    await ana.post('/login', { email: 'ana@example.com', password: PASSWORD })
    const change = (current: string) => ana.post('/account/password', { current, password: STOLEN, verify: STOLEN })
    expect(alertsIn(await (await change(PASSWORD)).text())).toEqual([STOLEN_ELSEWHERE])
    expect(asked.length).toBe(3)
    // Whoever does not know the present password learns nothing about the other.
    expect(alertsIn(await (await change('a guess')).text())).toEqual(['This is not your password.'])
    expect(asked.length).toBe(3)
  })

  test('is refused by a link for a new one, which stays good', async () => {
    const { BREACHES } = service()
    const w = await world({ BREACHES })
    await w.person('ana')
    const link = await makeResetLink(w, 'ana@example.com', { ip: '', agent: '', now: w.now() })
    const ana = w.browser()
    await ana.page(new URL(link).pathname)
    const refused = await ana.post('/reset', { password: STOLEN, verify: STOLEN })
    expect([refused.status, alertsIn(await refused.text())]).toEqual([422, [STOLEN_ELSEWHERE]])
    expect((await ana.post('/reset', { password: `${STOLEN}!`, verify: `${STOLEN}!` })).status).toBe(303)
  })

  test('is asked for with five characters of its hash, and nothing else', async () => {
    const { BREACHES, asked } = service()
    await register(await world({ BREACHES }), STOLEN)
    expect(asked.map(({ path }) => path)).toEqual([`/range/${sha1(STOLEN).slice(0, 5)}`])
    const [{ headers }] = asked as [Asked]
    expect([headers.get('Add-Padding'), headers.get('User-Agent'), headers.has('Cookie')]).toEqual([
      'true',
      'get-it-done',
      false,
    ])
    expect(JSON.stringify([...headers])).not.toMatch(/ana|stolen/)
  })

  test('is the same in one character and in two', async () => {
    const { BREACHES } = service(() => new Response(`${suffix('Caf\u00e9 au lait')}:7`))
    expect((await register(await world({ BREACHES }), 'Cafe\u0301 au lait')).status).toBe(422)
  })

  test('is nobody’s business where nobody set a service', async () => {
    const { asked } = service()
    expect((await register(await world(), STOLEN)).status).toBe(303)
    expect(asked).toEqual([])
  })
})

describe('Ana is not held up', () => {
  const answers: [what: string, answer: () => Response | Promise<Response>][] = [
    ['the hash only pads the answer', () => new Response(`${suffix(STOLEN)}:0\n${padding}`)],
    ['the hash is not there', () => new Response(`${suffix('another one')}:12`)],
  ]
  for (const [what, answer] of answers) {
    test(`when ${what}`, async () => {
      const w = await world({ BREACHES: service(answer).BREACHES })
      expect((await register(w, STOLEN)).status).toBe(303)
      expect(w.log.entries.filter(({ level }) => level !== 'info')).toEqual([])
    })
  }

  const broken: [what: string, answer: () => Response | Promise<Response>, reason: string][] = [
    ['the service is out of order', () => new Response('sorry', { status: 503 }), 'status 503'],
    ['it sends elsewhere', () => Response.redirect('http://127.0.0.1:1/range/00000'), 'UnexpectedRedirect'],
    ['it never answers', () => new Promise(() => {}), 'TimeoutError'],
  ]
  for (const [what, answer, reason] of broken) {
    test(`when ${what}, and the log says so`, async () => {
      const w = await world({ BREACHES: service(answer).BREACHES })
      expect((await register(w, STOLEN)).status).toBe(303)
      const warnings = w.log.entries.filter(({ level }) => level === 'warn')
      expect(warnings).toMatchObject([{ event: 'breaches_unknown', fields: { reason } }])
      expect(JSON.stringify(warnings)).not.toContain(sha1(STOLEN).slice(0, 5))
    })
  }

  test('when nobody is there', async () => {
    const w = await world({ BREACHES: 'http://127.0.0.1:1' })
    expect((await register(w, STOLEN)).status).toBe(303)
  })
})

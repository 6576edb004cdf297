import { describe, expect, test } from 'bun:test'
import { alertsIn } from '#test/browser.ts'
import { PASSWORD, world } from '#test/world.ts'

// Whatever is sent to the forms at the door is answered with a sentence, never with an error of ours.

const w = await world({
  LIMIT_LOGIN_PER_MINUTE: '100000',
  LIMIT_LOGIN_PER_HOUR: '100000',
  LIMIT_LOGIN_ACCOUNTS: '100000',
  LIMIT_ACCOUNT_FREE: '100000',
  LIMIT_CONFIRM: '100000',
})
await w.person('ana')
const ana = await w.loggedIn('ana')

const FORM = 'application/x-www-form-urlencoded'
const doors = ['/login', '/register', '/account', '/account/password', '/account/confirm']

async function send(path: string, body: BodyInit | null, type: string | undefined = FORM) {
  const tab = path.startsWith('/account') ? ana : w.browser()
  return tab.request(path, {
    method: 'POST',
    body,
    headers: { 'Sec-Fetch-Site': 'same-origin', ...(type === undefined ? {} : { 'Content-Type': type }) },
  })
}

async function sentenceOf(answer: Response): Promise<string> {
  const page = await answer.text()
  expect(answer.headers.get('Content-Type')?.toLowerCase()).toBe('text/html; charset=utf-8')
  const said = alertsIn(page)[0] ?? /<h1>.*?<\/h1>\s*<p>(.*?)<\/p>/s.exec(page)?.[1] ?? ''
  expect(said).toEndWith('.')
  return said
}

for (const path of doors) {
  describe(path, () => {
    const bodies: [what: string, body: BodyInit, type: string | undefined, status: number][] = [
      ['nothing', '', FORM, 422],
      ['only ampersands', '&&&&', FORM, 422],
      ['an equals sign', '=', FORM, 422],
      ['fields without values', 'email&password&verify&current&zone', FORM, 422],
      ['a percent sign alone', 'email=%&password=%', FORM, 422],
      ['half an escape', 'email=%4', FORM, 422],
      ['no hexadecimal', 'email=%zz', FORM, 422],
      ['Latin-1', 'email=%E9%E8', FORM, 422],
      ['half a surrogate pair', 'email=%ED%A0%80', FORM, 422],
      ['an overlong slash', 'email=%C0%AF', FORM, 422],
      ['raw bytes that are no UTF-8', new Uint8Array([101, 61, 0xff, 0xfe]), FORM, 422],
      ['an e-mail twice', 'email=a@b.co&email=c@d.co&password=x&verify=x&name=a&name=b&current=x', FORM, 422],
      [
        'a password twice',
        'email=ana@example.com&password=x&password=y&current=a&current=b&theme=a&theme=b',
        FORM,
        422,
      ],
      ['the fields of an object', '__proto__=1&constructor=2&toString=3&hasOwnProperty=4', FORM, 422],
      ['JSON', JSON.stringify({ email: 'ana@example.com', password: PASSWORD }), 'application/json', 415],
      ['JSON that says it is text', '{"email":"ana@example.com"}', 'text/plain', 415],
      ['text', `email=ana@example.com&password=${PASSWORD}`, 'text/plain', 415],
      ['XML', '<email/>', 'application/xml', 415],
      ['a type that is none', 'email=a', 'nonsense', 415],
      ['2 MB', `email=${'a'.repeat(2 * 1024 * 1024)}`, FORM, 413],
      ['a megabyte and a byte', 'a'.repeat(1024 * 1024 + 1), FORM, 413],
    ]
    for (const [what, body, type, status] of bodies) {
      test(what, async () => {
        const answer = await send(path, body, type)
        expect(answer.status).toBe(status)
        await sentenceOf(answer)
      })
    }

    test('a file upload', async () => {
      const body = new FormData()
      body.set('email', new Blob(['x']), 'x.png')
      const tab = path.startsWith('/account') ? ana : w.browser()
      const headers = { 'Sec-Fetch-Site': 'same-origin' }
      const answer = await tab.request(path, { method: 'POST', body, headers })
      expect(answer.status).toBe(415)
      await sentenceOf(answer)
    })

    test('400,000 fields of one name cost no time', async () => {
      const began = performance.now()
      const answer = await send(path, 'a&'.repeat(400_000))
      expect(answer.status).toBe(422)
      expect(performance.now() - began).toBeLessThan(2000)
    })

    test('a megabyte of accents as a password costs no time', async () => {
      const long = `a${'\u0301\u0323'.repeat(80_000)}`
      const began = performance.now()
      const answer = await send(path, `email=ana@example.com&password=${long}&verify=${long}&current=${long}`)
      expect(answer.status).toBe(422)
      expect(performance.now() - began).toBeLessThan(1500)
    })
  })
}

describe('a form that does not arrive whole', () => {
  const cases: [what: string, error: string, status: number][] = [
    ['because the line was cut', 'The connection was closed.', 422],
    ['because the server stopped reading it', 'Request body exceeded maxRequestBodySize', 413],
  ]
  for (const [what, error, status] of cases) {
    test(`${what} is no bug of ours`, async () => {
      const body = new ReadableStream({ pull: (controller) => controller.error(new Error(error)) })
      const answer = await send('/login', body)
      expect(answer.status).toBe(status)
      await sentenceOf(answer)
      expect(w.log.entries.filter((entry) => entry.level === 'error')).toEqual([])
    })
  }
})

describe('the login form', () => {
  const addresses = [
    'ana\u0000@example.com',
    'x'.repeat(100_000),
    '\u0000',
    'ana@example.com\u0000',
    '🎉',
    '<script>',
    "' or 1=1 --",
  ]
  for (const email of addresses) {
    test(`as ${JSON.stringify(email.slice(0, 30))} nobody gets in`, async () => {
      const answer = await w.browser({ ip: '10.1.1.1' }).post('/login', { email, password: PASSWORD })
      expect(answer.status).toBe(422)
      expect(await sentenceOf(answer)).toMatch(/^The e-mail or the password is not right\.|^There are characters in it/)
    })
  }

  const passwords = ['\u0000', `${PASSWORD}\u0000`, 'x'.repeat(1025), '\ufffd', ' '.repeat(300), '字'.repeat(1000)]
  for (const password of passwords) {
    test(`${JSON.stringify(password.slice(0, 30))} is not Ana's password`, async () => {
      const answer = await w.browser({ ip: '10.1.1.2' }).post('/login', { email: 'ana@example.com', password })
      expect(answer.status).toBe(422)
      expect(await sentenceOf(answer)).toMatch(/^The e-mail or the password is not right\.|^There are characters in it/)
    })
  }

  test('fields that nobody asked for are not looked at', async () => {
    const fields = { email: 'ana@example.com', password: PASSWORD, user_id: '1', role: 'admin', cred_version: '99' }
    expect((await w.browser().post('/login', fields)).status).toBe(303)
  })

  test('a type with a charset is a form too', async () => {
    const answer = await send('/login', `email=ana@example.com&password=${PASSWORD}`, `${FORM}; charset=UTF-8`)
    expect(answer.status).toBe(303)
  })
})

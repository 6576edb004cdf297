import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { alertsIn } from '#test/browser.ts'
import { PASSWORD, world } from '#test/world.ts'

const w = await world({
  LIMIT_LOGIN_PER_MINUTE: '100000',
  LIMIT_LOGIN_PER_HOUR: '100000',
  LIMIT_ACCOUNT_FREE: '100000',
})
await w.person('ana')
const ana = await w.loggedIn('ana')
const BASE = w.config.baseUrl

const ours: [wanted: string, goes: string][] = [
  ['/', '/'],
  ['/completed', '/completed'],
  ['/account/sessions', '/account/sessions'],
  ['/completed?after=x#y', '/completed?after=x#y'],
  ['/completed?next=//evil.example', '/completed?next=//evil.example'],
  ['/tasks/0190', '/tasks/0190'],
  ['/account?a=%2F%2Fevil', '/account?a=%2F%2Fevil'],
  ['/x/../completed', '/completed'],
]

const hostile = [
  'https://evil.example',
  'http://evil.example/',
  'HTTPS://evil.example',
  '//evil.example',
  '///evil.example',
  '////evil.example',
  '/\\evil.example',
  '\\/evil.example',
  '\\\\evil.example',
  '/\\/evil.example',
  '//\\evil.example',
  '/%5cevil.example',
  '/%2fevil.example',
  '/%2F%2Fevil.example',
  '/.//evil.example',
  '/..//evil.example',
  '/x/..//evil.example',
  '/completed/..//evil.example',
  '/%2e//evil.example',
  '/%2e%2e//evil.example',
  'javascript:alert(1)',
  'JavaScript:alert(1)',
  'java\tscript:alert(1)',
  ' javascript:alert(1)',
  'data:text/html,x',
  'vbscript:x',
  'blob:http://localhost:3000/x',
  'file:///etc/passwd',
  'mailto:a@b.co',
  'evil.example',
  'evil.example/',
  '@evil.example',
  ':evil',
  '?next=/completed',
  '#completed',
  '.',
  '..',
  './completed',
  'completed',
  ' /completed',
  '/completed ',
  '\t//evil.example',
  '/\t/evil.example',
  '/\n/evil.example',
  '/\r/evil.example',
  '/\r\nSet-Cookie: sid=x',
  '/completed\r\nLocation: https://evil.example',
  '/completed\u0000',
  '/\u0000/evil.example',
  '/\u0085/evil.example',
  '/\u00a0/evil.example',
  '/\u2028/evil.example',
  '\u3000//evil.example',
  '/\ufeff/evil.example',
  '\uff0f\uff0fevil.example',
  '/\uff0fevil.example',
  '/\u2215/evil.example',
  'http:evil.example',
  'http:/evil.example',
  'http:///evil.example',
  'https:completed',
  `${BASE}@evil.example`,
  `${BASE}.evil.example/`,
  `${BASE}/completed`,
  '//localhost:3000/completed',
  '//user:pass@localhost:3000/completed',
  '//evil.example@localhost:3000/',
  '/nowhere',
  '/assets/app.js',
  '/up',
  '/login',
  '/login?next=/login',
  '/login#x',
  '/login/second',
  '/login/recovery',
  '/logout',
  '/register',
  '/events',
  '/account/confirm',
  '/x/../login',
  '/tasks',
  '/undo/x',
  '/account/sessions/end-others',
  '',
  `/completed?${'a'.repeat(1100)}`,
]

describe('after logging in', () => {
  for (const [wanted, goes] of ours) {
    test(`${wanted} leads to ${goes}`, async () => {
      const answer = await ana.get(`/login?next=${encodeURIComponent(wanted)}`)
      expect([answer.status, answer.headers.get('Location')]).toEqual([303, goes])
    })
  }

  for (const wanted of hostile) {
    test(`${JSON.stringify(wanted.slice(0, 60))} leads to the Inbox, when it is written and when it is read`, async () => {
      // `ana` is in already, so the page sends her on at once.
      const read = await ana.get(`/login?next=${encodeURIComponent(wanted)}`)
      expect(read.headers.get('Location')).toBe('/')
      const page = await (await w.browser().get(`/login?next=${encodeURIComponent(wanted)}`)).text()
      expect(/name="next" value="([^"]*)"/.exec(page)?.[1]).toBe('/')
      const again = await w.browser({ ip: '10.2.2.2' }).post('/account/confirm', { next: wanted, password: 'x' })
      expect(again.headers.get('Location')).toMatch(/^\/login\?next=%2Faccount$/)
      const confirmed = await ana.get(`/account/confirm?next=${encodeURIComponent(wanted)}`)
      expect(/name="next" value="([^"]*)"/.exec(await confirmed.text())?.[1]).toBe('/')
    })
  }

  test('the login form itself goes where it was told, and not where it was lured', async () => {
    const cases = [
      ...ours.slice(1, 5),
      ...['//evil.example', '/\\evil.example', 'https://evil.example', '/login'].map((x) => [x, '/']),
    ]
    for (const [next, goes] of cases as [string, string][]) {
      const answer = await w.browser().post('/login', { email: 'ana@example.com', password: PASSWORD, next })
      expect([answer.status, answer.headers.get('Location')]).toEqual([303, goes])
    }
  })

  test('a wrong password does not lose the way, nor open another', async () => {
    for (const [next, kept] of [
      ['/completed', '/completed'],
      ['//evil.example', '/'],
    ] as const) {
      const answer = await w.browser().post('/login', { email: 'ana@example.com', password: 'wrong', next })
      const page = await answer.text()
      expect(alertsIn(page).length).toBe(1)
      expect(/name="next" value="([^"]*)"/.exec(page)?.[1]).toBe(kept)
    }
  })

  test('next twice is a problem in the form, not a choice', async () => {
    const fields: [string, string][] = [
      ['email', 'ana@example.com'],
      ['password', PASSWORD],
      ['next', '/completed'],
      ['next', '//evil.example'],
    ]
    expect((await w.browser().post('/login', fields)).status).toBe(422)
  })

  test('who asked for a page comes to it, with all that stood behind the question mark', async () => {
    const tab = w.browser()
    const sent = await tab.get('/completed?after=abc&x=1')
    const login = sent.headers.get('Location')!
    const next = new URL(login, BASE).searchParams.get('next')!
    const answer = await tab.post('/login', { email: 'ana@example.com', password: PASSWORD, next })
    expect(answer.headers.get('Location')).toBe('/completed?after=abc&x=1')
  })
})

describe('whatever is asked for', () => {
  const tricky = fc.string({
    unit: fc.constantFrom(...'/\\.:@?#%25fF0ae \t\nxyhtpsjvc[]', '\u0000', '\u2028', '\uff0f'),
  })

  test('stays with us, and what was written is read as it was written', async () => {
    const { safeNext } = await import('#web/next.ts')
    const anything = fc.oneof(
      tricky,
      fc.webUrl(),
      tricky.map((text) => `/${text}`),
      tricky.map((text) => `/completed${text}`),
      fc.string({ unit: 'binary' }),
    )
    fc.assert(
      fc.property(anything, (wanted) => {
        const place = safeNext(wanted, w.config, w.app.routes)
        const url = new URL(place, `${BASE}/any/where`)
        expect(url.origin).toBe(BASE)
        expect(place).toMatch(/^\/(?![/\\])/)
        expect(safeNext(place, w.config, w.app.routes)).toBe(place)
        expect(new Headers({ Location: place }).get('Location')).toBe(place)
      }),
      { numRuns: 3000 },
    )
  })

  test('what is no text leads to the Inbox', async () => {
    const { safeNext } = await import('#web/next.ts')
    for (const wanted of [undefined, null, 1, {}, [], ['/completed'], () => '/completed', new String('/completed')]) {
      expect(safeNext(wanted, w.config, w.app.routes)).toBe('/')
    }
  })
})

describe('back to the page of a form', () => {
  const cases: [referer: string, goes: string][] = [
    [`${BASE}/completed`, '/completed'],
    [`${BASE}/completed?after=1&more=x`, '/completed?after=1'],
    [`${BASE}//evil.example`, '/'],
    [`${BASE}/\\evil.example`, '/'],
    ['https://evil.example/completed', '/'],
    [`${BASE}@evil.example/completed`, '/'],
    [`${BASE}.evil.example/completed`, '/'],
    ['nonsense', '/'],
    ['javascript:alert(1)', '/'],
  ]
  for (const [referer, goes] of cases) {
    test(referer, async () => {
      const id = crypto.randomUUID()
      await ana.post('/tasks', { task: 'Milk', id })
      const answer = await ana.post(`/tasks/${id}/complete`, {}, { headers: { Referer: referer } })
      expect([answer.status, answer.headers.get('Location')]).toEqual([303, goes])
    })
  }
})

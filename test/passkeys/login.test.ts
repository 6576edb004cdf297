import { describe, expect, test } from 'bun:test'
import { MINUTE, SECOND } from '#core/time.ts'
import { changePerson } from '#features/admin/changing.ts'
import { quickHashing } from '#test/accounts/hashing.ts'
import { alertsIn, type Browser, flashesIn } from '#test/browser.ts'
import { testKind } from '#test/databases.ts'
import { isIn, setUp } from '#test/factors/app.ts'
import { countIn, everythingIn } from '#test/tables.ts'
import { type World, world } from '#test/world.ts'
import { addPasskey, type Flaw, logInWith, makePasskey, type Passkey, questionAt } from './device.ts'

const UNLIMITED = {
  LIMIT_LOGIN_PER_MINUTE: '100000',
  LIMIT_LOGIN_PER_HOUR: '100000',
  LIMIT_LOGIN_ACCOUNTS: '100000',
  LIMIT_PASSKEY_QUESTIONS: '100000',
}

/** Ana with a passkey, and Eve with another. */
async function people(env: Record<string, string> = UNLIMITED) {
  const w = await world(env, quickHashing())
  const [desk, eves] = [await w.loggedIn('ana'), await w.loggedIn('eve')]
  return { w, desk, eves, anas: await addPasskey(desk, { counts: true }), other: await addPasskey(eves) }
}

const goesTo = (response: Response) => [response.status, response.headers.get('Location')]
const lastSession = (w: World) =>
  w.db.selectFrom('sessions').selectAll().orderBy('id', 'desc').limit(1).executeTakeFirstOrThrow()
const REFUSED = 'This passkey was refused. Try it once more, or choose another way.'

describe('with her passkey', () => {
  test('Ana is in without a password and without a name, where she wanted to go', async () => {
    const { w, anas } = await people()
    const tab = w.browser()
    expect(goesTo(await logInWith(tab, anas, {}, { next: '/completed' }))).toEqual([303, '/completed'])
    const page = await tab.page('/completed')
    expect([flashesIn(page), page.includes('ana@example.com')]).toEqual([['You are logged in.'], true])
    const { amr, persistent } = await lastSession(w)
    expect([amr, persistent]).toEqual(['pk', 0])
    expect(await tab.page('/account/activity')).toContain('You logged in with a passkey')
  })

  test('she stays logged in when she wants, and goes nowhere else', async () => {
    const { w, anas } = await people()
    const tab = w.browser()
    const answer = await logInWith(tab, anas, {}, { remember: 'on', next: 'https://evil.example/' })
    expect(goesTo(answer)).toEqual([303, '/'])
    expect(answer.headers.getSetCookie().find((line) => line.startsWith('sid='))).toContain('Max-Age=')
    expect((await lastSession(w)).persistent).toBe(1)
  })

  test('no code of her app is asked for: it is two factors by itself', async () => {
    const { w, desk, anas } = await people()
    await setUp(w, desk)
    const tab = w.browser()
    expect(goesTo(await logInWith(tab, anas))).toEqual([303, '/'])
    expect(await isIn(tab)).toBe(true)
  })

  test('the question is 32 random bytes for this site, about nobody, and wants the device to look at her', async () => {
    const { w, desk, anas } = await people()
    const questions = await Promise.all([1, 2].map(() => questionAt(w.browser(), '/login/passkey/question')))
    for (const { challenge, rpId, allowCredentials, userVerification } of questions) {
      expect([Buffer.from(challenge, 'base64url').length, rpId, allowCredentials, userVerification]).toEqual([
        32,
        'localhost',
        [],
        'required',
      ])
    }
    expect(questions[0]!.challenge).not.toBe(questions[1]!.challenge)
    const { excludeCredentials } = await questionAt(desk, '/account/passkeys/question')
    expect(excludeCredentials?.map(({ id }) => id)).toEqual([anas.id])
    const stored = await everythingIn(w.db)
    for (const { challenge } of questions) expect(stored).not.toContain(challenge)
  })
})

describe('an answer', () => {
  test('makes one session when it is sent fifty times at once', async () => {
    const { w, anas } = await people()
    const passkey = await anas.sign(await questionAt(w.browser(), '/login/passkey/question'))
    const before = await countIn(w.db, 'sessions')
    const all = await Promise.all(Array.from({ length: 50 }, () => w.browser().post('/login/passkey', { passkey })))
    expect(all.map(({ status }) => status).sort()).toEqual([303, ...Array<number>(49).fill(422)])
    expect(await countIn(w.db, 'sessions')).toBe(before + 1)
  })

  test.skipIf(testKind !== 'postgres')(
    'that one process took is refused by another, also at the same moment',
    async () => {
      const { w, anas } = await people()
      const other = w.another()
      const passkey = await anas.sign(await questionAt(w.browser(), '/login/passkey/question'))
      const tabs = Array.from({ length: 20 }, (_, i) => (i % 2 ? w : other).browser())
      const all = await Promise.all(tabs.map((tab) => tab.post('/login/passkey', { passkey })))
      expect(all.map(({ status }) => status).sort()).toEqual([303, ...Array<number>(19).fill(422)])
    },
  )

  test('comes within ten minutes, once, to a question of ours', async () => {
    const { w, anas } = await people()
    const tab = w.browser()
    const send = async (passkey: string) => {
      const answer = await tab.post('/login/passkey', { passkey })
      return [answer.status, ...alertsIn(await answer.text())]
    }
    const late = 'That took too long, or was answered already. Try the passkey once more.'
    const early = await anas.sign(await questionAt(tab, '/login/passkey/question'))
    const slow = await anas.sign(await questionAt(tab, '/login/passkey/question'))
    w.pass(10 * MINUTE - SECOND)
    expect(await send(early)).toEqual([303])
    expect(await send(early)).toEqual([422, late])
    w.pass(SECOND)
    expect(await send(slow)).toEqual([422, late])
    expect(await send(await anas.sign({ challenge: 'A'.repeat(43) }))).toEqual([422, late])
  })

  test('to another kind of question does not log in', async () => {
    const { w, desk, anas } = await people()
    const { challenge } = await questionAt(desk, '/account/passkeys/question')
    const tab = w.browser()
    expect((await tab.post('/login/passkey', { passkey: await anas.sign({ challenge }) })).status).toBe(422)
    expect(await isIn(tab)).toBe(false)
  })

  const flaws: [string, Flaw][] = [
    ['for another origin', { origin: 'https://evil.example' }],
    ['for another port of the same name', { origin: 'http://localhost:3001' }],
    ['for another site', { rpId: 'evil.example' }],
    ['by a device that did not look who it is', { flags: 0x01 }],
    ['while nobody was there', { flags: 0x04 }],
    ['when a passkey was to be made', { type: 'webauthn.create' }],
    ['in a page inside another', { crossOrigin: true }],
    ['for another person', { userHandle: Buffer.from('someone').toString('base64url') }],
    ['for nobody', { userHandle: null }],
    ['wrongly', { signature: Buffer.from('3006020101020101', 'hex').toString('base64url') }],
  ]
  for (const [what, flaw] of flaws) {
    test(`that was signed ${what} is refused, and Ana can read of it`, async () => {
      const { w, desk, anas } = await people()
      const tab = w.browser()
      const answer = await logInWith(tab, anas, flaw, { remember: 'on' })
      const page = await answer.text()
      expect([answer.status, alertsIn(page), await isIn(tab)]).toEqual([422, [REFUSED], false])
      expect(page).toMatch(/name="remember" value="on" checked/)
      expect(await desk.page('/account/activity')).toContain('A passkey was refused at the login')
    })
  }

  test('of Eve does not log in as Ana, whatever it calls itself', async () => {
    const { w, anas, other } = await people()
    const tab = w.browser()
    expect((await logInWith(tab, other, { id: anas.id })).status).toBe(422)
    expect(await isIn(tab)).toBe(false)
    expect((await logInWith(tab, other)).status).toBe(303)
    expect(await tab.page('/')).toContain('eve@example.com')
  })

  test('that no browser makes is refused like any other', async () => {
    const { w, anas } = await people()
    const good = JSON.parse(await anas.sign({ challenge: 'x' })) as Record<string, unknown>
    const wrong = [
      '{',
      'null',
      '[]',
      '"x"',
      JSON.stringify({ ...good, id: 7 }),
      JSON.stringify({ ...good, response: {} }),
      JSON.stringify({ ...good, id: 'a"><b' }),
      JSON.stringify({ ...good, response: { ...(good.response as object), clientDataJSON: 'bm8' } }),
      'x'.repeat(300_000),
    ]
    for (const passkey of wrong) {
      const answer = await w.browser().post('/login/passkey', { passkey })
      expect([passkey.slice(0, 40), answer.status, alertsIn(await answer.text())]).toEqual([
        passkey.slice(0, 40),
        422,
        [REFUSED],
      ])
    }
    for (const fields of [{}, { passkey: '' }]) {
      const answer = await w.browser().post('/login/passkey', fields)
      expect([answer.status, alertsIn(await answer.text())]).toEqual([
        422,
        ['Your browser showed no passkey. Passkeys need JavaScript; choose another way.'],
      ])
    }
  })
})

test('a passkey that counts backwards, or not on, is refused: there may be a copy', async () => {
  const { w, anas } = await people()
  for (const counter of [7, 8]) expect((await logInWith(w.browser(), anas, { counter })).status).toBe(303)
  for (const counter of [8, 7, 0]) {
    const answer = await logInWith(w.browser(), anas, { counter })
    expect([counter, answer.status, alertsIn(await answer.text())]).toEqual([
      counter,
      422,
      ['This passkey counts as if there were a copy of it. Log in another way, and remove it.'],
    ])
  }
  expect((await logInWith(w.browser(), anas, { counter: 4_294_967_295 })).status).toBe(303)
})

test('a passkey that counts lets one in of those that say the same number at once', async () => {
  const { w, anas } = await people()
  const signed: string[] = []
  for (let i = 0; i < 10; i++)
    signed.push(await anas.sign(await questionAt(w.browser(), '/login/passkey/question'), { counter: 50 }))
  const all = await Promise.all(signed.map((passkey) => w.browser().post('/login/passkey', { passkey })))
  expect(all.map(({ status }) => status).sort()).toEqual([303, ...Array<number>(9).fill(422)])
})

test('who is disabled is not let in, and is told so; who is enabled again is', async () => {
  const { w, anas } = await people()
  const from = { ip: '', agent: '', now: w.now() }
  await changePerson(w, await w.person('ana'), 'disable', undefined, from)
  const tab = w.browser()
  const refused = await logInWith(tab, anas)
  expect([refused.status, alertsIn(await refused.text()), await isIn(tab)]).toEqual([
    422,
    ['This account is disabled. Ask whoever runs this site.'],
    false,
  ])
  await changePerson(w, await w.person('ana'), 'enable', undefined, from)
  expect((await logInWith(tab, anas)).status).toBe(303)
})

test('a passkey that is not known is refused, and the device is told to forget it', async () => {
  const { w, desk, anas } = await people()
  const mine = /\/account\/passkeys\/([\w-]{36})/.exec(await desk.page('/account/passkeys'))![1]!
  await desk.post(`/account/passkeys/${mine}/remove`)
  const answer = await logInWith(w.browser(), anas)
  const page = await answer.text()
  expect([answer.status, alertsIn(page)]).toEqual([
    422,
    ['This passkey is not known here any more. Choose another way.'],
  ])
  expect(page).toContain(`data-passkey data-unknown="${anas.id}" data-site="localhost"`)
})

describe('limits', () => {
  test('refused passkeys count for the network, with wrong passwords; good ones do not', async () => {
    const { w, anas } = await people({ LIMIT_LOGIN_PER_MINUTE: '3' })
    for (let i = 0; i < 5; i++) expect((await logInWith(w.browser(), anas)).status).toBe(303)
    for (let i = 0; i < 3; i++) expect((await logInWith(w.browser(), anas, { origin: 'x' })).status).toBe(422)
    const refused = await logInWith(w.browser(), anas)
    expect([refused.status, refused.headers.get('Retry-After')]).toEqual([429, '60'])
    const password = await w.browser().post('/login', { email: 'ana@example.com', password: 'wrong' })
    expect(password.status).toBe(429)
    expect((await logInWith(w.browser({ ip: '192.0.2.9' }), anas)).status).toBe(303)
    w.pass(MINUTE)
    expect((await logInWith(w.browser(), anas)).status).toBe(303)
  })

  test('strangers who guess her password do not keep Ana from her passkey', async () => {
    const { w, anas } = await people({ ...UNLIMITED, LIMIT_ACCOUNT_FREE: '1' })
    for (let i = 0; i < 4; i++)
      await w.browser({ ip: '192.0.2.7' }).post('/login', { email: 'ana@example.com', password: 'wrong' })
    expect((await logInWith(w.browser(), anas)).status).toBe(303)
  })

  test('a network prepares so many login pages in a minute, and what nobody answered is cleared away', async () => {
    const { w } = await people({ LIMIT_PASSKEY_QUESTIONS: '3' })
    const ask = () => w.browser().post('/login/passkey/question')
    const all: number[] = []
    for (let i = 0; i < 4; i++) all.push((await ask()).status)
    expect(all).toEqual([200, 200, 200, 429])
    expect(await countIn(w.db, 'one_time_tokens')).toBe(3)
    w.pass(61 * MINUTE)
    await w.app.tick()
    expect(await countIn(w.db, 'one_time_tokens')).toBe(0)
    expect((await ask()).status).toBe(200)
  })
})

describe('where there can be no passkeys', () => {
  const places = ['http://127.0.0.1:3000', 'http://[::1]:3000', 'https://192.0.2.1']
  for (const BASE_URL of places) {
    test(`at ${BASE_URL} the login says nothing of them, and the account says why`, async () => {
      const w = await world({ BASE_URL }, quickHashing())
      expect(await w.browser().page('/login')).not.toContain('passkey')
      const ana = await w.loggedIn('ana')
      expect(await ana.page('/account/passkeys')).toContain('Passkeys need an address with a name and https.')
      const answer = await ana.post('/account/passkeys/question')
      expect(answer.status).toBe(422)
    })
  }

  test('a passkey is bound to the name and the origin of BASE_URL alone', async () => {
    const w = await world(
      { BASE_URL: 'https://todo.example.org', EXTRA_ORIGINS: 'https://lan.example.org' },
      quickHashing(),
    )
    const ana = await w.loggedIn('ana')
    const passkey = await addPasskey(ana, { origin: 'https://todo.example.org' })
    const tab: Browser = w.browser()
    expect((await questionAt(tab, '/login/passkey/question')).rpId).toBe('todo.example.org')
    expect((await logInWith(tab, passkey, { origin: 'https://lan.example.org' })).status).toBe(422)
    expect((await logInWith(tab, passkey, { origin: 'http://todo.example.org' })).status).toBe(422)
    expect((await logInWith(tab, passkey)).status).toBe(303)
  })
})

test('browsers may use passkeys on our pages, and on no page inside them', async () => {
  const { w } = await people()
  const policy = (await w.browser().get('/login')).headers.get('Permissions-Policy')
  expect(policy).toContain('publickey-credentials-create=(self), publickey-credentials-get=(self)')
})

test('the login page offers passkeys to browsers with script alone', async () => {
  const { w } = await people()
  const page = await w.browser().page('/login?next=/today')
  expect(page).toMatch(/<form [^>]*action="\/login\/passkey"[^>]* hidden>/)
  expect(page).toContain('autocomplete="username webauthn"')
  expect(goesTo(await w.browser().get('/login/passkey'))).toEqual([303, '/login'])
})

test('what one device made is nothing on another', async () => {
  const { w, desk, anas } = await people()
  const { passkey } = await makePasskey(await questionAt(desk, '/account/passkeys/question'))
  const stranger: Passkey = {
    ...passkey,
    id: anas.id,
    sign: (asked, flaw) => passkey.sign(asked, { ...flaw, id: anas.id }),
  }
  expect((await logInWith(w.browser(), stranger)).status).toBe(422)
})

import { describe, expect, test } from 'bun:test'
import { alertsIn, flashesIn } from '#test/browser.ts'
import { PASSWORD, type World, world } from '#test/world.ts'

// Nobody here is to be slowed down; that is tried in limits.test.ts.
const UNLIMITED = {
  LIMIT_LOGIN_PER_MINUTE: '100000',
  LIMIT_LOGIN_PER_HOUR: '100000',
  LIMIT_REGISTER_PER_HOUR: '100000',
  LIMIT_REGISTER_ALL_PER_HOUR: '100000',
}
const w = await world(UNLIMITED)

const register = (at: World, fields: Record<string, string>) =>
  at.browser().post('/register', { password: PASSWORD, verify: fields.password ?? PASSWORD, ...fields })

const accounts = (at: World) => at.db.selectFrom('users').selectAll().orderBy('id').execute()

describe('registering', () => {
  test('Ana registers, is in, and is welcomed once', async () => {
    const ana = w.browser()
    const answer = await ana.post('/register', { email: 'ana@example.com', password: PASSWORD, verify: PASSWORD })
    expect(answer.status).toBe(303)
    expect(answer.headers.get('Location')).toBe('/')
    const page = await ana.page('/')
    expect(page.includes('ana@example.com')).toBe(true)
    expect(flashesIn(page)[0]).toStartWith('Your account is ready')
    expect(flashesIn(await ana.page('/'))).toEqual([])
  })

  test('Bob, who is in as Bob, may make another account and is then in as the other', async () => {
    const bob = await w.loggedIn('bob')
    const before = bob.token
    await bob.post('/register', { email: 'bobby@example.com', password: PASSWORD, verify: PASSWORD })
    expect(await bob.page('/')).toContain('bobby@example.com')
    expect((await w.browser().get('/', { Cookie: `sid=${before}` })).status).toBe(303)
  })

  test('somebody who is in is sent from the form to the Inbox', async () => {
    const carl = await w.loggedIn('carl')
    expect((await carl.get('/register')).headers.get('Location')).toBe('/')
  })

  test('the new person has an Inbox, the language of the browser, and no other rights', async () => {
    const eve = w.browser()
    await eve.post(
      '/register',
      {
        email: 'eve@example.com',
        password: PASSWORD,
        verify: PASSWORD,
        role: 'admin',
        status: 'disabled',
        id: 'mine',
        cred_version: '9',
        email_canon: 'ana@example.com',
      },
      { headers: { 'Accept-Language': 'xx, de-CH;q=0.9, en' } },
    )
    const row = await w.db
      .selectFrom('users')
      .selectAll()
      .where('email_canon', '=', 'eve@example.com')
      .executeTakeFirstOrThrow()
    expect(row).toMatchObject({ role: 'user', status: 'active', cred_version: 1, locale: 'de-CH' })
    expect(row.password_phc).toStartWith('$argon2id$v=19$m=19456,t=2,p=1$')
  })
})

describe('a form that is not right comes back with what was typed, but never a password', () => {
  const mine = { email: 'fay@example.com', password: 'seven horses', verify: 'seven horses' }
  const cases: [what: string, fields: Record<string, string>, sentence: string][] = [
    ['the two passwords differ', { ...mine, verify: 'seven houses' }, 'The two are not the same'],
    ['verify is missing', { email: mine.email, password: mine.password }, 'Type the password once more.'],
    ['verify is empty', { ...mine, verify: '' }, 'The two are not the same'],
    ['verify differs in a blank at the end', { ...mine, verify: 'seven horses ' }, 'The two are not the same'],
    ['the password is missing', { email: mine.email, verify: mine.verify }, 'Type the password.'],
    ['the password is empty', { ...mine, password: '', verify: '' }, 'Type the password.'],
    ['the e-mail is missing', { password: mine.password, verify: mine.verify }, 'Type your e-mail address.'],
    ['the e-mail is empty', { ...mine, email: '' }, 'Type your e-mail address.'],
    ['the e-mail is blank', { ...mine, email: '   ' }, 'Type your e-mail address.'],
    ['the password has 7 characters', { ...mine, password: 'abcdefg', verify: 'abcdefg' }, 'Use at least 8 characters'],
    ['7 characters of two units each', { ...mine, password: '🎉'.repeat(7), verify: '🎉'.repeat(7) }, 'at least 8'],
    [
      'four letters that are typed as two each',
      { ...mine, password: 'e\u0301a\u0300o\u0302u\u0308', verify: 'e\u0301a\u0300o\u0302u\u0308' },
      'at least 8',
    ],
    ['257 characters', { ...mine, password: 'abc'.repeat(86), verify: 'abc'.repeat(86) }, 'at most 256'],
    ['over 1,024 bytes', { ...mine, password: '字'.repeat(342), verify: '字'.repeat(342) }, 'at most 256'],
    ['eight times the same', { ...mine, password: 'aaaaaaaa', verify: 'aaaaaaaa' }, 'first that people try'],
    ['well known', { ...mine, password: 'Password123', verify: 'Password123' }, 'first that people try'],
    ['the name of the app', { ...mine, password: 'GetItDone1!', verify: 'GetItDone1!' }, 'name of this place'],
    ['their own e-mail', { ...mine, password: 'Fay@Example.com', verify: 'Fay@Example.com' }, 'your e-mail address'],
    ['a NUL in the middle', { ...mine, password: 'abcdefgh\0ijk', verify: 'abcdefgh\0ijk' }, 'cannot be shown'],
    [
      'their own name and a year',
      { email: 'rosalind@example.com', password: 'Rosalind1962', verify: 'Rosalind1962' },
      'your e-mail address',
    ],
  ]
  for (const [what, fields, sentence] of cases) {
    test(what, async () => {
      const before = (await accounts(w)).length
      const answer = await w.browser().post('/register', fields)
      const page = await answer.text()
      expect(answer.status).toBe(422)
      expect(alertsIn(page).join(' ')).toContain(sentence)
      for (const typed of [fields.password, fields.verify]) {
        if (typed && typed.toLowerCase() !== fields.email) expect(page.includes(typed)).toBe(false)
      }
      if (fields.email) expect(page.includes(`value="${fields.email}"`)).toBe(true)
      expect(answer.headers.getSetCookie()).toEqual([])
      expect((await accounts(w)).length).toBe(before)
    })
  }
})

describe('passwords that are taken as they are', () => {
  const fine: [what: string, password: string][] = [
    ['8 characters', 'kl3qzvbn'],
    ['64', 'ab c'.repeat(16)],
    ['128', 'ab d'.repeat(32)],
    ['256', 'ab e'.repeat(64)],
    ['256 characters outside the basic plane', '🎉🐈🌧️x'.replaceAll('\ufe0f', '').repeat(64)],
    ['lower case only', 'plainwordsonly'],
    ['blanks at both ends', '  kettle on the hob '],
    ['Chinese', '一把水壶两个杯子雨'],
    ['Arabic', 'غلاية وكوبان ومطر'],
    ['markup', '<b>"kettle\'&amp;'],
    ['percent, plus and ampersand', '100% + 50 & =?'],
    ['no letters at all', '8261 9372 0173'],
  ]
  for (const [i, [what, password]] of fine.entries()) {
    test(what, async () => {
      const email = `${2400 + i}@example.com`
      expect((await register(w, { email, password, verify: password })).status).toBe(303)
      expect((await w.browser().post('/login', { email, password })).status).toBe(303)
      const others = [password.trim(), password.toUpperCase(), password.slice(0, -1), `${password} `]
      for (const other of new Set(others.filter((one) => one !== password))) {
        expect((await w.browser({ ip: `10.9.${i}.1` }).post('/login', { email, password: other })).status).toBe(422)
      }
    })
  }

  test('é typed on two keyboards is one password', async () => {
    const email = 'renee@example.com'
    const [composed, decomposed] = ['Cafe\u0301 au lait', 'Caf\u00e9 au lait']
    expect((await register(w, { email, password: composed, verify: decomposed })).status).toBe(422)
    expect((await register(w, { email, password: composed, verify: composed })).status).toBe(303)
    expect((await w.browser().post('/login', { email, password: decomposed })).status).toBe(303)
  })
})

describe('one person, one address', () => {
  const same: [first: string, again: string[]][] = [
    ['Gus@Example.COM', ['gus@example.com', 'GUS@EXAMPLE.COM', ' gus@example.com ', '\tgus@example.com\n']],
    ['hal@bücher.example', ['hal@BÜCHER.example', 'hal@xn--bcher-kva.example', 'hal@bu\u0308cher.example']],
    ['ida@日本。example', ['ida@日本.example', 'ida@xn--wgv71a.example']],
    ['jo\u0301@example.com', ['j\u00f3@example.com', 'J\u00f3@example.com']],
  ]
  for (const [first, again] of same) {
    test(`${first} is taken however it is written`, async () => {
      expect((await register(w, { email: first })).status).toBe(303)
      for (const email of again) {
        const answer = await register(w, { email })
        expect(answer.status).toBe(422)
        expect(alertsIn(await answer.text())[0]).toStartWith('There is already an account with this e-mail')
      }
      expect((await w.browser().post('/login', { email: again.at(-1)!, password: PASSWORD })).status).toBe(303)
    })
  }

  test('letters that only look alike are other people', async () => {
    const alike = [
      'kim@example.com',
      '\uff4bim@example.com',
      'k\u0131m@example.com',
      'k\u0456m@example.com',
      'kïm@example.com',
    ]
    for (const email of alike) expect([email, (await register(w, { email })).status]).toEqual([email, 303])
    expect(new Set((await accounts(w)).map((user) => user.email_canon)).size).toBe((await accounts(w)).length)
  })

  test('dots and plus signs belong to the address', async () => {
    for (const email of ['l.ee@example.com', 'lee@example.com', 'lee+todo@example.com']) {
      expect((await register(w, { email })).status).toBe(303)
    }
  })

  test('of ten who register one address at once, one gets it, and nobody sees an error', async () => {
    const answers = await Promise.all(Array.from({ length: 10 }, () => register(w, { email: 'mia@example.com' })))
    expect(answers.map((answer) => answer.status).sort()).toEqual([303, ...Array<number>(9).fill(422)])
  })
})

describe('what is no address is refused', () => {
  const none = [
    'plain',
    '@example.com',
    'ana@',
    'ana@@example.com',
    'a na@example.com',
    'ana@exam ple.com',
    'ana@example..com',
    'ana@.example.com',
    'ana@example.com.',
    'ana@-example.com',
    'ana@example.com/x',
    'ana@example.com#x',
    'ana@example.com?x',
    'ana@example.com:80',
    'ana@ex%61mple.com',
    'ana@exam\tple.com',
    'ana@exam\u00adple.com',
    'ana@exam_ple.com',
    'ana@[127.0.0.1]',
    'ana\u0000@example.com',
    'ana@example\u0000.com',
    'ana\r\nBcc: all@example.com',
    'ana\u200b@example.com',
    'ana\u202e@example.com',
    'ana\ufeff@example.com',
    '"ana"@example.com',
    'ana<b>@example.com',
    'ana,ben@example.com',
    'Ana <ana@example.com>',
    `${'a'.repeat(65)}@example.com`,
    `a@${'b'.repeat(250)}.com`,
    `a@${'b.'.repeat(130)}com`,
    `a@${'ü'.repeat(60)}.example`,
  ]
  for (const email of none) {
    test(JSON.stringify(email.slice(0, 60)), async () => {
      const answer = await register(w, { email })
      expect(answer.status).toBe(422)
      expect(alertsIn(await answer.text())).toEqual(['This is not an e-mail address.'])
    })
  }

  test('an address of 300,000 labels costs no time', async () => {
    const began = performance.now()
    expect((await register(w, { email: `a@${'ü.'.repeat(100_000)}com` })).status).toBe(422)
    expect(performance.now() - began).toBeLessThan(500)
  })
})

describe('who may register', () => {
  test('where registration is closed there is no form, and sending one changes nothing', async () => {
    for (const [REGISTRATION, words, refusal] of [
      ['closed', 'Registration is closed', 'Registration is closed here.'],
      ['invite', 'You need an invitation', 'An invitation is needed to register here.'],
    ] as const) {
      const closed = await world({ REGISTRATION })
      expect(await closed.browser().page('/register')).toContain(words)
      expect(await closed.browser().page('/register')).not.toContain('name="password"')
      expect(await closed.browser().page('/login')).not.toContain('href="/register"')
      const answer = await register(closed, { email: 'ana@example.com' })
      expect(answer.status).toBe(403)
      expect(await answer.text()).toContain(refusal)
      expect(await accounts(closed)).toEqual([])
    }
  })

  test('a new installation has no account at all', async () => {
    expect(await accounts(await world())).toEqual([])
  })

  test('of ten who register at once on this machine, exactly one becomes the administrator', async () => {
    const fresh = await world(UNLIMITED)
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, i) => register(fresh, { email: `p${i}@example.com` })),
    )
    expect(answers.map((answer) => answer.status)).toEqual(Array<number>(10).fill(303))
    const admins = (await accounts(fresh)).filter((user) => user.role === 'admin')
    expect(admins.length).toBe(1)
    const instance = await fresh.db.selectFrom('instance').selectAll().executeTakeFirstOrThrow()
    expect(instance.admin_id).toBe(admins[0]!.id)
  })

  test('on a public address the first who comes is nobody special', async () => {
    for (const env of [{ BASE_URL: 'https://todo.example.org' }, { HOST: '0.0.0.0' }]) {
      const open = await world({ REGISTRATION: 'open', ...env })
      expect((await register(open, { email: 'eve@example.com' })).status).toBe(303)
      expect((await accounts(open)).map((user) => user.role)).toEqual(['user'])
    }
  })
})

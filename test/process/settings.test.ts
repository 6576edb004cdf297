import { describe, expect, test } from 'bun:test'
import { settings } from '#config/table.ts'
import { type ConfigProblems, readConfig, withPort } from '#config.ts'
import { DAY, HOUR, MINUTE } from '#core/time.ts'
import { root } from '../../bin/install.mjs'
import { SECRET } from './command-line.ts'

const problemsOf = (env: Record<string, string>): string[] => {
  try {
    readConfig(env)
    return []
  } catch (error) {
    return (error as ConfigProblems).problems
  }
}

test('without any setting it is for this machine only', () => {
  const config = readConfig({})
  expect(config).toMatchObject({
    host: '127.0.0.1',
    port: 3000,
    baseUrl: 'http://localhost:3000',
    secure: false,
    loopbackOnly: true,
    registration: 'open',
    databaseUrl: undefined,
    trustedProxies: [],
  })
  expect(config.dataDir).toBe(`${process.cwd()}/data`)
  expect(config.session).toEqual({
    idleMs: 12 * HOUR,
    absoluteMs: DAY,
    rememberedIdleMs: 14 * DAY,
    rememberedAbsoluteMs: 30 * DAY,
    sudoMs: 15 * MINUTE,
    perPerson: 50,
  })
})

test.each([
  ['behind a proxy', { BASE_URL: 'https://todo.example.org' }, { secure: true, loopbackOnly: false, hsts: true }],
  [
    'in a container',
    { HOST: '0.0.0.0', TRUSTED_PROXIES: '172.30.77.2' },
    { loopbackOnly: false, registration: 'invite' },
  ],
  // Browsers leave out the port that http has anyway, also in the header Origin.
  ['the port that http has anyway', { PORT: '80' }, { baseUrl: 'http://localhost' }],
  ['the port that https has anyway', { PORT: '443' }, { baseUrl: 'http://localhost:443' }],
  ['it spelled out', { BASE_URL: 'http://localhost:80', PORT: '3000' }, { baseUrl: 'http://localhost' }],
  ['a slash at the end', { BASE_URL: 'https://todo.example.org/' }, { baseUrl: 'https://todo.example.org' }],
  ['a name in capitals', { BASE_URL: 'https://TODO.example.org:443' }, { baseUrl: 'https://todo.example.org' }],
  ['words for proxies', { TRUSTED_PROXIES: 'loopback, unix' }, { trustedProxies: ['127.0.0.0/8', '::1/128', 'unix'] }],
  ['an empty setting', { PORT: '', REGISTRATION: ' ' }, { port: 3000, registration: 'open' }],
  ['http in a trusted network', { BASE_URL: 'http://box.lan', ALLOW_INSECURE_HTTP: '1' }, { secure: false }],
] as [string, Record<string, string>, object][])('%s', (_, env, expected) => {
  expect(readConfig(env)).toMatchObject(expected)
})

test.each([
  ['127.0.0.1', true],
  ['127.9.9.9', true],
  ['localhost', true],
  ['todo.localhost', true],
  ['::1', true],
  ['0.0.0.0', false],
  ['127.example.com', false],
  ['localhost.example.com', false],
])('whoever comes to HOST=%p sits at this machine: %p', (HOST, isSo) => {
  expect(readConfig({ HOST }).loopbackOnly).toBe(isSo)
})

test.each([
  ['PORT', '70000'],
  ['PORT', '3000x'],
  ['HOST', 'a b'],
  ['BASE_URL', 'todo.example.org'],
  ['BASE_URL', 'https://example.org/todo'],
  ['BASE_URL', 'https://ana:secret@example.org'],
  ['BASE_URL', 'http://todo.example.org'],
  ['DATABASE_URL', 'mysql://localhost/todo'],
  ['SECRET_KEY', 'too-short'],
  ['SECRET_KEY', 'change-me-change-me-change-me-change-me'],
  ['SECRET_KEY_FILE', '/does/not/exist'],
  ['TRUSTED_PROXIES', '10.0.0.0/64'],
  ['TRUSTED_PROXIES', 'everybody'],
  ['REGISTRATION', 'perhaps'],
  ['SECURITY_CONTACT', 'somebody'],
  ['SECURITY_CONTACT', 'http://example.org/report'],
  ['SECURITY_CONTACT', 'a@example.org, javascript:alert(1)'],
  ['HSTS', 'maybe'],
  ['SESSION_IDLE', '12'],
  ['SESSION_IDLE', '900d'],
  ['SESSION_IDLE', '30d'],
  ['PASSWORD_MIN', '4'],
  ['BREACHES', 'yes'],
  ['PASSWORD_MEMORY', '1024'],
  ['SMTP_URL', 'mail.example.org'],
  ['SMTP_URL', 'http://mail.example.org'],
  ['SMTP_URL', 'smtp://'],
  ['SMTP_URL', 'smtp://mail.example.org/inbox'],
  ['SMTP_URL', 'smtp://mail.example.org?tls=no'],
  ['SMTP_URL', 'smtp://ana:100%@mail.example.org'],
  ['SMTP_URL', 'smtp://ana:a%0d%0aRSET@mail.example.org'],
  ['SMTP_FROM', 'todo'],
  ['SMTP_FROM', 'a@example.org, b@example.org'],
  ['SMTP_FROM', 'Todo <todo@example.org'],
  ['SMTP_FROM', 'To\ndo <todo@example.org>'],
])('%s=%s is refused, by its name', (name, value) => {
  const problems = problemsOf({ [name]: value })
  expect(problems.length).toBeGreaterThan(0)
  for (const problem of problems) expect(problem).toStartWith(`${name}: `)
})

test('everything that is wrong is said at once', () => {
  const problems = problemsOf({ PORT: 'x', REGISTRATION: 'x', HASH_WAIT: 'x', SECRET_KEY: 'x' })
  expect(problems.map((problem) => problem.split(':')[0])).toEqual(['PORT', 'SECRET_KEY', 'REGISTRATION', 'HASH_WAIT'])
})

test('no sentence repeats a secret', () => {
  const address = 'ldap://ana:hush-hush@db/x'
  const problems = problemsOf({ SECRET_KEY: 'hush-hush', DATABASE_URL: address, SMTP_URL: address })
  expect(problems.length).toBe(3)
  expect(problems.join()).not.toContain('hush-hush')
})

test('a mail server wants to know whom mails come from', () => {
  expect(problemsOf({ SMTP_URL: 'smtps://mail.example.org' })[0]).toStartWith('SMTP_FROM: ')
  expect(readConfig({ SMTP_FROM: 'todo@example.org' }).mail).toBeUndefined()
})

test.each([
  ['smtps://mail.example.org', { host: 'mail.example.org', port: 465, encryption: 'at once', login: undefined }],
  ['smtp://mail.example.org', { host: 'mail.example.org', port: 587, encryption: 'starttls' }],
  ['smtp://ana:p%40ss@mail.example.org:25', { port: 25, login: { user: 'ana', password: 'p@ss' } }],
  ['smtp://localhost:25', { host: 'localhost', port: 25, encryption: 'none' }],
  ['smtp://[::1]:25', { host: '::1', port: 25, encryption: 'none' }],
  ['smtp://127.example.com', { encryption: 'starttls' }],
  ['smtps://127.0.0.1', { encryption: 'at once' }],
] as [string, object][])('mails through %s', (SMTP_URL, expected) => {
  expect(readConfig({ SMTP_URL, SMTP_FROM: 'todo@example.org' }).mail).toMatchObject(expected)
})

test.each([
  ['todo@example.org', { name: 'Get It Done!', address: 'todo@example.org' }],
  ['Our to-dos <todo@example.org>', { name: 'Our to-dos', address: 'todo@example.org' }],
  ['<todo@example.org>', { name: 'Get It Done!', address: 'todo@example.org' }],
])('mails from %s', (SMTP_FROM, expected) => {
  expect(readConfig({ SMTP_URL: 'smtps://mail.example.org', SMTP_FROM }).mail?.from).toEqual(expected)
})

test('PostgreSQL wants a secret key from the settings', () => {
  const env = { DATABASE_URL: 'postgres://ana@localhost/todo' }
  expect(problemsOf(env)[0]).toStartWith('SECRET_KEY: ')
  expect(problemsOf({ ...env, SECRET_KEY: SECRET })).toEqual([])
})

test('the port that was taken becomes a part of the address', () => {
  expect(withPort(readConfig({ PORT: '0' }), 4711).baseUrl).toBe('http://localhost:4711')
  expect(withPort(readConfig({ PORT: '0' }), 80).baseUrl).toBe('http://localhost')
  expect(withPort(readConfig({ PORT: '0', BASE_URL: 'https://a.example' }), 4711).baseUrl).toBe('https://a.example')
})

test('docs/operating.md names every setting with its default', async () => {
  const document = await Bun.file(`${root}/docs/operating.md`).text()
  const rows = document.split('\n').filter((line) => line.startsWith('| `'))
  const named = rows.map((row) => row.split('|').map((cell) => cell.trim()))
  const known = new Map(named.map(([, name = '', standard = '']) => [name.replaceAll('`', ''), standard]))
  for (const setting of settings)
    expect([setting.name, known.get(setting.name)]).toEqual([setting.name, setting.default])
})

describe('providers for logging in', () => {
  const work = {
    OIDC_PROVIDERS: 'work',
    OIDC_WORK_ISSUER: 'https://login.example.org',
    OIDC_WORK_CLIENT_ID: 'get-it-done',
    OIDC_WORK_CLIENT_SECRET: 'hush-hush',
  }

  test('as many as are named, each with its settings', () => {
    const google = { OIDC_GOOGLE_ISSUER: 'https://accounts.google.com', OIDC_GOOGLE_CLIENT_ID: 'x' }
    const secret = { OIDC_GOOGLE_CLIENT_SECRET_FILE: `${root}/.npmrc-of-nobody`, OIDC_WORK_NAME: 'Example & sons' }
    expect(problemsOf({ ...work, ...google, ...secret, OIDC_PROVIDERS: 'work, google' })).toHaveLength(1)
    const file = { OIDC_GOOGLE_CLIENT_SECRET_FILE: `${root}/LICENSE` }
    const { providers } = readConfig({ ...work, ...google, ...secret, ...file, OIDC_PROVIDERS: 'work, google' })
    expect(providers).toMatchObject([
      { id: 'work', name: 'Example & sons', issuer: 'https://login.example.org', clientSecret: 'hush-hush' },
      { id: 'google', name: 'Google', clientId: 'x', clientSecret: expect.stringContaining('MIT') },
    ])
    expect(readConfig({}).providers).toEqual([])
  })

  test.each([
    ['OIDC_PROVIDERS', 'Work'],
    ['OIDC_PROVIDERS', 'work/x'],
    ['OIDC_PROVIDERS', 'work, work'],
    ['OIDC_WORK_ISSUER', ''],
    ['OIDC_WORK_ISSUER', 'http://login.example.org'],
    ['OIDC_WORK_ISSUER', 'login.example.org'],
    ['OIDC_WORK_ISSUER', 'https://ana:secret@login.example.org'],
    ['OIDC_WORK_ISSUER', 'https://login.example.org/?x'],
    ['OIDC_WORK_CLIENT_ID', ''],
    ['OIDC_WORK_CLIENT_SECRET', ''],
    ['OIDC_WORK_CLIENT_SECRET_FILE', '/does/not/exist'],
    ['OIDC_WORK_NAME', 'x'.repeat(41)],
  ])('%s=%s is refused, by its name and without the secret', (name, value) => {
    const problems = problemsOf({ ...work, [name]: value })
    expect(problems).toHaveLength(1)
    expect(problems[0]).toMatch(new RegExp(`^${name.replace('_FILE', '')}(_FILE)?: `))
    expect(problems.join()).not.toMatch(/hush-hush|ana:secret/)
  })

  test('two words for one issuer are refused', () => {
    const again = { OIDC_B_ISSUER: 'https://login.example.org/', OIDC_B_CLIENT_ID: 'x', OIDC_B_CLIENT_SECRET: 'x' }
    expect(problemsOf({ ...work, ...again, OIDC_PROVIDERS: 'work, b' })).toEqual([
      'OIDC_B_ISSUER: Another provider has it already.',
    ])
  })

  test.each(['http://localhost:8080', 'http://127.0.0.1:9/realms/x'])('%s is on this machine', (OIDC_WORK_ISSUER) => {
    expect(problemsOf({ ...work, OIDC_WORK_ISSUER })).toEqual([])
  })
})

import { describe, expect, test } from 'bun:test'
import { dictionary } from '@zxcvbn-ts/language-common'
import { readConfig } from '#config.ts'
import { unpack } from '#features/accounts/common-passwords.ts'
import { refuseWeakPassword } from '#features/accounts/password-rules.ts'
import { alertsIn } from '#test/browser.ts'
import { PASSWORD, world } from '#test/world.ts'
import { commonPasswords, LIST, listFile } from '../../bin/common-passwords.ts'

const TRIED_FIRST = 'This password is among the first that people try. Choose something else.'

const config = readConfig({})

/** Why Ana may not have this password; undefined when she may. */
function problemOf(password: string): string | undefined {
  try {
    refuseWeakPassword(password, { config, email: 'ana@example.com', title: 'Get It Done!' })
    return undefined
  } catch (error) {
    return (error as Error).message
  }
}

describe('the list of common passwords', () => {
  test('is what the script makes of the dictionary (npx bun bin/common-passwords.ts)', async () => {
    expect((await Bun.file(LIST).text()) === (await listFile())).toBe(true)
  })

  test('has every password of the dictionary that is long enough, and none that is refused anyway', async () => {
    const long = dictionary['passwords-common'].filter((word) => [...word].length >= 8)
    const all = new Set(commonPasswords())
    expect(long.length).toBeGreaterThan(10_000)
    expect(long.filter((word) => !all.has(word))).toEqual([])
    expect([...all].filter((word) => [...word].length < 8)).toEqual([])
  })

  test('is unpacked as it was packed', async () => {
    const lists = unpack(await Bun.file(LIST).text())
    const byLength = Map.groupBy(commonPasswords(), (word) => word.length)
    expect([...lists.keys()]).toEqual([...byLength.keys()].sort((a, b) => a - b))
    for (const [length, words] of byLength)
      expect([length, lists.get(length) === words.join('')]).toEqual([length, true])
  })

  test('says whose work it is made from, and under which licence', async () => {
    const text = await Bun.file(LIST).text()
    for (const words of [
      '@zxcvbn-ts/language-common',
      'Dropbox, Inc.',
      'Permission is hereby granted, free of charge',
    ]) {
      expect(text).toContain(words)
    }
  })
})

describe('what is refused', () => {
  test('everything on the list, in small letters and in capitals', () => {
    const taken = commonPasswords().flatMap((word) => [word, word.toUpperCase()].filter((one) => !problemOf(one)))
    expect(taken).toEqual([])
  })

  test('at least 3,000 passwords of 15 characters, for those who ask for as many', () => {
    const twice = commonPasswords().map((word) => word + word)
    expect(twice.length).toBeGreaterThan(3000)
    expect(twice.filter((word) => !problemOf(word))).toEqual([])
  })

  test.each([
    'Sunshine1',
    'iLoveYou',
    '87654321',
    '123123123',
    'Zxcvbnm,',
    'AbCdEfGhIj',
    'P@ssw0rd',
    'FootballFootball',
  ])('%s', (password) => expect(problemOf(password)).toBe(TRIED_FIRST))
})

describe('what is taken', () => {
  // The same words each time: a test must not fail on one day in a thousand.
  const words = dictionary['diceware-common']
  const chosen = (n: number) => words[(n * 7919 + 104_729) % words.length]!
  const phrases = Array.from({ length: 400 }, (_, i) => [4 * i, 4 * i + 1, 4 * i + 2, 4 * i + 3].map(chosen))

  test.each([' ', '-', '', '.'])('four words with “%s” between them, 400 times', (between) => {
    expect(new Set(phrases.flat()).size).toBeGreaterThan(1000)
    expect(phrases.map((phrase) => phrase.join(between)).filter(problemOf)).toEqual([])
  })

  test.each(['sunshine on the hob', 'football, no thanks', 'sunshinefootball', 'Пароль и чайник', 'kl3qzvbn'])(
    '%s',
    (password) => expect(problemOf(password)).toBeUndefined(),
  )
})

test('the forms say how long a password should be', async () => {
  for (const [PASSWORD_MIN, words] of [
    ['8', 'At least 8 characters, better 15 or more.'],
    ['20', 'At least 20 characters.'],
  ] as const) {
    const w = await world({ PASSWORD_MIN })
    const ana = await w.loggedIn('ana')
    expect(await w.browser().page('/register')).toContain(words)
    expect(await ana.page('/account/password')).toContain(words)
  }
})

test('Ana cannot register with one of them, nor change to one', async () => {
  const w = await world()
  const common = { password: 'Chelsea1', verify: 'Chelsea1' }
  const refused = await w.browser().post('/register', { email: 'ana@example.com', ...common })
  expect([refused.status, alertsIn(await refused.text())]).toEqual([422, [TRIED_FIRST]])
  const ana = await w.loggedIn('ana')
  const answer = await ana.post('/account/password', { current: PASSWORD, ...common })
  expect([answer.status, alertsIn(await answer.text())]).toEqual([422, [TRIED_FIRST]])
  expect((await w.browser().post('/login', { email: 'ana@example.com', password: PASSWORD })).status).toBe(303)
})

import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { readConfig } from '#config.ts'
import { deviceName } from '#features/accounts/device-name.ts'
import { readEmail } from '#features/accounts/emails.ts'
import { refuseWeakPassword } from '#features/accounts/password-rules.ts'
import { defaultLocale, localeFrom, locales, zones } from '#features/accounts/preferences.ts'

describe('an e-mail address', () => {
  const cases: [typed: string, canon: string | undefined][] = [
    ['ana@example.com', 'ana@example.com'],
    ['  Ana.Lee+todo@EXAMPLE.com\n', 'ana.lee+todo@example.com'],
    ['ana@localhost', 'ana@localhost'],
    ['ÄNA@example.com', 'Äna@example.com'],
    ['ana@BÜCHER.example', 'ana@xn--bcher-kva.example'],
    ['ana@аpple.com', 'ana@xn--pple-43d.com'],
    ["o'neill!#$%&*/=?^_`{|}~@example.com", "o'neill!#$%&*/=?^_`{|}~@example.com"],
    [`${'a'.repeat(64)}@example.com`, `${'a'.repeat(64)}@example.com`],
    ['ana', undefined],
    ['ana@b@example.com', undefined],
    ['', undefined],
  ]
  for (const [typed, canon] of cases)
    test(JSON.stringify(typed.slice(0, 40)), () => expect(readEmail(typed)?.canon).toBe(canon))

  test('compares as itself: the canonical form of a canonical form is the same', () => {
    const tricky = fc.string({
      unit: fc.constantFrom(...'aAbBzZ019.-_+%/?#:@üÜß\u0130\u0131\u212aſ。．\u00ad\u200d\u0301', ' ', '\t', '\u0000'),
      maxLength: 30,
    })
    const address = fc.oneof(
      fc.emailAddress(),
      tricky,
      fc.tuple(tricky, tricky).map(([a, b]) => `${a}@${b}`),
      fc.tuple(tricky, fc.domain()).map(([a, b]) => `${a}@${b}`),
    )
    fc.assert(
      fc.property(address, (typed) => {
        const email = readEmail(typed)
        if (!email) return
        expect(readEmail(email.canon)?.canon).toBe(email.canon)
        expect(readEmail(email.email)?.canon).toBe(email.canon)
        expect(readEmail(` ${typed}\n`)?.canon).toBe(email.canon)
        const [local, domain, ...more] = [...email.canon.split('@')]
        expect(more).toEqual([])
        expect(local).not.toMatch(/[A-Z\s\p{Cc}]/u)
        expect(domain).toMatch(/^[a-z0-9.-]+$/)
        expect(email.canon.length).toBeLessThanOrEqual(320)
      }),
      { numRuns: 3000 },
    )
  })

  test('most ordinary addresses are taken', () => {
    fc.assert(fc.property(fc.emailAddress(), (typed) => expect(readEmail(typed)?.canon).toBe(typed.toLowerCase())))
  })
})

describe('a password that is refused', () => {
  const config = readConfig({ BASE_URL: 'https://kitchen.example.org' })
  const refused = (password: string, email = 'rosalind@laboratory.example') => {
    try {
      refuseWeakPassword(password, { config, email, title: 'Get It Done!' })
      return false
    } catch {
      return true
    }
  }
  const cases: [password: string, email: string, isRefused: boolean][] = [
    ['rosalind1920', 'rosalind@laboratory.example', true],
    ['1920-ROSALIND!', 'rosalind@laboratory.example', true],
    ['rosalind dna', 'rosalind@laboratory.example', false],
    ['laboratory.example', 'rosalind@laboratory.example', true],
    ['anaanaana', 'ana@example.com', true],
    ['abcabcabc', 'ana@example.com', false],
    ['1234 5678 90ab', '2024@example.com', false],
    ['9315 2208 4471', '2024@example.com', false],
    ['kitchen.example.org', 'ana@example.com', true],
    ['Kitchen.Example.Org-2026', 'ana@example.com', true],
    ['kitchen sink, running', 'ana@example.com', false],
    ['get it done', 'ana@example.com', true],
    ['G3t-It-Done', 'ana@example.com', false],
    ['        ', 'ana@example.com', true],
    ['abababab', 'ana@example.com', true],
    ['aaaaaaaaaaaaaaaaaaaaaaqz', 'ana@example.com', false],
    ['QWERTYUIOP', 'ana@example.com', true],
    ['correcthorsebatterystaple', 'ana@example.com', true],
  ]
  for (const [password, email, isRefused] of cases) {
    test(`${password} of ${email}: ${isRefused}`, () => expect(refused(password, email)).toBe(isRefused))
  }
})

describe('a browser in words', () => {
  const cases: [agent: string, name: string][] = [
    ['Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0', 'Firefox on Linux'],
    [
      'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/137.0.0.0 Safari/537.36',
      'Chrome on Windows',
    ],
    [
      'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/137.0.0.0 Safari/537.36 Edg/137.0.0.0',
      'Edge on Windows',
    ],
    [
      'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15',
      'Safari on Mac',
    ],
    [
      'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1',
      'Safari on iPhone',
    ],
    [
      'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/137.0 Mobile/15E148 Safari/604.1',
      'Chrome on iPhone',
    ],
    [
      'Mozilla/5.0 (Linux; Android 15; SM-S931B) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/28.0 Chrome/130.0.0.0 Mobile Safari/537.36',
      'Samsung Internet on Android',
    ],
    [
      'Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/137.0.0.0 Safari/537.36',
      'Chrome on ChromeOS',
    ],
    [
      'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/137.0.0.0 Safari/537.36 OPR/122.0.0.0',
      'Opera on Linux',
    ],
    ['curl/8.5.0', 'curl'],
    ['', 'Unknown browser'],
    ['<script>alert(1)</script>', 'Unknown browser'],
  ]
  for (const [agent, name] of cases) test(name, () => expect(deviceName(agent)).toBe(name))
})

describe('a language', () => {
  const cases: [header: string | undefined, tag: string][] = [
    [undefined, defaultLocale],
    ['', defaultLocale],
    ['de-AT,de;q=0.9,en;q=0.8', 'de-AT'],
    ['DE-at', 'de-AT'],
    ['pt', 'pt-BR'],
    ['tlh, nb-NO', 'nb-NO'],
    ['*', defaultLocale],
    ['xx;q=0.1, ja-JP;q=0.5', 'ja-JP'],
    ['__proto__', defaultLocale],
    [`${'x,'.repeat(2000)}fr-FR`, 'fr-FR'],
  ]
  for (const [header, tag] of cases) test(String(header).slice(0, 30), () => expect(localeFrom(header)).toBe(tag))

  test('each has a name of its own, and each zone is one', () => {
    const names = locales()
    expect(new Set(names.map(([, name]) => name)).size).toBe(names.length)
    for (const zone of zones()) new Intl.DateTimeFormat('en', { timeZone: zone })
    expect(zones()[0]).toBe('UTC')
  })
})

import { describe, expect, test } from 'bun:test'
import { DAY } from '#core/time.ts'
import { world } from '#test/world.ts'

describe('where to change a password', () => {
  test('Ana comes to the page at once, a stranger after the login', async () => {
    const w = await world()
    const ana = await w.loggedIn('ana')
    for (const browser of [ana, w.browser()]) {
      const answer = await browser.get('/.well-known/change-password')
      expect([answer.status, answer.headers.get('Location')]).toEqual([303, '/account/password'])
    }
    expect(await ana.page('/.well-known/change-password')).toContain('name="current"')
    const stranger = await w.browser().get('/account/password')
    expect(stranger.headers.get('Location')).toBe('/login?next=%2Faccount%2Fpassword')
  })

  test('a password manager sees that what nobody has is not there', async () => {
    const w = await world()
    const name = '/.well-known/resource-that-should-not-exist-whose-status-code-should-not-be-200'
    for (const browser of [await w.loggedIn('ana'), w.browser()]) {
      expect((await browser.get(name, { Accept: '*/*' })).status).toBe(404)
      expect((await browser.request(name, { method: 'HEAD' })).status).toBe(404)
    }
  })

  test('nobody is sent there by a login', async () => {
    const w = await world()
    await w.person('ana')
    const page = await w.browser().page('/login?next=/.well-known/security.txt')
    expect(page).toContain('name="next" value="/"')
  })
})

describe('whom to tell about a weakness', () => {
  const SECURITY_CONTACT = 'security@example.org, https://example.org/report'

  test('is said in the words of RFC 9116, for three months from today', async () => {
    const w = await world({ SECURITY_CONTACT, BASE_URL: 'https://todo.example.org' })
    const answer = await w.browser().get('/.well-known/security.txt', { Accept: '*/*' })
    expect([answer.status, answer.headers.get('Content-Type')?.toLowerCase()]).toEqual([
      200,
      'text/plain; charset=utf-8',
    ])
    const lines = (await answer.text()).split('\n')
    expect(lines).toEqual([
      'Contact: mailto:security@example.org',
      'Contact: https://example.org/report',
      'Expires: 2026-07-30T00:00:00Z',
      'Canonical: https://todo.example.org/.well-known/security.txt',
      '',
    ])
    expect(answer.headers.getSetCookie()).toEqual([])
    w.pass(100 * DAY)
    expect(await (await w.browser().get('/.well-known/security.txt')).text()).toContain('Expires: 2026-11-07T00:00:00Z')
  })

  test('is said nowhere when nobody wants to be told', async () => {
    const w = await world()
    for (const browser of [await w.loggedIn('ana'), w.browser()]) {
      expect((await browser.get('/.well-known/security.txt')).status).toBe(404)
    }
  })
})

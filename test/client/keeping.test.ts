import { describe, expect, test } from 'bun:test'
import { endsKeeping, isRememberedIn, markedAsKept, mayBeKept, personIn, withoutFlashes } from '#client/keeping.ts'

const page = (head: string, body = '') =>
  `<!doctype html><html lang="en"><head>${head}</head><body>${body}</body></html>`

const at = (path: string) => new URL(path, 'http://localhost')

describe('what may be kept on the device', () => {
  for (const path of ['/', '/?after=0190', '/completed', '/tasks/0190', '/lists/0190', '/today', '/accounting']) {
    test(`${path} may`, () => expect(mayBeKept(at(path))).toBe(true))
  }
  for (const path of [
    '/account',
    '/account/sessions',
    '/admin/people',
    '/export',
    '/login',
    '/logout',
    '/register',
    '/reset/secret',
    '/verify/secret',
    '/invite/secret',
    '/setup/secret',
    '/events',
    '/undo/0190',
    '/feeds/secret.ics',
    '/api/v1/tasks',
    '/?more=0190',
    '/?rename=0190',
  ]) {
    test(`${path} may not`, () => expect(mayBeKept(at(path))).toBe(false))
  }
})

describe('what ends it', () => {
  for (const path of ['/login', '/register', '/logout', '/reset', '/account/password']) {
    test(`a form to ${path}`, () => expect(endsKeeping(path)).toBe(true))
  }
  for (const path of ['/tasks', '/tasks/0190/complete', '/account', '/logouts']) {
    test(`not a form to ${path}`, () => expect(endsKeeping(path)).toBe(false))
  }
})

describe('what a page says of itself', () => {
  test('whose it is, and whether to stay logged in', () => {
    const html = page('<meta name="person" content="0190-ana"><meta name="remembered" content="yes">')
    expect(personIn(html)).toBe('0190-ana')
    expect(isRememberedIn(html)).toBe(true)
  })

  test('only its head counts', () => {
    const html = page(
      '<title>x</title>',
      '<meta name="person" content="0190-eve"><meta name="remembered" content="yes">',
    )
    expect(personIn(html)).toBeUndefined()
    expect(isRememberedIn(html)).toBe(false)
  })

  test('it is kept without its flashes, and says since when it is kept', () => {
    const html = page(
      '<title>x</title>',
      '<p>Milk</p><!--flashes--><div id="flashes" class="toasts"><div class="toast">Welcome</div></div><!--/flashes-->',
    )
    const kept = withoutFlashes(html)
    expect(kept).not.toContain('Welcome')
    expect(kept).toContain('<p>Milk</p>')
    expect(kept).toContain('id="flashes"')
    expect(markedAsKept(kept, '2026-05-01T12:00:00.000Z')).toContain(
      '<meta name="kept" content="2026-05-01T12:00:00.000Z"></head>',
    )
  })
})

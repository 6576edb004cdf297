import { describe, expect, test } from 'bun:test'
import { isReason } from '#features/sso/turned.ts'
import { quickHashing } from '#test/accounts/hashing.ts'
import { validateHtml } from '#test/e2e/checks.ts'
import { world } from '#test/world.ts'
import { openIdp } from './idp.ts'
import { goThrough } from './ways.ts'

const idp = await openIdp()
await idp.serve('http://localhost:3000')
const name = 'Example & "sons" <b>'
const w = await world({ ...idp.env(), OIDC_WORK_NAME: name }, quickHashing())
const stranger = w.browser()
const ana = await w.loggedIn('ana')
const ben = w.browser()
await goThrough(ben, idp, 'ben')

const WHYS = 'down failed foreign cancelled often unknown unproved taken disabled left linked other'.split(' ')

const pages: [what: string, show: () => Promise<Response>][] = [
  ['login', () => stranger.get('/login')],
  ['register', () => stranger.get('/register')],
  ['where the form is not followed', () => stranger.post('/auth/work', { origin: 'https://elsewhere.example' })],
  ['sites to link with', () => ana.get('/account/sign-in')],
  ['sites that are linked', () => ben.get('/account/sign-in')],
  ['the last way in', () => ben.post('/account/sign-in/unlink', { issuer: idp.issuer })],
  ['the password of somebody who has none', () => ben.get('/account/password')],
  ['confirm', () => ben.get('/account/confirm')],
  ['turned away while logged in', () => ben.get('/auth/work/refused/linked')],
  ...WHYS.map((why): [string, () => Promise<Response>] => [why, () => stranger.get(`/auth/work/refused/${why}`)]),
]

describe('the markup of every page is right, and the name of the site stands in it as it is', () => {
  test.each(pages)('%s', async (_, show) => {
    const page = await (await show()).text()
    expect(await validateHtml(page)).toEqual([])
    expect(page).not.toContain('<b>"')
    expect(page).not.toContain('sons" <b>')
  })
})

test('these are all the reasons, and another has no page', async () => {
  expect(WHYS.every(isReason)).toBe(true)
  for (const why of ['', 'else', 'constructor', '__proto__']) {
    expect((await stranger.get(`/auth/work/refused/${why}`)).status).not.toBe(200)
    expect(isReason(why)).toBe(false)
  }
})

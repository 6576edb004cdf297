import { fromBase32 } from '#crypto/base32.ts'
import { codeOf, stepOf } from '#crypto/totp.ts'
import type { Browser } from '#test/browser.ts'
import { PASSWORD, type World } from '#test/world.ts'

/** An authenticator app, and the recovery codes that its owner kept. */
export type Phone = {
  /** What the app shows `away` steps from now (−1 is the code before). */
  code(away?: number): string
  recovery: string[]
}

/** Sets up the second step in `tab`, as its person does, by the code of the step before this one. */
export async function setUp(w: Pick<World, 'now'>, tab: Browser): Promise<Phone> {
  await tab.post('/account/two-factor')
  const page = await tab.page('/account/two-factor/set-up')
  const secret = secretIn(page)
  const code = (away = 0) => codeOf(secret, stepOf(w.now()) + away)
  const answer = await tab.post('/account/two-factor/set-up', { code: code(-1) })
  const shown = await answer.text()
  if (answer.status !== 200) throw new Error(`It could not be turned on: ${answer.status} ${shown}`)
  return { code, recovery: recoveryIn(shown) }
}

/** The secret that a page shows to be set up. */
export function secretIn(page: string): Buffer {
  const letters = /secret=([A-Z2-7]+)/.exec(page)?.[1]
  if (!letters) throw new Error('The page shows no secret.')
  return fromBase32(letters)!
}

/** The recovery codes that a page shows. */
export const recoveryIn = (page: string): string[] => page.match(/\b(?:[A-Z2-7]{4}-){5}[A-Z2-7]{4}\b/g) ?? []

/** A browser in which `name` has typed the password, and waits for the second step. */
export async function halfway(w: World, name: string, fields: Record<string, string> = {}): Promise<Browser> {
  const tab = w.browser()
  const answer = await tab.post('/login', { email: `${name}@example.com`, password: PASSWORD, ...fields })
  const to = answer.headers.get('Location')
  if (answer.status !== 303 || to !== '/login/second') throw new Error(`The login went to ${answer.status} ${to}`)
  return tab
}

/** Whether somebody is logged in there. */
export const isIn = async (tab: Browser): Promise<boolean> => (await tab.get('/')).status === 200

import { z } from 'zod'
import { toBase32 } from '#crypto/base32.ts'
import { otpauthAddress } from '#crypto/totp.ts'
import type { OpenSession } from '#features/accounts/session.ts'
import { dayAndTime } from '#web/dates.ts'
import type { Any, Visitor } from '#web/env.ts'
import { type Problems, submit } from '#web/forms.ts'
import { showPage } from '#web/page.ts'
import { Routes } from '#web/routes.ts'
import { confirming } from './confirm-routes.ts'
import { renewCodes, turnOff, turnOn } from './factors.ts'
import { codeTyped } from './fields.ts'
import { codesPage, setUpPage, twoFactorPage } from './pages.ts'
import { codesLeft } from './recovery-codes.ts'
import { second } from './second-routes.ts'
import { appOf, beginSetUp, secretInSetUp } from './totps.ts'

/** The second factor: the page about it, the second step of a login, and proving again who one is. */
export const factors = new Routes()

factors.include(second)
factors.include(confirming)

factors.get('/account/two-factor', 'user', async (c) => {
  const { db, user, session, site } = c.var
  const isNeeded = site.asksForTwoSteps(user) && !session.hasTwoSteps
  const app = await appOf(db, user)
  if (!app?.confirmed_at) return showPage(c, twoFactorPage(undefined, isNeeded))
  return showPage(
    c,
    twoFactorPage({ since: dayAndTime(user, app.confirmed_at), codesLeft: await codesLeft(db, user) }, isNeeded),
  )
})

factors.post('/account/two-factor', 'sudo', async (c) => {
  await beginSetUp(c.var.db, c.var.parts.keys, c.var.user, c.var.now)
  return c.redirect('/account/two-factor/set-up', 303)
})

factors.get('/account/two-factor/set-up', 'sudo', (c) => showSetUp(c, c.var, {}))

factors.post('/account/two-factor/set-up', 'sudo', (c) =>
  submit(c, z.object({ code: codeTyped }), {
    done: async ({ code }) => {
      const codes = await turnOn(c, c.var.user, c.var.session as OpenSession, code)
      return showPage(c, codesPage(codes, true))
    },
    again: (_, problems) => showSetUp(c, c.var, problems),
  }),
)

factors.post('/account/two-factor/codes', 'sudo', async (c) => {
  const codes = await renewCodes(c, c.var.user, c.var.session as OpenSession)
  return showPage(c, codesPage(codes, false))
})

factors.post('/account/two-factor/off', 'sudo', async (c) => {
  await turnOff(c, c.var.user, c.var.session as OpenSession)
  c.var.flashes.add('account.factor-off')
  return c.redirect('/account/two-factor', 303)
})

async function showSetUp(c: Any, { user }: Visitor, problems: Problems): Promise<Response> {
  const { db, parts, now } = c.var
  const secret = await secretInSetUp(db, parts.keys, user, now)
  if (!secret) return c.redirect('/account/two-factor', 303)
  const address = otpauthAddress(secret, user.email)
  return showPage(c, setUpPage(problems, { secret: toBase32(secret), address }))
}

import { z } from 'zod'
import { readCookie } from '#web/cookies.ts'
import { type Any, visitorOf } from '#web/env.ts'
import { emptyForm, type Form, type Problems, submit, text, ticked } from '#web/forms.ts'
import type { Html } from '#web/html.ts'
import { showCard } from '#web/page.ts'
import { Routes } from '#web/routes.ts'
import { gatewaysFor } from '#web/sign-on.ts'
import { account } from './account-routes.ts'
import { password } from './fields.ts'
import { logIn, logOut } from './login.ts'
import { isAnybodyHere } from './may-register.ts'
import { loginPage, logoutPage } from './pages.ts'
import { passkeySite } from './passkey-site.ts'
import { wellKnown } from './well-known.ts'

/** The door: logging in and out. Behind it everything under /account; before it what programs look for. */
export const accounts = new Routes()

accounts.get('/login', 'public', (c) => {
  const next = c.var.safeNext(c.req.query('next'))
  return c.var.visitor ? c.redirect(next, 303) : showLogin(c, emptyForm(), {}, next)
})

accounts.post('/login', 'public', (c) =>
  submit(c, credentials, {
    done: async (given) => {
      const next = c.var.safeNext(given.next)
      const said = await logIn(c, { ...given, next })
      if (said === 'second') return c.redirect('/login/second', 303)
      c.var.flashes.add(said)
      return c.redirect(next, 303)
    },
    again: (form, problems) => showLogin(c, form, problems, c.var.safeNext(form.text('next'))),
  }),
)

accounts.get('/logout', 'public', (c) => showCard(c, logoutPage))

accounts.post('/logout', 'public', async (c) => {
  c.var.flashes.add((await logOut(c)) ? 'account.out' : 'account.out-failed')
  return c.redirect('/login', 303)
})

accounts.include(account)
accounts.include(wellKnown)

const credentials = z.object({
  email: text('Type your e-mail address.').min(1, 'Type your e-mail address.'),
  password,
  remember: ticked(),
  next: z.string().optional(),
})

/** Shows the login page, with what was typed and what was wrong with it. `more` is said to the script. */
export const showLogin = async (c: Any, form: Form, problems: Problems, next: string, more?: Html): Promise<Response> =>
  showCard(
    c,
    loginPage(form, problems, {
      next,
      gateways: await gatewaysFor(c),
      registration: c.var.site.registration,
      isNew: c.var.config.loopbackOnly && c.var.site.registration === 'open' && !(await isAnybodyHere(c.var.db)),
      hasPasskeys: passkeySite(c.var.config) !== undefined,
      ...(more && { more }),
      // A logout makes the browser forget its cookie: one that leads nowhere was ended elsewhere, or has grown old.
      wasIn:
        form.text('email') === '' &&
        !form.has('passkey') &&
        !visitorOf(c) &&
        readCookie(c.req.header('Cookie'), 'sid', c.var.config) !== undefined,
    }),
  )

import { z } from 'zod'
import { readCookie } from '#web/cookies.ts'
import { type Any, visitorOf } from '#web/env.ts'
import { emptyForm, type Form, FormProblems, type Problems, submit, text, ticked } from '#web/forms.ts'
import { showCard } from '#web/page.ts'
import { Routes } from '#web/routes.ts'
import { account } from './account-routes.ts'
import { emailField } from './emails.ts'
import { NOT_THE_SAME, password } from './fields.ts'
import { logIn, logOut, registerPerson } from './login.ts'
import { closedPage, loginPage, logoutPage, registerPage } from './pages.ts'
import { wellKnown } from './well-known.ts'

/** The door: registering, logging in and out. Behind it everything under /account; before it what programs look for. */
export const accounts = new Routes()

accounts.get('/register', 'public', (c) => {
  if (c.var.visitor) return c.redirect('/', 303)
  return c.var.site.registration === 'open' ? showRegister(c, emptyForm(), {}) : showCard(c, closedPage)
})

accounts.post('/register', 'public', (c) =>
  submit(c, registration, {
    done: async ({ email, password, verify, remember, zone }) => {
      if (password !== verify) throw new FormProblems({ verify: NOT_THE_SAME })
      await registerPerson(c, { email: email.email, password, remember, zone })
      c.var.flashes.add('account.welcome')
      return c.redirect('/', 303)
    },
    again: (form, problems) => showRegister(c, form, problems),
  }),
)

accounts.get('/login', 'public', (c) => {
  const next = c.var.safeNext(c.req.query('next'))
  return c.var.visitor ? c.redirect(next, 303) : showLogin(c, emptyForm(), {}, next)
})

accounts.post('/login', 'public', (c) =>
  submit(c, credentials, {
    done: async (given) => {
      const next = c.var.safeNext(given.next)
      if ((await logIn(c, { ...given, next })) === 'second') return c.redirect('/login/second', 303)
      c.var.flashes.add('account.in')
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

const registration = z.object({
  email: emailField(),
  password,
  verify: text('Type the password once more.'),
  remember: ticked(),
  // Filled in by the script: the clock of whoever registers. Not everybody has one.
  zone: text('').optional(),
})
const credentials = z.object({
  email: text('Type your e-mail address.').min(1, 'Type your e-mail address.'),
  password,
  remember: ticked(),
  next: z.string().optional(),
})

const showLogin = (c: Any, form: Form, problems: Problems, next: string) =>
  showCard(
    c,
    loginPage(form, problems, {
      next,
      registrationOpen: c.var.site.registration === 'open',
      // A logout makes the browser forget its cookie: one that leads nowhere was ended elsewhere, or has grown old.
      wasIn:
        form.text('email') === '' &&
        !visitorOf(c) &&
        readCookie(c.req.header('Cookie'), 'sid', c.var.config) !== undefined,
    }),
  )

const showRegister = (c: Any, form: Form, problems: Problems) =>
  showCard(c, registerPage(form, problems, c.var.config.password.min))

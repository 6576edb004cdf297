import { z } from 'zod'
import { emailField } from '#features/accounts/emails.ts'
import { NOT_THE_SAME, password } from '#features/accounts/fields.ts'
import { mayRegister } from '#features/accounts/may-register.ts'
import type { View } from '#features/accounts/pages.ts'
import { dropLink, keepLink, keptLink } from '#features/recovery/kept-link.ts'
import type { Any } from '#web/env.ts'
import { emptyForm, type Form, FormProblems, type Problems, submit, text, ticked } from '#web/forms.ts'
import { showCard } from '#web/page.ts'
import { Routes } from '#web/routes.ts'
import { gatewaysFor } from '#web/sign-on.ts'
import { INVITE, invitationOf } from './invitations.ts'
import {
  closedPage,
  confirmationOverPage,
  confirmRegistrationPage,
  invitationOverPage,
  inviteOnlyPage,
  registerPage,
  registrationSentPage,
  setupOverPage,
} from './pages.ts'
import { addressToConfirm, confirmRegistration, REGISTER } from './pending.ts'
import { type Brought, isConfirmedByMail, isFirstHere, registerPerson, type Wanted } from './registering.ts'
import { canSetUp, SETUP, setUp } from './setup.ts'

/** The ways to an account of one’s own: registering, and invitations. */
export const entry = new Routes()

entry.get('/register', 'public', (c) => (c.var.visitor ? c.redirect('/', 303) : showRegister(c, emptyForm(), {})))

entry.post('/register', 'public', (c) =>
  submit(c, registration, {
    done: ({ email, ...rest }) => register(c, { ...rest, email: email.email }),
    again: (form, problems) => showRegister(c, form, problems),
  }),
)

entry.get('/register/sent', 'public', (c) => showCard(c, registrationSentPage(c.var.config.limits.mailPerAddress)))

entry.get('/register/confirm/:token', 'public', (c) => keepLink(c, REGISTER, c.req.param('token'), '/register/confirm'))

entry.get('/register/confirm', 'public', async (c) => {
  const email = await addressToConfirm(c, keptLink(c, REGISTER) ?? '')
  return email === undefined ? showCard(c, confirmationOverPage, OVER) : showCard(c, confirmRegistrationPage(email))
})

entry.post('/register/confirm', 'public', async (c) => {
  const outcome = await confirmRegistration(c, keptLink(c, REGISTER) ?? '')
  dropLink(c)
  if (outcome === 'over') return showCard(c, confirmationOverPage, OVER)
  c.var.flashes.add('account.made')
  return c.redirect('/login', 303)
})

entry.get('/invite/:token', 'public', (c) => keepLink(c, INVITE, c.req.param('token'), '/invite'))

entry.get('/invite', 'public', async (c) => showInvited(c, await brought(c), emptyForm(), {}))

entry.post('/invite', 'public', async (c) => {
  const mine = await brought(c)
  const again = (form: Form, problems: Problems) => showInvited(c, mine, form, problems)
  if (!mine) return again(emptyForm(), {})
  const address = mine.held.address
  // For whom it is says the invitation, whatever the form says.
  return address === undefined
    ? submit(c, registration, {
        done: ({ email, ...rest }) => register(c, { ...rest, email: email.email }, mine),
        again,
      })
    : submit(c, invited, { done: (rest) => register(c, { ...rest, email: address }, mine), again })
})

entry.get('/setup/:token', 'public', (c) => keepLink(c, SETUP, c.req.param('token'), '/setup'))

entry.get('/setup', 'public', (c) => showSetUp(c, emptyForm(), {}))

entry.post('/setup', 'public', (c) =>
  submit(c, registration, {
    done: async ({ email, verify, ...rest }) => {
      if (rest.password !== verify) throw new FormProblems({ verify: NOT_THE_SAME })
      const token = keptLink(c, SETUP) ?? ''
      const outcome = (await canSetUp(c, token)) ? await setUp(c, { ...rest, email: email.email }, token) : 'over'
      dropLink(c)
      return arrived(c, outcome, setupOverPage)
    },
    again: (form, problems) => showSetUp(c, form, problems),
  }),
)

const invited = z.object({
  password,
  verify: text('Type the password once more.'),
  remember: ticked(),
  // Filled in by the script: the clock of whoever registers. Not everybody has one.
  zone: text('').optional(),
})
const registration = z.object({ email: emailField(), ...invited.shape })

async function register(c: Any, wanted: Wanted & { verify: string }, mine?: Brought): Promise<Response> {
  if (wanted.password !== wanted.verify) throw new FormProblems({ verify: NOT_THE_SAME })
  const outcome = await registerPerson(c, wanted, mine)
  if (mine) dropLink(c)
  return outcome === 'sent' ? c.redirect('/register/sent', 303) : arrived(c, outcome, invitationOverPage)
}

function arrived(c: Any, outcome: 'in' | 'over', overPage: View): Response | Promise<Response> {
  if (outcome === 'over') return showCard(c, overPage, OVER)
  c.var.flashes.add('account.welcome')
  return c.redirect('/', 303)
}

/** The invitation whose link this browser opened last, as long as it can be used. */
async function brought(c: Any): Promise<Brought | undefined> {
  const { db, parts, now } = c.var
  const token = keptLink(c, INVITE)
  const held = token === undefined ? undefined : await invitationOf(db, parts.keys, token, now)
  return token === undefined || !held ? undefined : { token, held }
}

/** The status of a link that is over. */
const OVER = 410

async function showRegister(c: Any, form: Form, problems: Problems): Promise<Response> {
  const { registration } = c.var.site
  if (registration === 'closed') return showCard(c, closedPage)
  if (registration === 'invite') return showCard(c, inviteOnlyPage)
  const leastCharacters = c.var.config.password.min
  const about = { leastCharacters, byMail: await isConfirmedByMail(c), isFirst: await isFirstHere(c) }
  const gateways = await gatewaysFor(c)
  return showCard(c, registerPage(form, problems, { ...about, gateways, action: '/register' }))
}

async function showInvited(c: Any, mine: Brought | undefined, form: Form, problems: Problems): Promise<Response> {
  if (!(await mayRegister(c, { invited: true }))) return showCard(c, closedPage, 403)
  if (!mine) return showCard(c, invitationOverPage, OVER)
  const about = { leastCharacters: c.var.config.password.min, byMail: await isConfirmedByMail(c, mine) }
  return showCard(c, registerPage(form, problems, { ...about, action: '/invite', address: mine.held.address }))
}

async function showSetUp(c: Any, form: Form, problems: Problems): Promise<Response> {
  if (!(await canSetUp(c, keptLink(c, SETUP) ?? ''))) return showCard(c, setupOverPage, OVER)
  const about = { action: '/setup', leastCharacters: c.var.config.password.min, byMail: false } as const
  return showCard(c, registerPage(form, problems, about))
}

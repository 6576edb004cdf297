import { z } from 'zod'
import { Refusal } from '#core/refusal.ts'
import { emailField } from '#features/accounts/emails.ts'
import type { OpenSession } from '#features/accounts/session.ts'
import { dropLink, keepLink, keptLink } from '#features/recovery/kept-link.ts'
import { type Any, type Visitor, visitorOf } from '#web/env.ts'
import { emptyForm, type Form, type Problems, submit } from '#web/forms.ts'
import { showCard, showPage } from '#web/page.ts'
import { Routes } from '#web/routes.ts'
import { openChangeOf } from './changes.ts'
import { askForAddress, keepAddress } from './changing.ts'
import { CANCEL, CONFIRM } from './letters.ts'
import { cancelByLink, changeOfLink, confirmByLink } from './links.ts'
import { cancelledPage, cancelPage, confirmPage, emailPage, overPage } from './pages.ts'

/** Another address for an account: asked for under Account, made and undone by links. */
export const email = new Routes()

email.get('/account/email', 'sudo', (c) => showEmail(c, c.var, emptyForm(), {}))

email.post('/account/email', 'sudo', (c) =>
  submit(c, z.object({ email: emailField() }), {
    done: async (given) => {
      const { user, session, flashes } = c.var
      const done = await askForAddress(c, user, session as OpenSession, given.email)
      flashes.add(`account.email-${done}`)
      return c.redirect('/account/email', 303)
    },
    again: (form, problems) => showEmail(c, c.var, form, problems),
  }),
)

email.post('/account/email/keep', 'sudo', async (c) => {
  await keepAddress(c, c.var.user, c.var.session as OpenSession)
  c.var.flashes.add('account.email-kept')
  return c.redirect('/account/email', 303)
})

email.get('/email/confirm/:token', 'public', (c) => keepLink(c, CONFIRM, c.req.param('token'), '/email/confirm'))

email.get('/email/confirm', 'public', async (c) => {
  const linked = await changeOfLink(c, CONFIRM, keptLink(c, CONFIRM) ?? '')
  return linked ? showCard(c, confirmPage(linked.change)) : showCard(c, overPage, OVER)
})

email.post('/email/confirm', 'public', async (c) => {
  const token = keptLink(c, CONFIRM) ?? ''
  const linked = await changeOfLink(c, CONFIRM, token)
  try {
    if (!linked || !(await confirmByLink(c, token, linked))) return over(c)
  } catch (error) {
    if (!linked || !(error instanceof Refusal)) throw error
    return showCard(c, confirmPage(linked.change, { '': error.sentence }), 422)
  }
  dropLink(c)
  c.var.flashes.add('account.email-changed')
  return c.redirect(visitorOf(c)?.user.id === linked.user.id ? '/account' : '/login', 303)
})

email.get('/email/cancel/:token', 'public', (c) => keepLink(c, CANCEL, c.req.param('token'), '/email/cancel'))

email.get('/email/cancel', 'public', async (c) => {
  const linked = await changeOfLink(c, CANCEL, keptLink(c, CANCEL) ?? '')
  return linked ? showCard(c, cancelPage(linked.change)) : showCard(c, overPage, OVER)
})

email.post('/email/cancel', 'public', async (c) => {
  const token = keptLink(c, CANCEL) ?? ''
  const linked = await changeOfLink(c, CANCEL, token)
  if (!linked || !(await cancelByLink(c, token, linked))) return over(c)
  dropLink(c)
  return c.redirect('/email/cancelled', 303)
})

email.get('/email/cancelled', 'public', (c) => showCard(c, cancelledPage))

/** The status of a link that is over. */
const OVER = 410

function over(c: Any): Promise<Response> {
  dropLink(c)
  return showCard(c, overPage, OVER)
}

async function showEmail(c: Any, { user }: Visitor, form: Form, problems: Problems): Promise<Response> {
  const { db, config, now } = c.var
  const waiting = await openChangeOf(db, user, now)
  return showPage(c, emailPage(form, problems, { user, sendsMail: config.mail !== undefined, waiting }))
}

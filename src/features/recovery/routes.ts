import { z } from 'zod'
import { emailField } from '#features/accounts/emails.ts'
import { NOT_THE_SAME, password } from '#features/accounts/fields.ts'
import { VERIFY } from '#features/accounts/letters.ts'
import { hasPasskeyHere } from '#features/passkeys/questions.ts'
import type { Any } from '#web/env.ts'
import { emptyForm, type Form, FormProblems, type Problems, submit, text } from '#web/forms.ts'
import { showCard } from '#web/page.ts'
import { Routes } from '#web/routes.ts'
import { dropLink, keepLink, keptLink, personOfLink } from './kept-link.ts'
import { forgotPage, noMailPage, overPage, proofOverPage, resetPage, sentPage, verifyPage } from './pages.ts'
import { askForProof, proveByLink } from './proving.ts'
import { askForReset, RESET, resetByLink } from './resetting.ts'

/** The way back in for somebody who forgot their password, and the proof that mail reaches them. */
export const recovery = new Routes()

recovery.get('/forgot', 'public', (c) =>
  c.var.config.mail ? showCard(c, forgotPage(emptyForm(), {})) : showCard(c, noMailPage),
)

recovery.post('/forgot', 'public', (c) => {
  if (!c.var.config.mail) return showCard(c, noMailPage, 403)
  return submit(c, asking, {
    done: async ({ email }) => {
      await askForReset(c, email)
      return c.redirect('/forgot/sent', 303)
    },
    again: (form, problems) => showCard(c, forgotPage(form, problems)),
  })
})

recovery.get('/forgot/sent', 'public', (c) => showCard(c, sentPage(c.var.config.limits.mailPerAddress)))

recovery.get('/reset/:token', 'public', (c) => keepLink(c, RESET, c.req.param('token'), '/reset'))

recovery.get('/reset', 'public', (c) => showReset(c, emptyForm(), {}))

recovery.post('/reset', 'public', (c) =>
  submit(c, newPassword, {
    done: async ({ password, verify }) => {
      const token = keptLink(c, RESET) ?? ''
      const user = await personOfLink(c, RESET, token)
      if (!user) return showCard(c, overPage, OVER)
      if (password !== verify) throw new FormProblems({ verify: NOT_THE_SAME })
      const isDone = await resetByLink(c, token, user, password)
      dropLink(c)
      if (!isDone) return showCard(c, overPage, OVER)
      // Who was in the account may have left one.
      if (await hasPasskeyHere(c, user)) c.var.flashes.add('account.reset-passkeys')
      c.var.flashes.add('account.reset')
      return c.redirect('/login', 303)
    },
    again: (form, problems) => showReset(c, form, problems),
  }),
)

recovery.get('/verify/:token', 'public', (c) => keepLink(c, VERIFY, c.req.param('token'), '/verify'))

recovery.get('/verify', 'public', async (c) => {
  const user = await personOfLink(c, VERIFY, keptLink(c, VERIFY) ?? '')
  return user ? showCard(c, verifyPage(user.email)) : showCard(c, proofOverPage, OVER)
})

recovery.post('/verify', 'public', async (c) => {
  const token = keptLink(c, VERIFY) ?? ''
  const user = await personOfLink(c, VERIFY, token)
  dropLink(c)
  if (!user || !(await proveByLink(c, token, user))) return showCard(c, proofOverPage, OVER)
  c.var.flashes.add('account.verified')
  return c.redirect('/', 303)
})

recovery.post('/account/verify', 'user', async (c) => {
  await askForProof(c, c.var.user)
  c.var.flashes.add('account.verify-sent')
  return c.redirect('/account', 303)
})

const asking = z.object({ email: emailField() })
const newPassword = z.object({ password, verify: text('Type the new password once more.') })

/** The status of a link that is over. */
const OVER = 410

async function showReset(c: Any, form: Form, problems: Problems): Promise<Response> {
  const user = await personOfLink(c, RESET, keptLink(c, RESET) ?? '')
  if (!user) return showCard(c, overPage, OVER)
  return showCard(c, resetPage(form, problems, user.email, c.var.config.password.min))
}

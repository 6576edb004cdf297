import { z } from 'zod'
import { emailField } from '#features/accounts/emails.ts'
import { NOT_THE_SAME, password } from '#features/accounts/fields.ts'
import type { Any } from '#web/env.ts'
import { emptyForm, type Form, FormProblems, type Problems, submit, text } from '#web/forms.ts'
import { showCard } from '#web/page.ts'
import { Routes } from '#web/routes.ts'
import { dropLink, keepLink, keptLink } from './kept-link.ts'
import { forgotPage, noMailPage, overPage, resetPage, sentPage } from './pages.ts'
import { askForReset, personOfLink, RESET, resetByLink } from './resetting.ts'

/** The way back in for somebody who forgot their password. */
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
      const user = await personOfLink(c, token)
      if (!user) return showCard(c, overPage, OVER)
      if (password !== verify) throw new FormProblems({ verify: NOT_THE_SAME })
      const isDone = await resetByLink(c, token, user, password)
      dropLink(c)
      if (!isDone) return showCard(c, overPage, OVER)
      c.var.flashes.add('account.reset')
      return c.redirect('/login', 303)
    },
    again: (form, problems) => showReset(c, form, problems),
  }),
)

const asking = z.object({ email: emailField() })
const newPassword = z.object({ password, verify: text('Type the new password once more.') })

/** The status of a link that is over. */
const OVER = 410

async function showReset(c: Any, form: Form, problems: Problems): Promise<Response> {
  const user = await personOfLink(c, keptLink(c, RESET) ?? '')
  if (!user) return showCard(c, overPage, OVER)
  return showCard(c, resetPage(form, problems, user.email, c.var.config.password.min))
}

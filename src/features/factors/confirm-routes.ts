import { z } from 'zod'
import { hasSecondFactor } from '#features/accounts/challenges.ts'
import { password } from '#features/accounts/fields.ts'
import { confirmPassword } from '#features/accounts/proving.ts'
import type { OpenSession } from '#features/accounts/session.ts'
import { confirmByPasskey } from '#features/passkeys/entering.ts'
import { passkeyShown } from '#features/passkeys/fields.ts'
import { hasPasskeyHere } from '#features/passkeys/questions.ts'
import { withPasskeyProblem } from '#features/passkeys/refusals.ts'
import type { Any, Visitor } from '#web/env.ts'
import { emptyForm, type Form, FormProblems, type Problems, submit } from '#web/forms.ts'
import { showCard } from '#web/page.ts'
import { Routes } from '#web/routes.ts'
import { gatewaysFor } from '#web/sign-on.ts'
import { confirmByCode } from './factors.ts'
import { codeTyped } from './fields.ts'
import { confirmPage } from './pages.ts'

/** Where people prove again who they are, before they change their account. */
export const confirming = new Routes()

confirming.get('/account/confirm', 'user', (c) => {
  const next = c.var.safeNext(c.req.query('next'))
  return showConfirm(c, c.var, emptyForm(), {}, next)
})

confirming.post('/account/confirm', 'user', (c) =>
  submit(c, confirmation, {
    done: async ({ password, code, passkey, next }) => {
      const session = c.var.session as OpenSession
      if (code !== undefined) await confirmByCode(c, c.var.user, session, code)
      else if (passkey !== undefined) await confirmByPasskey(c, c.var.user, session, passkey)
      else if (password !== undefined) await confirmPassword(c, c.var.user, session, password)
      else throw new FormProblems({ password: 'Type the password.' })
      c.var.flashes.add('account.confirmed')
      return c.redirect(c.var.safeNext(next), 303)
    },
    again: (form, problems) => {
      const { current, ...others } = withPasskeyProblem(problems)
      const beside: Problems = current ? { ...others, password: current } : others
      return showConfirm(c, c.var, form, beside, c.var.safeNext(form.text('next')))
    },
  }),
)

const confirmation = z.object({
  password: password.optional(),
  code: codeTyped.optional(),
  passkey: passkeyShown.optional(),
  next: z.string().optional(),
})

async function showConfirm(c: Any, { user }: Visitor, form: Form, problems: Problems, next: string): Promise<Response> {
  const hasApp = await hasSecondFactor(c.var.db, user)
  const gateways = await gatewaysFor(c, user)
  const hasPasskey = await hasPasskeyHere(c, user)
  const hasPassword = user.password_phc !== null
  return showCard(
    c,
    confirmPage(form, problems, { next, email: user.email, hasPassword, hasApp, hasPasskey, gateways }),
  )
}

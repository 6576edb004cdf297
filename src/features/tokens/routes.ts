import { z } from 'zod'
import type { Any } from '#web/env.ts'
import { emptyForm, type Form, type Problems, submit, text } from '#web/forms.ts'
import { showPage } from '#web/page.ts'
import { Routes } from '#web/routes.ts'
import { madePage, newTokenPage, tokensPage } from './pages.ts'
import { makeToken, revokeToken, tokensOf } from './tokens.ts'

/** Tokens by which programs come in for a person, and the address at which they learn for whom. */
export const tokens = new Routes()

tokens.get('/account/tokens', 'user', async (c) =>
  showPage(c, tokensPage(await tokensOf(c.var.db, c.var.user), c.var.user, c.var.now)),
)

tokens.get('/account/tokens/new', 'sudo', (c) => showNew(c, emptyForm(), {}))

tokens.post('/account/tokens', 'sudo', (c) =>
  submit(c, wanted, {
    done: async (given) => showPage(c, madePage(await makeToken(c, c.var.user, given), c.var.config.baseUrl)),
    again: (form, problems) => showNew(c, form, problems),
  }),
)

tokens.post('/account/tokens/:id/revoke', 'sudo', async (c) => {
  await revokeToken(c, c.var.user, c.req.param('id'))
  c.var.flashes.add('account.token-revoked')
  return c.redirect('/account/tokens', 303)
})

tokens.get('/api/v1/me', 'token', (c) => {
  const { user, token } = c.var
  const { public_id: id, email, name, zone } = user
  return c.json({ id, email, name, zone, token })
})

const wanted = z.object({
  name: text('Say what it is for.').min(1, 'Say what it is for.').max(100, 'Use at most 100 characters.'),
  scope: z.enum(['read', 'write'], 'Choose what it may do.'),
  days: z
    .enum(['30', '90', '365', ''], 'Choose how long it works.')
    .transform((days) => (days === '' ? undefined : Number(days))),
})

const showNew = (c: Any, form: Form, problems: Problems) => showPage(c, newTokenPage(form, problems))

import { z } from 'zod'
import { fromOf } from '#features/accounts/tries.ts'
import { invite, openInvitations, revokeInvitation } from '#features/entry/invitations.ts'
import type { Any, Visitor } from '#web/env.ts'
import { emptyForm, type Form, type Problems, submit, text } from '#web/forms.ts'
import type { Html } from '#web/html.ts'
import { showPage } from '#web/page.ts'
import { Routes } from '#web/routes.ts'
import { siteSettings } from '#web/site.ts'
import { invitationsPart, invitedPage } from './invitation-pages.ts'

/** The routes about invitations. `again` shows the page of people once more, with the form as it was typed. */
export function invitationRoutes(
  again: (c: Any, visitor: Visitor, form: Form, problems: Problems) => Promise<Response>,
) {
  const routes = new Routes()

  routes.post('/admin/people/invite', 'admin', (c) =>
    submit(c, z.object({ email: text('').optional() }), {
      done: async ({ email = '' }) => {
        const address = email.trim()
        const { link } = await invite(c.var.parts, address, c.var.user, fromOf(c))
        return showPage(c, invitedPage(link, address, c.var.config.mail !== undefined))
      },
      again: (form, problems) => again(c, c.var, form, problems),
    }),
  )

  routes.post('/admin/people/invitations/:id/revoke', 'admin', async (c) => {
    await revokeInvitation(c.var.parts, c.req.param('id'), c.var.user, fromOf(c))
    c.var.flashes.add('admin.revoked')
    return c.redirect('/admin/people', 303)
  })

  return routes
}

/** The part of the page of people about invitations, as `visitor` sees it. */
export async function showInvitations(
  c: Any,
  { user: me }: Visitor,
  form = emptyForm(),
  problems: Problems = {},
): Promise<Html> {
  const { db, config, now } = c.var
  const [open, { registration }] = await Promise.all([openInvitations(db, now), siteSettings(db, config)])
  const about = { open, me, now, sendsMail: config.mail !== undefined, isClosed: registration === 'closed' }
  return invitationsPart(form, problems, about)
}

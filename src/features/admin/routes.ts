import type { Any, Visitor } from '#web/env.ts'
import { type Html, nothing } from '#web/html.ts'
import { showPage } from '#web/page.ts'
import { Routes } from '#web/routes.ts'
import { invitationRoutes, showInvitations } from './invitation-routes.ts'
import type { Tested } from './mail-part.ts'
import { mailRoutes, showMails } from './mail-routes.ts'
import { healthPage, peoplePage } from './pages.ts'
import { countPeople, peopleAfter } from './people.ts'
import { personRoutes } from './person-routes.ts'
import { siteSettingsRoutes } from './settings-routes.ts'

/** What whoever looks after the site can see of it and do. */
export const admin = new Routes()

admin.get('/admin', 'admin', (c) => showHealth(c, c.var))

admin.include(mailRoutes(showHealth))

admin.get('/admin/people', 'admin', async (c) => {
  const after = c.req.query('after') ?? ''
  return showPeople(c, c.var, after, after === '' ? await showInvitations(c, c.var) : nothing)
})

admin.include(
  invitationRoutes(async (c, visitor, form, problems) =>
    showPeople(c, visitor, '', await showInvitations(c, visitor, form, problems)),
  ),
)

admin.include(personRoutes)
admin.include(siteSettingsRoutes)

const PEOPLE_ON_A_PAGE = 50

async function showHealth(c: Any, visitor: Visitor, tested?: Tested): Promise<Response> {
  const { parts, db } = c.var
  const [findings, people, mails] = await Promise.all([parts.health(), countPeople(db), showMails(c, visitor, tested)])
  return showPage(c, healthPage(findings, people, mails))
}

async function showPeople(c: Any, { user: me }: Visitor, after: string, invitations: Html): Promise<Response> {
  const { db, now } = c.var
  const { people, next } = await peopleAfter(db, after, PEOPLE_ON_A_PAGE, now)
  const address = next === undefined ? undefined : `/admin/people?after=${encodeURIComponent(next)}`
  return showPage(c, peoplePage(people, { me, next: address, now, invitations }))
}

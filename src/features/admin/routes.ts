import type { Context } from 'hono'
import { Refusal } from '#core/refusal.ts'
import { fromOf } from '#features/accounts/tries.ts'
import { refererPath } from '#web/back.ts'
import type { Any, UserEnv, Visitor } from '#web/env.ts'
import { type Html, nothing } from '#web/html.ts'
import { showPage } from '#web/page.ts'
import { Routes } from '#web/routes.ts'
import { type By, type Change, changePerson, endAllSessions } from './changing.ts'
import { invitationRoutes, showInvitations } from './invitation-routes.ts'
import { healthPage, peoplePage } from './pages.ts'
import { countPeople, peopleAfter, personCalled } from './people.ts'
import { siteSettingsRoutes } from './settings-routes.ts'

/** What whoever looks after the site can see of it and do. */
export const admin = new Routes()

admin.get('/admin', 'admin', async (c) => {
  const [findings, people] = await Promise.all([c.var.parts.health(), countPeople(c.var.db)])
  return showPage(c, healthPage(findings, people))
})

admin.get('/admin/people', 'admin', async (c) => {
  const after = c.req.query('after') ?? ''
  return showPeople(c, c.var, after, after === '' ? await showInvitations(c, c.var) : nothing)
})

admin.include(
  invitationRoutes(async (c, visitor, form, problems) =>
    showPeople(c, visitor, '', await showInvitations(c, visitor, form, problems)),
  ),
)

admin.post('/admin/people/:id/disable', 'admin', (c) => change(c, c.req.param('id'), 'disable'))
admin.post('/admin/people/:id/enable', 'admin', (c) => change(c, c.req.param('id'), 'enable'))
admin.post('/admin/people/:id/make-admin', 'admin', (c) => change(c, c.req.param('id'), 'make-admin'))
admin.post('/admin/people/:id/take-admin', 'admin', (c) => change(c, c.req.param('id'), 'take-admin'))

admin.post('/admin/people/:id/end-sessions', 'admin', async (c) => {
  const who = await someoneElse(c, c.req.param('id'))
  await endAllSessions(c.var.parts, who, byOf(c), fromOf(c))
  c.var.flashes.add('admin.end-sessions', undefined, [who.public_id])
  return c.redirect(backOf(c), 303)
})

admin.include(siteSettingsRoutes)

const PEOPLE_ON_A_PAGE = 50

type C = Context<UserEnv>

async function showPeople(c: Any, { user: me }: Visitor, after: string, invitations: Html): Promise<Response> {
  const { db, now } = c.var
  const { people, next } = await peopleAfter(db, after, PEOPLE_ON_A_PAGE, now)
  const address = next === undefined ? undefined : `/admin/people?after=${encodeURIComponent(next)}`
  return showPage(c, peoplePage(people, { me, next: address, now, invitations }))
}

async function change(c: C, publicId: string, what: Change): Promise<Response> {
  const who = await someoneElse(c, publicId)
  await changePerson(c.var.parts, who, what, byOf(c), fromOf(c))
  c.var.flashes.add(`admin.${what}`, undefined, [who.public_id])
  return c.redirect(backOf(c), 303)
}

/** Whom a request is about. Oneself has other ways: the devices under Account, and for the rest another administrator. */
async function someoneElse(c: C, publicId: string) {
  const who = await personCalled(c.var.db, publicId)
  if (who.id === c.var.user.id)
    throw new Refusal('forbidden', 'Nobody does this to themselves. Ask another administrator.')
  return who
}

const byOf = (c: C): By => ({ id: c.var.user.id, publicId: c.var.user.public_id })

// The page of the list on which the button stood.
const backOf = (c: C): string => (refererPath(c)?.startsWith('/admin/people') ? refererPath(c)! : '/admin/people')

import type { Context } from 'hono'
import { z } from 'zod'
import { Refusal } from '#core/refusal.ts'
import type { User } from '#db/schema.ts'
import { readEmail } from '#features/accounts/emails.ts'
import type { Administrator } from '#features/accounts/events.ts'
import { fromOf } from '#features/accounts/tries.ts'
import { resetFactors } from '#features/factors/factors.ts'
import { makeResetLink } from '#features/recovery/resetting.ts'
import { refererPath } from '#web/back.ts'
import type { UserEnv } from '#web/env.ts'
import { emptyForm, FormProblems, submit, text } from '#web/forms.ts'
import { showPage } from '#web/page.ts'
import { Routes } from '#web/routes.ts'
import { type By, type Change, changePerson, endAllSessions } from './changing.ts'
import { personCalled } from './people.ts'
import { linkPage, typedPage, type Weighty } from './person-pages.ts'

/** What may be done to one person. */
export const personRoutes = new Routes()

personRoutes.post('/admin/people/:id/disable', 'admin', (c) => change(c, c.req.param('id'), 'disable'))
personRoutes.post('/admin/people/:id/enable', 'admin', (c) => change(c, c.req.param('id'), 'enable'))
personRoutes.post('/admin/people/:id/take-admin', 'admin', (c) => change(c, c.req.param('id'), 'take-admin'))

personRoutes.post('/admin/people/:id/end-sessions', 'admin', async (c) => {
  const who = await someoneElse(c, c.req.param('id'))
  await endAllSessions(c.var.parts, who, byOf(c), fromOf(c))
  c.var.flashes.add('admin.end-sessions', undefined, [who.public_id])
  return c.redirect(backOf(c), 303)
})

personRoutes.post('/admin/people/:id/reset-link', 'admin', async (c) => {
  const who = await someoneElse(c, c.req.param('id'))
  const link = await makeResetLink(c.var.parts, who.email, fromOf(c), nameOf(c))
  return showPage(c, linkPage(who, link))
})

// What cannot be taken back, or gives power, asks for the person’s address to be typed (OWASP ASVS 5.0, 7.5.3).
personRoutes.get('/admin/people/:id/make-admin', 'admin', (c) => askForAddress(c, c.req.param('id'), 'make-admin'))
personRoutes.get('/admin/people/:id/reset-factors', 'admin', (c) =>
  askForAddress(c, c.req.param('id'), 'reset-factors'),
)

personRoutes.post('/admin/people/:id/make-admin', 'admin', (c) =>
  onceTyped(c, c.req.param('id'), 'make-admin', (who) =>
    changePerson(c.var.parts, who, 'make-admin', byOf(c), fromOf(c)),
  ),
)

personRoutes.post('/admin/people/:id/reset-factors', 'admin', (c) =>
  onceTyped(c, c.req.param('id'), 'reset-factors', (who) => resetFactors(c.var.parts, who.email, fromOf(c), nameOf(c))),
)

type C = Context<UserEnv>

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

async function askForAddress(c: C, publicId: string, what: Weighty): Promise<Response> {
  return showPage(c, typedPage(emptyForm(), {}, what, await someoneElse(c, publicId)))
}

/** Does `work` when the address of the person was typed. */
async function onceTyped(
  c: C,
  publicId: string,
  what: Weighty,
  work: (who: User) => Promise<unknown>,
): Promise<Response> {
  const who = await someoneElse(c, publicId)
  return submit(c, z.object({ email: text('Type the address.') }), {
    done: async ({ email }) => {
      if (readEmail(email)?.canon !== who.email_canon) {
        throw new FormProblems({ email: `Type the address of this person: ${who.email}` })
      }
      await work(who)
      c.var.flashes.add(`admin.${what}`, undefined, [who.public_id])
      return c.redirect('/admin/people', 303)
    },
    again: (form, problems) => showPage(c, typedPage(form, problems, what, who)),
  })
}

const nameOf = (c: C): Administrator => {
  const { public_id, name, email } = c.var.user
  return { publicId: public_id, name: name === '' ? email : `${name} (${email})` }
}

const byOf = (c: C): By => ({ id: c.var.user.id, publicId: c.var.user.public_id })

// The page of the list on which the button stood.
const backOf = (c: C): string => (refererPath(c)?.startsWith('/admin/people') ? refererPath(c)! : '/admin/people')

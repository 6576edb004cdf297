import { z } from 'zod'
import { Refusal } from '#core/refusal.ts'
import { dayAndTime, howLongAgo } from '#web/dates.ts'
import type { Any, Visitor } from '#web/env.ts'
import { emptyForm, type Form, FormProblems, type Problems, submit, text } from '#web/forms.ts'
import { showPage } from '#web/page.ts'
import { Routes } from '#web/routes.ts'
import { type Device, devicesPage, noPasswordPage, passwordPage, profilePage } from './account-pages.ts'
import { activityPage } from './activity-page.ts'
import { eventsOf } from './events.ts'
import { NOT_THE_SAME, password } from './fields.ts'
import { endAndTell } from './login.ts'
import { updateProfile } from './people.ts'
import { profileShape } from './preferences.ts'
import { changePassword } from './proving.ts'
import type { OpenSession } from './session.ts'
import { sessionsOf } from './session-rows.ts'
import { fromOf } from './tries.ts'

/** What a person can see and change of their own account. */
export const account = new Routes()

account.get('/account', 'user', (c) => showProfile(c, c.var, emptyForm(), {}))

account.post('/account', 'user', (c) =>
  submit(c, profileShape(c.var.user.zone), {
    done: async (fields) => {
      await updateProfile(c.var.parts, c.var.user, fields, fromOf(c))
      c.var.flashes.add('account.profile')
      return c.redirect('/account', 303)
    },
    again: (form, problems) => showProfile(c, c.var, form, problems),
  }),
)

account.get('/account/password', 'user', (c) => showPassword(c, c.var, emptyForm(), {}))

account.post('/account/password', 'user', (c) =>
  submit(c, newPassword, {
    done: async ({ current, password, verify }) => {
      if (password !== verify) throw new FormProblems({ verify: NOT_THE_SAME })
      await changePassword(c, c.var.user, c.var.session as OpenSession, { current, password })
      c.var.flashes.add('account.password')
      return c.redirect('/account/password', 303)
    },
    again: (form, problems) => showPassword(c, c.var, form, problems),
  }),
)

account.get('/account/sessions', 'user', async (c) => {
  const { db, user, session, now } = c.var
  const rows = await sessionsOf(db, user, now)
  const devices = rows.map((row): Device => {
    const { at, ip } = c.var.lastSeen(row)
    const seen = howLongAgo(user, at, now)
    return { row, ip, seen, isThis: row.id === session.id, since: dayAndTime(user, row.created_at) }
  })
  return showPage(c, devicesPage([...devices.filter((one) => one.isThis), ...devices.filter((one) => !one.isThis)]))
})

account.post('/account/sessions/end-others', 'sudo', async (c) => {
  await endAndTell(c, c.var, { except: c.var.session.id })
  c.var.flashes.add('account.others-ended')
  return c.redirect('/account/sessions', 303)
})

account.post('/account/sessions/:id/end', 'sudo', async (c) => {
  const count = await endAndTell(c, c.var, { publicId: c.req.param('id') })
  if (count === 0) throw new Refusal('not-found', 'This device is not logged in any more.')
  c.var.flashes.add('account.session-ended')
  return c.redirect('/account/sessions', 303)
})

account.get('/account/activity', 'user', async (c) => {
  const { db, user, session, now } = c.var
  const before = c.req.query('before')
  const part = await eventsOf(db, user, now, before)
  return showPage(
    c,
    activityPage(part, { reader: user, session: session.publicId, now, isLatest: before === undefined }),
  )
})

const newPassword = z.object({ current: password, password, verify: text('Type the new password once more.') })

const showProfile = (c: Any, { user }: Visitor, form: Form, problems: Problems) =>
  showPage(c, profilePage(form, problems, user, c.var.config.mail !== undefined))

function showPassword(c: Any, { user }: Visitor, form: Form, problems: Problems) {
  const { providers, mail, password } = c.var.config
  const hasOthers = providers.length > 0
  if (user.password_phc === null) return showPage(c, noPasswordPage(user, { hasOthers, sendsMail: mail !== undefined }))
  return showPage(c, passwordPage(form, problems, user, { leastCharacters: password.min, hasOthers }))
}

import { z } from 'zod'
import { readEmail } from '#features/accounts/emails.ts'
import { recordEvent } from '#features/accounts/events.ts'
import { exportBuckets } from '#features/accounts/limits.ts'
import { chargeOrSay, fromOf } from '#features/accounts/tries.ts'
import { todayOf } from '#web/dates.ts'
import type { Any } from '#web/env.ts'
import { emptyForm, type Form, FormProblems, type Problems, submit, text } from '#web/forms.ts'
import { showPage } from '#web/page.ts'
import { Routes } from '#web/routes.ts'
import { deleteAccount } from './deleting.ts'
import { download } from './download.ts'
import { everythingOf } from './everything.ts'
import { deletePage, exportPage } from './pages.ts'
import { tasksAsTable } from './table.ts'

/** Taking one's data along, and deleting the account. */
export const leaving = new Routes()

leaving.get('/account/export', 'user', (c) => showPage(c, exportPage))

leaving.post('/account/export', 'sudo', (c) =>
  submit(c, z.object({ format: z.enum(['json', 'csv'], 'Choose a format.') }), {
    done: async ({ format }) => {
      const { db, parts, user, now } = c.var
      await chargeOrSay(c, exportBuckets({ ...parts, user: user.id }), user)
      await recordEvent(db, parts.log, 'export_requested', fromOf(c), { user: user.id, detail: { format } })
      const name = `get-it-done-${todayOf(user, now)}`
      return format === 'json'
        ? download(`${name}.json`, 'application/json', everythingOf(db, user, now))
        : download(`${name}.csv`, 'text/csv; charset=utf-8', tasksAsTable(db, user))
    },
    again: () => showPage(c, exportPage),
  }),
)

leaving.get('/account/delete', 'sudo', (c) => showDelete(c, c.var, emptyForm(), {}))

leaving.post('/account/delete', 'sudo', (c) =>
  submit(c, z.object({ email: text('Type your address.') }), {
    done: async ({ email }) => {
      const { user } = c.var
      if (readEmail(email)?.canon !== user.email_canon) throw new FormProblems({ email: 'This is not your address.' })
      await deleteAccount(c, user)
      return c.redirect('/login', 303)
    },
    again: (form, problems) => showDelete(c, c.var, form, problems),
  }),
)

const showDelete = (c: Any, { user }: { user: Parameters<typeof deletePage>[2] }, form: Form, problems: Problems) =>
  showPage(c, deletePage(form, problems, user))

import { z } from 'zod'
import { chosenForSite } from '#db/instance.ts'
import { fromOf } from '#features/accounts/tries.ts'
import type { Any } from '#web/env.ts'
import { emptyForm, type Form, type Problems, seenLine, submit } from '#web/forms.ts'
import { showPage } from '#web/page.ts'
import { Routes } from '#web/routes.ts'
import { changeSettings, LONGEST_TITLE } from './settings.ts'
import { settingsPage } from './settings-page.ts'

/** What holds for the whole site. */
export const siteSettingsRoutes = new Routes()

siteSettingsRoutes.get('/admin/settings', 'admin', (c) => show(c, emptyForm(), {}))

siteSettingsRoutes.post('/admin/settings', 'admin', (c) =>
  submit(c, settings, {
    done: async ({ title, registration, two_steps }) => {
      const { user, parts, site, flashes } = c.var
      const by = { id: user.id, publicId: user.public_id }
      const wanted = { title, registration: orNone(registration), ...(two_steps && { two_steps: orNone(two_steps) }) }
      await changeSettings(parts, wanted, by, fromOf(c))
      // On PostgreSQL the news comes a moment later, and the next page is asked for at once.
      site.changed()
      flashes.add('admin.settings')
      return c.redirect('/admin/settings', 303)
    },
    again: (form, problems) => show(c, form, problems),
  }),
)

const settings = z.object({
  title: seenLine(LONGEST_TITLE, 'Type a title.'),
  registration: z.enum(['default', 'open', 'invite', 'closed'], 'Choose who may register.'),
  two_steps: z.enum(['default', 'nobody', 'admins', 'everybody'], 'Choose who has to log in in two steps.').optional(),
})

/** What was chosen; null gives it back to the server. */
const orNone = <T extends string>(chosen: T): Exclude<T, 'default'> | null =>
  chosen === 'default' ? null : (chosen as Exclude<T, 'default'>)

async function show(c: Any, form: Form, problems: Problems): Promise<Response> {
  const { db, config, site } = c.var
  const { registration, two_steps: twoSteps } = await chosenForSite(db)
  return showPage(c, settingsPage(form, problems, { title: site.title, registration, twoSteps, config }))
}

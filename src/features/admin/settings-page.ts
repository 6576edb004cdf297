import type { Config } from '#config.ts'
import type { Registration } from '#db/schema.ts'
import type { View } from '#features/accounts/pages.ts'
import { choice, field, formProblem } from '#web/fields.ts'
import type { Form, Problems } from '#web/forms.ts'
import { html } from '#web/html.ts'
import { tabs } from './pages.ts'
import { LONGEST_TITLE } from './settings.ts'

/** The page on which it is chosen how the site is called and who may register. */
export const settingsPage = (
  form: Form,
  problems: Problems,
  now: { title: string; registration: Registration | null; config: Pick<Config, 'registration'> },
): View => ({
  title: 'Settings',
  main: html`<h1>Administration</h1>
    ${tabs('/admin/settings')}
    ${formProblem(problems)}
    <form class="stack" method="post" action="/admin/settings">
      ${field(form, problems, 'title', 'Title', { value: now.title, maxlength: LONGEST_TITLE, anyScript: true, hint: 'How this site is called on its pages and in its mails.' })}
      ${choice(form, problems, 'registration', 'Who may register', { value: now.registration ?? 'default', choices: choices(now.config), hint: 'It counts at once. Who has an account keeps it.' })}
      <button class="primary">Save</button>
    </form>`,
})

const choices = ({ registration }: Pick<Config, 'registration'>): [value: string, label: string][] => [
  ['default', `As the server is set up: ${WHO[registration].toLowerCase()}`],
  ...(Object.entries(WHO) as [Registration, string][]),
]

/** Who may register, in words. */
export const WHO: Record<Registration, string> = {
  open: 'Everybody who reaches this site',
  invite: 'Who was invited',
  closed: 'Nobody',
}

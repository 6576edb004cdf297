import type { Config } from '#config.ts'
import type { Registration, TwoSteps } from '#db/schema.ts'
import type { View } from '#features/accounts/pages.ts'
import { choice, field, formProblem } from '#web/fields.ts'
import type { Form, Problems } from '#web/forms.ts'
import { html } from '#web/html.ts'
import { tabs } from './pages.ts'
import { LONGEST_TITLE } from './settings.ts'

/** The page on which it is chosen how the site is called, who may register, and who has to prove more. */
export const settingsPage = (
  form: Form,
  problems: Problems,
  now: {
    title: string
    registration: Registration | null
    twoSteps: TwoSteps | null
    config: Pick<Config, 'registration' | 'twoSteps'>
  },
): View => ({
  title: 'Settings',
  main: html`<h1>Administration</h1>
    ${tabs('/admin/settings')}
    ${formProblem(problems)}
    <form class="stack" method="post" action="/admin/settings">
      ${field(form, problems, 'title', 'Title', { value: now.title, maxlength: LONGEST_TITLE, anyScript: true, hint: 'How this site is called on its pages and in its mails.' })}
      ${choice(form, problems, 'registration', 'Who may register', { value: now.registration ?? 'default', choices: choices(WHO, now.config.registration), hint: 'It counts at once. Who has an account keeps it.' })}
      ${choice(form, problems, 'two_steps', 'Who has to log in in two steps', { value: now.twoSteps ?? 'default', choices: choices(WHO_PROVES, now.config.twoSteps), hint: 'By an authenticator app or a passkey. Who has neither is asked to set one up before anything else.' })}
      <button class="primary">Save</button>
    </form>`,
})

const choices = <K extends string>(words: Record<K, string>, ofServer: K): [value: string, label: string][] => [
  ['default', `As the server is set up: ${words[ofServer].toLowerCase()}`],
  ...(Object.entries(words) as [string, string][]),
]

/** Who has to log in in two steps, in words. */
export const WHO_PROVES: Record<TwoSteps, string> = {
  nobody: 'Nobody has to',
  admins: 'Administrators',
  everybody: 'Everybody',
}

/** Who may register, in words. */
export const WHO: Record<Registration, string> = {
  open: 'Everybody',
  invite: 'Who was invited',
  closed: 'Nobody',
}

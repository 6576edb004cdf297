import type { User } from '#db/schema.ts'
import { tabs } from '#features/accounts/account-pages.ts'
import type { View } from '#features/accounts/pages.ts'
import { field, formProblem } from '#web/fields.ts'
import type { Form, Problems } from '#web/forms.ts'
import { html } from '#web/html.ts'

/** What a person can take along. */
export const exportPage: View = {
  title: 'Your data',
  main: html`<h1>Account</h1>
    ${tabs('/account/export')}
    <p class="lead">Everything that is yours here, as a file: for another program, or to keep.</p>
    <section class="part" aria-labelledby="all">
      <h2 id="all">Everything</h2>
      <p>Lists, tasks with their notes, labels, filters, what was completed when, your profile, your devices and what happened with your account, as JSON. No passwords and no keys.</p>
      <form method="post" action="/account/export" data-turbo="false"><input type="hidden" name="format" value="json"><button class="primary">Download everything (JSON)</button></form>
    </section>
    <section class="part" aria-labelledby="table">
      <h2 id="table">The tasks</h2>
      <p>One line for each task, for a spreadsheet.</p>
      <form method="post" action="/account/export" data-turbo="false"><input type="hidden" name="format" value="csv"><button class="quiet">Download the tasks (CSV)</button></form>
    </section>
    <section class="part" aria-labelledby="end">
      <h2 id="end">Delete the account</h2>
      <p>All of it is removed a week after you say so.</p>
      <p><a class="danger" href="/account/delete">Delete the account …</a></p>
    </section>`,
}

/** The page on which somebody deletes their account. */
export const deletePage = (form: Form, problems: Problems, user: User): View => ({
  title: 'Delete the account',
  main: html`<h1>Delete the account</h1>
    <p class="lead">You are logged out everywhere at once, and tokens for programs stop. After a week everything of yours is removed: lists, tasks, history. Until then you keep it by logging in.</p>
    <p><a href="/account/export">Download your data first</a></p>
    ${formProblem(problems)}
    <form class="stack" method="post" action="/account/delete" data-turbo="false">
      ${field(form, problems, 'email', `To be sure, type ${user.email}`, { type: 'email', autocomplete: 'off' })}
      <button class="danger">Delete my account</button>
    </form>
    <p><a href="/account/export">Keep it</a></p>`,
})

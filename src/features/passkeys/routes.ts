import { z } from 'zod'
import type { Passkey } from '#db/schema.ts'
import { deviceName } from '#features/accounts/device-name.ts'
import { passkeySite } from '#features/accounts/passkey-site.ts'
import { showLogin } from '#features/accounts/routes.ts'
import type { OpenSession } from '#features/accounts/session.ts'
import { dayAndTime, howLongAgo } from '#web/dates.ts'
import type { Any } from '#web/env.ts'
import { emptyForm, type Form, type Problems, seenLine, submit, ticked } from '#web/forms.ts'
import { html, nothing } from '#web/html.ts'
import { showCard, showPage } from '#web/page.ts'
import { Routes } from '#web/routes.ts'
import { logInByPasskey } from './entering.ts'
import { passkeyShown } from './fields.ts'
import { addPasskey, removePasskey } from './keeping.ts'
import { newPasskeyPage, passkeyPage, passkeysPage } from './pages.ts'
import { questionFor, questionForAnybody, questionForNew } from './questions.ts'
import { isUnknownPasskey, withPasskeyProblem } from './refusals.ts'
import { namePasskey, passkeyNamed, passkeysOf } from './rows.ts'

/** Passkeys: logging in by one, and those of a person. */
export const passkeys = new Routes()

// Where the login page stands after a passkey was refused: whoever loads it again begins anew.
passkeys.get('/login/passkey', 'public', (c) => c.redirect('/login', 303))

passkeys.post('/login/passkey/question', 'public', async (c) => c.json(await questionForAnybody(c)))

passkeys.post('/login/passkey', 'public', (c) =>
  submit(c, z.object({ passkey: passkeyShown, remember: ticked(), next: z.string().optional() }), {
    done: async ({ passkey, remember, next }) => {
      c.var.flashes.add(await logInByPasskey(c, passkey, remember))
      return c.redirect(c.var.safeNext(next), 303)
    },
    again: (form, problems) => {
      const next = c.var.safeNext(form.text('next'))
      return showLogin(c, form, withPasskeyProblem(problems), next, forgetIt(c, form, problems))
    },
  }),
)

passkeys.get('/account/passkeys', 'user', async (c) => {
  const { db, user, now, config } = c.var
  const rows = (await passkeysOf(db, user)).map((passkey) => ({
    passkey,
    since: dayAndTime(user, passkey.created_at),
    used: passkey.last_used_at === null ? undefined : howLongAgo(user, passkey.last_used_at, now),
  }))
  return showPage(c, passkeysPage(rows, user, passkeySite(config)))
})

passkeys.get('/account/passkeys/new', 'sudo', (c) => showNew(c, emptyForm(), {}))

passkeys.post('/account/passkeys/question', 'sudo', async (c) => c.json(await questionForNew(c, c.var.user)))

passkeys.post('/account/passkeys/confirm', 'user', async (c) =>
  c.json(await questionFor(c, 'passkey-confirm', c.var.user)),
)

passkeys.post('/account/passkeys', 'sudo', (c) =>
  submit(c, z.object({ passkey: passkeyShown, name }), {
    done: async ({ passkey, name }) => {
      await addPasskey(c, c.var.user, c.var.session as OpenSession, { typed: passkey, name })
      c.var.flashes.add('account.passkey-added')
      return c.redirect('/account/passkeys', 303)
    },
    again: (form, problems) => showNew(c, form, withPasskeyProblem(problems)),
  }),
)

passkeys.get('/account/passkeys/:id', 'user', async (c) =>
  showOne(c, emptyForm(), {}, await passkeyNamed(c.var.db, c.var.user, c.req.param('id'))),
)

passkeys.post('/account/passkeys/:id/rename', 'sudo', async (c) => {
  const passkey = await passkeyNamed(c.var.db, c.var.user, c.req.param('id'))
  return submit(c, z.object({ name }), {
    done: async ({ name }) => {
      await namePasskey(c.var.db, c.var.user, passkey.public_id, name)
      c.var.flashes.add('account.passkey-renamed')
      return c.redirect('/account/passkeys', 303)
    },
    again: (form, problems) => showOne(c, form, problems, passkey),
  })
})

passkeys.post('/account/passkeys/:id/remove', 'sudo', async (c) => {
  await removePasskey(c, c.var.user, c.var.session as OpenSession, c.req.param('id'))
  c.var.flashes.add('account.passkey-removed')
  return c.redirect('/account/passkeys', 303)
})

const name = seenLine(60, 'Give it a name.')

const showNew = (c: Any, form: Form, problems: Problems) =>
  showCard(c, newPasskeyPage(form, problems, deviceName(c.var.agent)))

const showOne = (c: Any, form: Form, problems: Problems, passkey: Passkey) =>
  showPage(c, passkeyPage(form, problems, passkey))

/** Has the device forget a passkey that it offered and nobody knows here. */
function forgetIt(c: Any, form: Form, problems: Problems) {
  const site = passkeySite(c.var.config)
  if (!site || !isUnknownPasskey(problems)) return nothing
  return html`<div hidden data-passkey data-unknown="${idOf(form)}" data-site="${site.rpId}"></div>`
}

const idOf = (form: Form): string => (JSON.parse(form.text('passkey')) as { id: string }).id

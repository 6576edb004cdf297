import { z } from 'zod'
import { isIssuer, type Provider } from '#config.ts'
import { Refusal } from '#core/refusal.ts'
import { dayAndTime } from '#web/dates.ts'
import type { Any, Visitor } from '#web/env.ts'
import { type Form, readForm, submit, text } from '#web/forms.ts'
import { showCard, showPage } from '#web/page.ts'
import { Routes } from '#web/routes.ts'
import { gatewaysFor } from '#web/sign-on.ts'
import { type Aim, type Attempt, begin, finish } from './attempts.ts'
import { enter } from './entering.ts'
import { identitiesOf } from './identities.ts'
import { confirm, link, siteName, unlink } from './linking.ts'
import { onwardPage, signInPage } from './pages.ts'
import { isReason, statusOf, Turned, turnedPage } from './turned.ts'

/** Logging in through another site (OpenID Connect), and the page on which people link their account with one. */
export const sso = new Routes()

sso.post('/auth/:provider', 'public', (c) =>
  setOut(c, (form) => ({
    aim: 'in',
    next: c.var.safeNext(form.text('next')),
    remember: form.text('remember') === 'on',
    zone: form.text('zone').slice(0, 100),
  })),
)

sso.get('/auth/:provider/callback', 'public', (c) => {
  // The address holds what works once, and leads on at once.
  c.header('Referrer-Policy', 'no-referrer')
  return orTurned(c, async (provider) => {
    const attempt = await finish(c, provider)
    return c.redirect(await arrive(c, provider, attempt), 303)
  })
})

sso.get('/auth/:provider/refused/:why', 'public', (c) => {
  const why = c.req.param('why')
  if (!isReason(why)) throw new Refusal('not-found', 'There is nothing at this address.')
  return showCard(c, turnedPage(providerOf(c), why, c.var.visitor !== undefined), statusOf(why))
})

sso.get('/account/sign-in', 'user', (c) => showSignIn(c, c.var))

sso.post('/account/sign-in/unlink', 'sudo', (c) =>
  submit(c, z.object({ issuer: text('Say what is to be unlinked.') }), {
    done: async ({ issuer }) => {
      await unlink(c, c.var, issuer)
      c.var.flashes.add('account.unlinked')
      return c.redirect('/account/sign-in', 303)
    },
    again: (_, problems) => showSignIn(c, c.var, Object.values(problems)[0]),
  }),
)

sso.post('/account/sign-in/:provider', 'sudo', (c) =>
  setOut(c, () => ({ aim: 'link', next: '/account/sign-in', session: c.var.session.publicId })),
)

sso.post('/account/confirm/:provider', 'user', (c) =>
  setOut(c, (form) => ({
    aim: 'confirm',
    next: c.var.safeNext(form.text('next')),
    session: c.var.session.publicId,
  })),
)

/** Sends the browser on to the provider. */
function setOut(c: Any, aimOf: (form: Form) => Aim): Promise<Response> {
  return orTurned(c, async (provider) => {
    const form = await readForm(c)
    const address = await begin(c, provider, aimOf(form))
    // The page allowed its form to lead to one origin; by now it may be known that the provider has another.
    if (form.text('origin') === address.origin) return c.redirect(address.href, 303)
    return showCard(c, onwardPage(provider.name, address.href))
  })
}

// What is refused here would be said at an address that holds a code.
async function arrive(c: Any, provider: Provider, attempt: Attempt): Promise<string> {
  try {
    return await achieve(c, provider, attempt)
  } catch (error) {
    throw error instanceof Refusal && !(error instanceof Turned) ? new Turned('left') : error
  }
}

function achieve(c: Any, provider: Provider, attempt: Attempt): Promise<string> {
  switch (attempt.aim) {
    case 'in':
      return enter(c, provider, attempt)
    case 'link':
      return link(c, provider, attempt)
    case 'confirm':
      return confirm(c, provider, attempt)
  }
}

async function orTurned(c: Any, work: (provider: Provider) => Promise<Response>): Promise<Response> {
  const provider = providerOf(c)
  try {
    return await work(provider)
  } catch (error) {
    if (!(error instanceof Turned)) throw error
    c.var.parts.log.info('sso_turned_away', { id: c.var.requestId, provider: provider.id, why: error.why })
    return c.redirect(`/auth/${provider.id}/refused/${error.why}`, 303)
  }
}

function providerOf(c: Any): Provider {
  const provider = c.var.config.providers.find(({ id }) => id === c.req.param('provider'))
  if (!provider) throw new Refusal('not-found', 'There is nothing at this address.')
  return provider
}

async function showSignIn(c: Any, { user }: Visitor, problem?: string): Promise<Response> {
  const { db, config } = c.var
  const identities = await identitiesOf(db, user)
  const linked = identities.map(({ issuer, email_at_link, linked_at }) => ({
    issuer,
    name: siteName(config, issuer),
    email: email_at_link ?? '',
    since: dayAndTime(user, linked_at),
  }))
  const isLinked = (id: string) =>
    config.providers.some(
      (provider) => provider.id === id && identities.some(({ issuer }) => isIssuer(provider, issuer)),
    )
  const others = (await gatewaysFor(c)).filter(({ id }) => !isLinked(id))
  return showPage(c, signInPage(linked, others, problem))
}

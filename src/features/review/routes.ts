import { Refusal } from '#core/refusal.ts'
import { endReview } from '#features/accounts/reviews.ts'
import { appOf } from '#features/factors/totps.ts'
import { passkeysOf } from '#features/passkeys/rows.ts'
import { identitiesOf } from '#features/sso/identities.ts'
import { dayAndTime } from '#web/dates.ts'
import { showPage } from '#web/page.ts'
import { Routes } from '#web/routes.ts'
import { reviewPage, type Way } from './pages.ts'

/** What somebody is shown once after they lost their password: all else that logs them in. */
export const review = new Routes()

review.get('/account/review', 'user', async (c) => {
  const { db, user } = c.var
  const [passkeys, sites, app] = [await passkeysOf(db, user), await identitiesOf(db, user), await appOf(db, user)]
  const since = (at: string) => dayAndTime(user, at)
  const ways: Way[] = [
    ...passkeys.map(({ name, created_at: at }) => ({ name, since: since(at), ...PASSKEY })),
    ...sites.map(({ issuer, linked_at: at }) => ({ name: new URL(issuer).host, since: since(at), ...SITE })),
    ...(app?.confirmed_at ? [{ name: 'Authenticator app', since: since(app.confirmed_at), ...STEP }] : []),
  ]
  return showPage(c, reviewPage(ways))
})

const PASSKEY = { kind: 'Passkey', at: '/account/passkeys' }
const SITE = { kind: 'Other site', at: '/account/sign-in' }
const STEP = { kind: 'Second step', at: '/account/two-factor' }

review.post('/account/review', 'user', async (c) => {
  // Whoever came by one of the other ways is not asked whether it is theirs.
  if (!c.var.session.byPassword) throw new Refusal('forbidden', 'Log in with the password for this.')
  await endReview(c.var.db, c.var.user)
  return c.redirect('/', 303)
})

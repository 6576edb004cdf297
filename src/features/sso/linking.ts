import { type Config, isIssuer, type Provider } from '#config.ts'
import { Refusal } from '#core/refusal.ts'
import { isDuplicate } from '#db/db.ts'
import { changeCredentials, grantSudo } from '#features/accounts/proving.ts'
import type { OpenSession } from '#features/accounts/session.ts'
import { fromOf, note } from '#features/accounts/tries.ts'
import { canComeIn } from '#features/accounts/ways-in.ts'
import { queueMail } from '#features/mail/outbox.ts'
import { type Any, type Visitor, visitorOf } from '#web/env.ts'
import type { Attempt } from './attempts.ts'
import { addIdentity, personOf, removeIdentity } from './identities.ts'
import { toldBy } from './letters.ts'
import { Turned } from './turned.ts'
import { vouchedFor } from './vouching.ts'

type OfSession = Extract<Attempt, { session: string }>

/**
 * Links the account of whoever asked for it with the one they came from. All other sessions end. Turns away when they are
 * not logged in any more or proved themselves too long ago, and when one of the two is linked already.
 */
export async function link(c: Any, provider: Provider, attempt: OfSession): Promise<string> {
  const { user, session } = stillHere(c, attempt)
  if (!session.isSudo()) throw new Turned('left')
  const { issuer, sub, email } = await vouchedFor(c, provider, attempt)
  const about = { user: user.id, session: session.publicId, detail: { through: provider.name } }
  try {
    await changeCredentials(c, user, session as OpenSession, {}, async (trx, announce) => {
      await addIdentity(trx, user, { issuer, sub, email: email?.email }, c.var.now)
      await note(c, trx, 'identity_linked', about)
      await queueMail(trx, { ...c.var, announce }, toldBy('identity-linked', user, fromOf(c), provider.name))
    })
  } catch (error) {
    throw isDuplicate(error) ? new Turned('linked') : error
  }
  c.var.flashes.add('account.linked')
  return attempt.next
}

/**
 * Takes what the provider says as a proof for changes to the account. Turns away when it names somebody else, or does not
 * say that they proved themselves just now.
 */
export async function confirm(c: Any, provider: Provider, attempt: OfSession): Promise<string> {
  const { user, session } = stillHere(c, attempt)
  const vouched = await vouchedFor(c, provider, attempt)
  if ((await personOf(c.var.db, vouched))?.id !== user.id) {
    const about = { user: user.id, session: session.publicId, detail: { through: provider.name } }
    await note(c, c.var.db, 'authn_confirm_fail', about)
    throw new Turned('other')
  }
  await grantSudo(c, user, session as OpenSession)
  c.var.flashes.add('account.confirmed')
  return attempt.next
}

function stillHere(c: Any, attempt: OfSession): Visitor {
  const visitor = visitorOf(c)
  if (visitor?.session.publicId !== attempt.session) throw new Turned('left')
  return visitor
}

/**
 * Ends the link of `user` with `issuer`. All other sessions end. Refuses when there is none, and when there would be no way
 * in any more.
 */
export async function unlink(c: Any, { user, session }: Visitor, issuer: string): Promise<void> {
  const { config } = c.var
  const name = siteName(config, issuer)
  await changeCredentials(c, user, session as OpenSession, {}, async (trx, announce) => {
    if (!(await removeIdentity(trx, user, issuer)))
      throw new Refusal('not-found', 'Your account is not linked with that.')
    if (!(await canComeIn(trx, config, user))) {
      throw new Refusal(
        'conflict',
        `You log in through ${name} alone. Choose a password first, or you could not come back.`,
      )
    }
    await note(c, trx, 'identity_unlinked', { user: user.id, session: session.publicId, detail: { through: name } })
    await queueMail(trx, { ...c.var, announce }, toldBy('identity-unlinked', user, fromOf(c), name))
  })
}

/** What people read of the site with this issuer, also when the settings do not name it any more. */
export const siteName = ({ providers }: Pick<Config, 'providers'>, issuer: string): string =>
  providers.find((provider) => isIssuer(provider, issuer))?.name ?? URL.parse(issuer)?.host ?? issuer

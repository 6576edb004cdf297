import type { Provider } from '#config.ts'
import { Refusal } from '#core/refusal.ts'
import { isDuplicate } from '#db/db.ts'
import type { User } from '#db/schema.ts'
import { hasSecondFactor } from '#features/accounts/challenges.ts'
import type { Email } from '#features/accounts/emails.ts'
import { mayComeIn } from '#features/accounts/leaving.ts'
import { registerBuckets } from '#features/accounts/limits.ts'
import { askForSecond, completeLogin, inTurn } from '#features/accounts/login.ts'
import { mayRegister } from '#features/accounts/may-register.ts'
import { createProvedUser, isTaken } from '#features/accounts/people.ts'
import { localeFrom } from '#features/accounts/preferences.ts'
import type { Bucket } from '#features/accounts/throttles.ts'
import { chargeOrSay, fromOf, note, orGiveBack } from '#features/accounts/tries.ts'
import type { Any } from '#web/env.ts'
import type { Attempt } from './attempts.ts'
import { addIdentity, personOf } from './identities.ts'
import { Turned } from './turned.ts'
import { type Vouched, vouchedFor } from './vouching.ts'

type ToComeIn = Extract<Attempt, { aim: 'in' }>

/**
 * Logs in whoever the provider says has come, with a new account when nobody is linked with them and everybody may make
 * one. Who has a second step is asked for it. Returns where to go. An account is never found by its address. Turns away
 * who may not come in, and too many who may not.
 */
export function enter(c: Any, provider: Provider, attempt: ToComeIn): Promise<string> {
  const { parts, ip } = c.var
  const { network } = registerBuckets({ ...parts, ip })
  return inTurn(c, undefined, async () => {
    const counted = await chargeOrTurn(c, network)
    return orGiveBack(c, counted, async () => {
      const vouched = await vouchedFor(c, provider, attempt)
      const known = await personOf(c.var.db, vouched)
      const user = known ?? (await join(c, attempt, vouched))
      if (!mayComeIn(user, c.var.now)) {
        await note(c, c.var.db, 'authn_login_fail', { user: user.id, detail: { through: provider.name } })
        throw new Turned('disabled')
      }
      return letIn(c, user, attempt, { network: counted, isNew: !known })
    })
  })
}

async function letIn(
  c: Any,
  user: User,
  { remember, next }: ToComeIn,
  { network, isNew }: { network: Bucket[]; isNew: boolean },
): Promise<string> {
  if (await hasSecondFactor(c.var.db, user)) {
    await askForSecond(c, user, { amr: 'oidc', persistent: remember, next }, network)
    return '/login/second'
  }
  const said = await completeLogin(c, user, { amr: 'oidc', persistent: remember, network, account: [] })
  c.var.flashes.add(isNew ? 'account.welcome' : said)
  return next
}

/** An account for somebody new; when another request of theirs was quicker, the one that it made. */
async function join(c: Any, attempt: ToComeIn, vouched: Vouched): Promise<User> {
  if (!(await mayRegister(c))) throw new Turned('unknown')
  const { email, isProved } = vouched
  if (!email || !isProved) throw new Turned('unproved')
  const made = await makeAccount(c, attempt, vouched, email)
  const user = made ?? (await personOf(c.var.db, vouched))
  if (!user) throw new Turned('taken')
  return user
}

/** Undefined when somebody has the address, or the link, already: of two at the same moment the database takes one. */
async function makeAccount(c: Any, { zone }: ToComeIn, vouched: Vouched, email: Email): Promise<User | undefined> {
  const { db, parts, config, ip, now } = c.var
  if (await isTaken(db, email.canon)) return undefined
  await chargeOrTurn(c, registerBuckets({ ...parts, ip }).registrations)
  const locale = localeFrom(c.req.header('Accept-Language'))
  const person = { ...email, name: vouched.name, first: config.loopbackOnly, locale, zone }
  const subject = { issuer: vouched.issuer, sub: vouched.sub, email: email.email }
  try {
    return await createProvedUser(parts, person, fromOf(c), (trx, user) => addIdentity(trx, user, subject, now))
  } catch (error) {
    if (isDuplicate(error)) return undefined
    throw error
  }
}

/** Turns away, as the limit does, but on a page whose address holds nothing of what was sent. */
async function chargeOrTurn(c: Any, buckets: Bucket[]): Promise<Bucket[]> {
  try {
    return await chargeOrSay(c, buckets)
  } catch (error) {
    throw error instanceof Refusal && error.reason === 'too-many' ? new Turned('often') : error
  }
}

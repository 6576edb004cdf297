import type { Transaction } from 'kysely'
import { Refusal } from '#core/refusal.ts'
import type { News } from '#db/live.ts'
import type { Tables, User } from '#db/schema.ts'
import { queueMail } from '#features/mail/outbox.ts'
import { dropCookie, writeCookie } from '#web/cookies.ts'
import { type Any, type Visitor, visitorOf } from '#web/env.ts'
import { type Asked, CHALLENGE_LIFE, hasSecondFactor, openChallenge } from './challenges.ts'
import { DEVICE_LIFE, isStrangeDevice, knownDevice, rememberDevice } from './devices.ts'
import { readEmail } from './emails.ts'
import { isLeaving, mayComeIn, stay } from './leaving.ts'
import { accountStays } from './letters.ts'
import { loginBuckets, networksOf, WRONG } from './limits.ts'
import { upgradeHash, userByCanon } from './people.ts'
import type { Spend } from './proving.ts'
import { lasting } from './remembered.ts'
import { type Amr, endSessions, evictSessions, insertSession, sessionCookie } from './session-rows.ts'
import { type Bucket, isBlocked, settle } from './throttles.ts'
import { chargeOrSay, deviceToken, fromOf, note, orGiveBack } from './tries.ts'
import { Turns } from './turns.ts'
import { warnOfLogin } from './warnings.ts'

/** What is said to somebody who has come in. */
export type Said = 'account.in' | 'account.stays'

/** What was typed into the login form. */
export type Credentials = { email: string; password: string; remember: boolean; next: string }

/**
 * Logs somebody in, or asks for their second factor: the second step leads to `next` then. Returns which. An unknown
 * address costs the same time as a wrong password and is answered by the same sentence; every try counts before the
 * password is looked at. Refuses with that sentence, or with how long to wait.
 */
export async function logIn(c: Any, given: Credentials): Promise<Said | 'second'> {
  await c.var.parts.hashing.refuseWhenFull()
  const canon = readEmail(given.email)?.canon
  return inTurn(c, canon, () => tryToLogIn(c, canon, given))
}

async function tryToLogIn(
  c: Any,
  canon: string | undefined,
  { password, remember, next }: Credentials,
): Promise<Said | 'second'> {
  const { db, parts } = c.var
  const user = canon === undefined ? undefined : await userByCanon(db, canon)
  const device = await knownDevice(db, parts.keys, user, deviceToken(c), c.var.now)
  const { network, account } = loginBuckets({ ...parts, ip: c.var.ip, canon, device })
  const counted = await chargeOrSay(c, [...network, ...account], user)
  const matches = await orGiveBack(c, counted, () => parts.hashing.verify(password, user?.password_phc))
  if (!user || !matches || !mayComeIn(user, c.var.now)) {
    await noteFailure(c, user, account)
    throw new Refusal('invalid', WRONG)
  }
  await rehash(c, user, password)
  // The person as they were when the password was looked at: if that was changed since, there is no session.
  const harmless = counted.filter((bucket) => !account.includes(bucket))
  if (await hasSecondFactor(db, user)) {
    await askForSecond(c, user, { amr: 'pwd', persistent: remember, next }, harmless)
    return 'second'
  }
  return completeLogin(c, user, { amr: 'pwd', persistent: remember, network: harmless, account })
}

/** Has the browser wait for the second step. The try was no failure of `network`; of the account it counts as one until the second step is done. */
export async function askForSecond(c: Any, user: User, asked: Asked, network: Bucket[]): Promise<void> {
  const { db, parts, config, now, cookies } = c.var
  const token = await db.transact(async (trx) => {
    await settle(trx, { giveBack: network })
    return openChallenge(trx, parts.keys, user, asked, now)
  })
  cookies.push(writeCookie('mfa', token, config, CHALLENGE_LIFE))
}

/**
 * The end of every login, whatever proved who it is: a new session with a new token in the place of the one that
 * the browser had, the device remembered, the failures forgiven, the cookies set. `spend` uses up what proves only once,
 * in the same transaction: when it refuses, or the credentials changed meanwhile, nothing was used up and nobody is in.
 * Who had deleted the account, and comes in time, has it again. Returns what is to be said.
 */
export async function completeLogin(
  c: Any,
  user: User,
  login: { amr: Amr; persistent: boolean; network: Bucket[]; account: Bucket[]; spend?: Spend },
): Promise<Said> {
  const { db, parts, config, now, ip, agent, cookies, flashes } = c.var
  const before = visitorOf(c)
  const isBack = isLeaving(user, now)
  const made = await db.transact(async (trx, announce) => {
    await login.spend?.(trx, announce)
    if (isBack) await comeBack(c, trx, announce, user)
    const { amr, persistent } = login
    const session = await insertSession(trx, parts, { user, amr, persistent, ip, agent, now })
    if (!session) throw new Refusal('invalid', WRONG)
    const replaced = before ? await replaceSession(trx, before.session.id, before.user, user, session.row.id) : []
    const evicted = await evictSessions(trx, user, config.session.perPerson)
    // Of a recovery code a mail of its own tells, with the device.
    const isStrange = amr !== 'pwd rc' && (await isStrangeDevice(trx, parts.keys, user, deviceToken(c), now))
    const device = await rememberDevice(trx, parts.keys, user, { token: deviceToken(c), agent, now })
    const failed = await settle(trx, { giveBack: login.network, forget: login.account })
    await warnOfLogin(trx, { config, announce, now }, user, fromOf(c), { isStrange, failed })
    const type = failed > 0 ? 'authn_login_successafterfail' : 'authn_login_success'
    const [first] = amr.split(' ')
    const detail = first === 'pwd' ? {} : { factor: first }
    await note(c, trx, type, { user: user.id, session: session.row.public_id, detail })
    if (evicted.length > 0) await note(c, trx, 'session_evicted', { user: user.id, detail: { count: evicted.length } })
    if (replaced.length + evicted.length > 0) announce({ kind: 'ended', sessions: [...replaced, ...evicted] })
    return { ...session, device }
  })
  flashes.forget()
  cookies.push(sessionCookie(config, made.token, made.row, now))
  cookies.push(writeCookie('device', made.device, config, DEVICE_LIFE))
  return isBack ? 'account.stays' : 'account.in'
}

async function comeBack(c: Any, trx: Transaction<Tables>, announce: (news: News) => void, user: User): Promise<void> {
  await stay(trx, user, c.var.now)
  await note(c, trx, 'user_kept', { user: user.id })
  await queueMail(trx, { ...c.var, announce }, accountStays(user, fromOf(c)))
}

/** Logs out: the session ends on the server, and the browser forgets it. Returns whether the server could end it. */
export async function logOut(c: Any): Promise<boolean> {
  const { db, config, cookies, flashes } = c.var
  const visitor = visitorOf(c)
  flashes.forget()
  cookies.push(dropCookie('sid', config))
  if (!visitor) return !c.var.isUnknown
  try {
    await db.transact(async (trx, announce) => {
      announce({ kind: 'ended', sessions: await endSessions(trx, visitor.user, { id: visitor.session.id }) })
      await note(c, trx, 'session_ended', { user: visitor.user.id, session: visitor.session.publicId })
    })
    return true
  } catch (error) {
    c.var.parts.log.error('logout_failed', { id: c.var.requestId }, error)
    return false
  }
}

/** Ends sessions of this visitor, and tells the pages that are open in them. Returns how many there were. */
export async function endAndTell(
  c: Any,
  { user, session }: Visitor,
  which: Parameters<typeof endSessions>[2],
): Promise<number> {
  return c.var.db.transact(async (trx, announce) => {
    const ended = await endSessions(trx, user, which)
    if (ended.length === 0) return 0
    announce({ kind: 'ended', sessions: ended })
    const detail = { count: ended.length }
    await note(c, trx, 'session_ended', { user: user.id, session: session.publicId, detail })
    return ended.length
  })
}

const turns = new Turns()

/**
 * Tries from one network go on a few at a time, and those at one account one by one. A try counts while it is under
 * way, so a class that logs in at the stroke of nine would otherwise use up its limit with right passwords.
 */
export function inTurn<T>(c: Any, canon: string | undefined, work: () => Promise<T>): Promise<T> {
  const [{ network } = { network: '' }] = networksOf(c.var.ip)
  // Not behind those who come from other devices: strangers must not hold anybody up.
  const alone = canon === undefined ? work : () => turns.take(`account ${canon} ${deviceToken(c)}`, 1, work)
  return turns.take(`network ${network}`, 5, alone)
}

// For an unknown address the same is done, so that it takes the same time.
function noteFailure(c: Any, user: User | undefined, account: Bucket[]): Promise<void> {
  const about = user ? { user: user.id } : {}
  return c.var.db.transact(async (trx) => {
    await note(c, trx, 'authn_login_fail', about)
    if (await isBlocked(trx, account, c.var.now)) await note(c, trx, 'authn_login_lock', about)
  })
}

/** A hash made with weaker parameters than today's is made anew, now that the password is known. */
async function rehash(c: Any, user: User, password: string): Promise<void> {
  const { db, parts } = c.var
  if (user.password_phc !== null && parts.hashing.outdated(user.password_phc)) {
    await upgradeHash(db, user, await parts.hashing.hash(password))
  }
}

/** The session that the browser had ends. What it remembered for the person goes along when it is the same person. */
async function replaceSession(
  trx: Parameters<typeof endSessions>[0],
  old: string,
  owner: User,
  user: User,
  fresh: string,
): Promise<string[]> {
  if (owner.id === user.id && lasting.length > 0) {
    await trx
      .updateTable('session_values')
      .set({ session_id: fresh })
      .where('session_id', '=', old)
      .where('key', 'in', lasting)
      .execute()
  }
  return endSessions(trx, owner, { id: old })
}

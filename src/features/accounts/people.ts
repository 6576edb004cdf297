import type { Transaction } from 'kysely'
import { Refusal } from '#core/refusal.ts'
import { instant } from '#core/time.ts'
import { type Database, type Db, isDuplicate, newId } from '#db/db.ts'
import { addPerson } from '#db/people.ts'
import type { Tables, User } from '#db/schema.ts'
import { type Around, queueMail } from '#features/mail/outbox.ts'
import type { Parts } from '#web/env.ts'
import { siteSettings } from '#web/site.ts'
import { refuseBreached } from './breaches.ts'
import { forgetDevices } from './devices.ts'
import { type Email, readEmail } from './emails.ts'
import { type From, recordEvent } from './events.ts'
import { passwordChanged, proofOfAddress } from './letters.ts'
import { refuseWeakPassword } from './password-rules.ts'
import { defaultLocale, zoneFrom } from './preferences.ts'
import { askForReview } from './reviews.ts'
import { endSessions } from './session-rows.ts'

type Needed = Pick<Parts, 'db' | 'hashing' | 'config' | 'log'>

/**
 * Makes an account with an Inbox. Refuses an address that is none or is taken, and a weak password. With `first` the
 * person becomes the administrator if nobody is yet, which the database decides; with `only` it throws `NotFirst` else, and
 * nobody was added.
 */
export async function createUser(
  parts: Needed,
  person: {
    email: string
    password: string
    admin?: boolean
    first?: boolean | 'only'
    /** Whether a mail asks for a proof of the address. */
    prove?: boolean
    /** What is used up for it, in the same transaction; it throws when it cannot be. `proves`: the address is theirs. */
    spend?: (trx: Transaction<Tables>) => Promise<{ proves: boolean }>
    locale?: string
    zone?: string | undefined
  },
  from: From,
): Promise<User> {
  const address = readEmail(person.email)
  if (!address) throw new Refusal('invalid', 'This is not an e-mail address.', { field: 'email' })
  const { title } = await siteSettings(parts.db, parts.config)
  refuseWeakPassword(person.password, { config: parts.config, email: address.email, title })
  await refuseBreached(person.password, parts)
  if (await isTaken(parts.db, address.canon)) throw addressTaken()
  const phc = await parts.hashing.hash(person.password)
  const { locale = defaultLocale, zone } = person
  const fresh = newUser({ ...address, phc, locale, zone: zoneFrom(zone), now: from.now })
  try {
    return await parts.db.transact(async (trx, announce) => {
      const spent = await person.spend?.(trx)
      const proved = spent?.proves ? { ...fresh, email_verified_at: instant(from.now) } : fresh
      return bringIn(trx, { ...parts, announce }, proved, person, from)
    })
  } catch (error) {
    // Two people with one address at the same moment: the database took one of them.
    if (isDuplicate(error)) throw addressTaken()
    throw error
  }
}

/**
 * Makes an account with an Inbox for somebody whose address another site has proved. They have no password. `work` is done
 * in the same transaction. Throws when the address is taken.
 */
export async function createProvedUser(
  parts: Pick<Parts, 'db' | 'log' | 'config'>,
  person: Email & { name: string; first: boolean; locale: string; zone: string | undefined },
  from: From,
  work: (trx: Transaction<Tables>, user: User) => Promise<void>,
): Promise<User> {
  const { name, locale, zone } = person
  const fresh = { ...newUser({ ...person, phc: null, locale, zone: zoneFrom(zone), now: from.now }), name }
  const proved = { ...fresh, email_verified_at: instant(from.now) }
  return parts.db.transact(async (trx, announce) => {
    const user = await bringIn(trx, { ...parts, announce }, proved, person, from)
    await work(trx, user)
    return user
  })
}

/**
 * Adds a person, with all that comes with it. With `admin`, or as the `first`, they administer the site; with `prove` a mail
 * asks whether the address is theirs, unless that is known.
 */
export async function bringIn(
  trx: Transaction<Tables>,
  { config, log, announce }: Pick<Parts, 'config' | 'log'> & Pick<Around, 'announce'>,
  person: User,
  how: { admin?: boolean; first?: boolean | 'only'; prove?: boolean },
  from: From,
): Promise<User> {
  await addPerson(trx, person)
  const isAdmin = how.admin || (how.first && (await becomesFirst(trx, person)))
  if (how.first === 'only' && !isAdmin) throw new NotFirst()
  const user = isAdmin ? await makeAdmin(trx, person) : person
  await recordEvent(trx, log, 'user_created', from, { user: user.id, detail: { role: user.role } })
  if (how.prove && user.email_verified_at === null)
    await queueMail(trx, { config, announce, now: from.now }, proofOfAddress(user))
  return user
}

/** Gives the account with this address another password and ends all its sessions. Refuses an unknown address. */
export async function setPassword(
  parts: Needed,
  { email, password }: { email: string; password: string },
  from: From,
): Promise<void> {
  const user = await userByCanon(parts.db, readEmail(email)?.canon ?? '')
  if (!user) throw new Refusal('not-found', `There is no account with the e-mail ${email}.`)
  const { title } = await siteSettings(parts.db, parts.config)
  refuseWeakPassword(password, { config: parts.config, email: user.email, name: user.name, title })
  await refuseBreached(password, parts)
  const phc = await parts.hashing.hash(password)
  await parts.db.transact((trx, announce) => replacePassword(trx, { ...parts, announce }, user, phc, from))
}

/**
 * Puts another hash in the place of the password's, which was lost. All sessions end; the person is told by mail, and asked
 * at the next login what else is theirs.
 */
export async function replacePassword(
  trx: Transaction<Tables>,
  { config, log, announce }: Pick<Parts, 'config' | 'log'> & Pick<Around, 'announce'>,
  user: User,
  phc: string,
  from: From,
): Promise<void> {
  announce({ kind: 'ended', sessions: await bumpCredentials(trx, user, { password_phc: phc }) })
  await askForReview(trx, user, from.now)
  await recordEvent(trx, log, 'authn_password_change', from, { user: user.id })
  await queueMail(trx, { config, announce, now: from.now }, passwordChanged(user, from))
}

/** The person whose address compares as `canon`. */
export const userByCanon = (db: Database, canon: string): Promise<User | undefined> =>
  db.selectFrom('users').selectAll().where('email_canon', '=', canon).executeTakeFirst()

/**
 * Whether the address that compares as `canon` cannot become that of `user`, or of somebody new: another account has it,
 * or had it lately and can still take it back.
 */
export async function isTaken(db: Db, canon: string, user: Pick<User, 'id'> = { id: '' }): Promise<boolean> {
  const owner = db.selectFrom('users').select('id').where('email_canon', '=', canon).where('id', '!=', user.id)
  if (await owner.executeTakeFirst()) return true
  const before = db.selectFrom('email_changes').select('id').where('old_canon', '=', canon)
  return (await before.where('user_id', '!=', user.id).limit(1).executeTakeFirst()) !== undefined
}

/**
 * Changes a credential of `user`: those of `fields`, or one that has a table of its own. What was made under the old ones is worth nothing afterwards: sessions carry the
 * number of the credentials, and those of before end; whoever knew the old password comes from an unknown device.
 * `keep` is the session that is given the new number, and its device. Without one the password was lost or taken away, and
 * tokens for programs end too. Returns the ids of the sessions that ended.
 * Refuses when the credentials changed meanwhile.
 */
export async function bumpCredentials(
  trx: Transaction<Tables>,
  user: User,
  fields: Partial<Pick<User, 'password_phc' | 'email' | 'email_canon' | 'email_verified_at' | 'factors_reset_at'>>,
  keep?: { session: string; device: string | undefined },
): Promise<string[]> {
  const { numUpdatedRows } = await trx
    .updateTable('users')
    .set({ ...fields, cred_version: user.cred_version + 1 })
    .where('id', '=', user.id)
    .where('cred_version', '=', user.cred_version)
    .executeTakeFirst()
  if (numUpdatedRows === 0n) {
    throw new Refusal('conflict', 'The account was changed from another device a moment ago. Please start again.')
  }
  await forgetDevices(trx, user, keep?.device)
  if (!keep && fields.password_phc !== undefined) {
    await trx.deleteFrom('api_tokens').where('user_id', '=', user.id).execute()
  }
  return endSessions(trx, user, keep ? { except: keep.session } : {})
}

/** Notes that mail to this address reaches `user`, when it is still theirs. */
export async function addressProved(trx: Transaction<Tables>, user: User, address: string, now: Date): Promise<void> {
  await trx
    .updateTable('users')
    .set({ email_verified_at: instant(now) })
    .where('id', '=', user.id)
    .where('email', '=', address)
    .where('email_verified_at', 'is', null)
    .execute()
}

/** Stores a hash with today's parameters, unless the password was changed meanwhile. */
export async function upgradeHash(db: Database, user: User, phc: string): Promise<void> {
  await db
    .updateTable('users')
    .set({ password_phc: phc })
    .where('id', '=', user.id)
    .where('password_phc', '=', user.password_phc)
    .execute()
}

/** What people choose for themselves. */
export type Profile = Pick<
  User,
  'name' | 'zone' | 'locale' | 'week_start' | 'theme' | 'start_page' | 'day_starts' | 'date_order' | 'single_keys'
>

/** Changes how a person wants to be called and shown things. What is undefined stays as it is. */
export async function updateProfile(
  { db, log }: Pick<Parts, 'db' | 'log'>,
  user: User,
  wanted: { [K in keyof Profile]?: Profile[K] | undefined },
  from: From,
): Promise<void> {
  const isNew = (name: keyof Profile) => wanted[name] !== undefined && wanted[name] !== user[name]
  const changed = (Object.keys(wanted) as (keyof Profile)[]).filter(isNew)
  if (changed.length === 0) return
  const fields = Object.fromEntries(changed.map((name) => [name, wanted[name]]))
  await db.transact(async (trx) => {
    await trx.updateTable('users').set(fields).where('id', '=', user.id).execute()
    await recordEvent(trx, log, 'user_updated', from, { user: user.id, detail: { changed: changed.join(' ') } })
  })
}

/** The row of somebody new, with the preferences of who never chose. Without a `phc` nobody can log in as this person. */
export function newUser(about: Email & { phc: string | null; locale?: string; zone: string; now: Date }): User {
  return {
    id: newId(),
    public_id: newId(),
    email: about.email,
    email_canon: about.canon,
    email_verified_at: null,
    factors_reset_at: null,
    review_since: null,
    deletes_at: null,
    name: '',
    role: 'user',
    status: 'active',
    password_phc: about.phc,
    cred_version: 1,
    zone: about.zone,
    locale: about.locale ?? defaultLocale,
    week_start: 'monday',
    theme: 'system',
    start_page: 'inbox',
    day_starts: '00:00',
    date_order: 'dmy',
    single_keys: 1,
    seq: 0,
    created_at: instant(about.now),
  }
}

/** Says that an address belongs to another account. */
export const addressTaken = (): Refusal =>
  new Refusal('conflict', 'There is already an account with this e-mail. Log in instead, or use another address.', {
    field: 'email',
  })

/** Thrown when somebody was to be added only as the first administrator, and there is one. */
export class NotFirst extends Error {}

/** Whether anybody was ever made an administrator of this site. */
export async function hasAdministrator(db: Db): Promise<boolean> {
  const row = await db.selectFrom('instance').select('admin_id').where('id', '=', 1).executeTakeFirst()
  return row !== undefined && row.admin_id !== null
}

/**
 * Notes that `user` is the first administrator, if there was none. Returns whether that is so. One statement decides: of two
 * who register at the same moment one becomes the administrator.
 */
export async function becomesFirst(trx: Transaction<Tables>, user: Pick<User, 'id'>): Promise<boolean> {
  const { numUpdatedRows } = await trx
    .updateTable('instance')
    .set({ admin_id: user.id })
    .where('id', '=', 1)
    .where('admin_id', 'is', null)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

async function makeAdmin(trx: Transaction<Tables>, user: User): Promise<User> {
  await becomesFirst(trx, user)
  await trx.updateTable('users').set({ role: 'admin' }).where('id', '=', user.id).execute()
  return { ...user, role: 'admin' }
}

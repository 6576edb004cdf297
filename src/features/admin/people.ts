import { sql } from 'kysely'
import { isId } from '#core/ids.ts'
import { Refusal } from '#core/refusal.ts'
import { instant } from '#core/time.ts'
import type { Db } from '#db/db.ts'
import type { User } from '#db/schema.ts'
import { readEmail } from '#features/accounts/emails.ts'

/** A person as whoever looks after the site sees them. Of what they have to do nothing is in it. */
export type PersonRow = Pick<
  User,
  'id' | 'public_id' | 'email' | 'name' | 'role' | 'status' | 'deletes_at' | 'created_at'
> & {
  /** Where they are logged in: how many sessions there are that can still be used. */
  sessions: number
  /** How many authenticator apps and passkeys they have. */
  factors: number
  /** When they were seen last (ISO), as far as that is known: at most half a year is remembered. */
  seen: string | null
}

/** People in the order of their addresses; `next` is the address after which the following page begins. */
export type People = { people: PersonRow[]; next: string | undefined }

/** At most `most` people, those whose addresses come after `after`; the first ones when that is no address. */
export async function peopleAfter(db: Db, after: string, most: number, now: Date): Promise<People> {
  const found = await rows(db, now)
    .where('users.email_canon', '>', readEmail(after)?.canon ?? '')
    .orderBy('users.email_canon')
    .limit(most + 1)
    .execute()
  const people = found.slice(0, most)
  return { people, next: found.length > most ? people.at(-1)?.email_canon : undefined }
}

/** How many people there are, how many of them administer the site, and how many may not log in. */
export async function countPeople(db: Db): Promise<{ all: number; admins: number; disabled: number }> {
  const groups = await db
    .selectFrom('users')
    .select(['role', 'status', (eb) => eb.fn.countAll<number>().as('count')])
    .groupBy(['role', 'status'])
    .execute()
  const sum = (some: typeof groups) => some.reduce((total, { count }) => total + Number(count), 0)
  return {
    all: sum(groups),
    admins: sum(groups.filter(({ role, status }) => role === 'admin' && status === 'active')),
    disabled: sum(groups.filter(({ status }) => status === 'disabled')),
  }
}

/** The person that pages call `publicId`. Refuses one that there is not. */
export async function personCalled(db: Db, publicId: string): Promise<User> {
  const called = db.selectFrom('users').selectAll().where('public_id', '=', publicId)
  const user = isId(publicId) ? await called.executeTakeFirst() : undefined
  if (!user) throw new Refusal('not-found', 'There is nobody like that.')
  return user
}

/** The person with this address. Refuses one that nobody has. */
export async function personWith(db: Db, email: string): Promise<User> {
  const canon = readEmail(email)?.canon ?? ''
  const user = await db.selectFrom('users').selectAll().where('email_canon', '=', canon).executeTakeFirst()
  if (!user) throw new Refusal('not-found', `There is no account with the e-mail ${email}.`)
  return user
}

function rows(db: Db, now: Date) {
  const time = instant(now)
  return db.selectFrom('users').select([
    'users.id',
    'users.public_id',
    'users.email',
    'users.email_canon',
    'users.name',
    'users.role',
    'users.status',
    'users.deletes_at',
    'users.created_at',
    sql<number>`(select count(*) from sessions where sessions.user_id = users.id
      and sessions.cred_version = users.cred_version
      and sessions.absolute_expires_at > ${time} and sessions.idle_expires_at > ${time})`.as('sessions'),
    sql<number>`(select count(*) from totps where totps.user_id = users.id and totps.confirmed_at is not null)
      + (select count(*) from passkeys where passkeys.user_id = users.id)`.as('factors'),
    // A session that ended is gone; the device that it was on is remembered longer.
    sql<string | null>`(select max(at) from (
      select max(last_seen_at) as at from sessions where sessions.user_id = users.id
      union all select max(last_seen_at) from known_devices where known_devices.user_id = users.id) as seen)`.as(
      'seen',
    ),
  ])
}

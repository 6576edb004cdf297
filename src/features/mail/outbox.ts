import type { Selectable, Transaction } from 'kysely'
import type { Config } from '#config.ts'
import { DAY, instant, later, MINUTE } from '#core/time.ts'
import { type Database, type Db, newId } from '#db/db.ts'
import type { News } from '#db/live.ts'
import type { Tables, User } from '#db/schema.ts'

/** A mail that waits. */
export type Waiting = Selectable<Tables['mail_outbox']>

/** How often a mail is tried, and how long it waits after each try; the last of these repeats. */
const MOST_TRIES = 8
const WAITS = [MINUTE, 5 * MINUTE, 15 * MINUTE, 60 * MINUTE, 240 * MINUTE]
/** So long a mail belongs to the process that took it. When that process is no more, another takes it. */
const LEASE = 2 * MINUTE
/** What nobody could send is kept so long, to be looked at. */
const KEPT = 30 * DAY

/** What a transaction that queues a mail has at hand. */
export type Around = { config: Config; announce: (news: News) => void; now: Date }

/** Which letter goes to whom. `args` are words for the letter, and never a secret: they stand in the database as they are. */
export type Post = { letter: string; address: string; user?: Pick<User, 'id'>; args?: Record<string, string> }

/**
 * Keeps a mail to be sent as soon as the transaction is through, and not at all when it is not. Does nothing where no
 * mails are sent (SMTP_URL is not set).
 */
export async function queueMail(
  trx: Transaction<Tables>,
  { config, announce, now }: Around,
  { letter, address, user, args = {} }: Post,
): Promise<void> {
  if (!config.mail) return
  const at = instant(now)
  const row = { id: newId(), letter, address, user_id: user?.id ?? null, args: JSON.stringify(args), not_before: at }
  const fresh = { tries: 0, last_problem: null, given_up_at: null, created_at: at }
  await trx
    .insertInto('mail_outbox')
    .values({ ...row, ...fresh })
    .execute()
  announce({ kind: 'mail' })
}

/** The ids of mails that may be tried now, the one that waited longest first. */
export async function dueMails(db: Database, now: Date): Promise<string[]> {
  const rows = await db
    .selectFrom('mail_outbox')
    .select('id')
    .where('given_up_at', 'is', null)
    .where('not_before', '<=', instant(now))
    .orderBy('not_before')
    .orderBy('id')
    .limit(100)
    .execute()
  return rows.map(({ id }) => id)
}

/** Takes a mail, so that nobody else sends it. Undefined when somebody else has it. */
export const takeMail = (db: Database, id: string, now: Date): Promise<Waiting | undefined> =>
  db
    .updateTable('mail_outbox')
    .set((eb) => ({ not_before: later(now, LEASE), tries: eb('tries', '+', 1) }))
    .where('id', '=', id)
    .where('given_up_at', 'is', null)
    .where('not_before', '<=', instant(now))
    .returningAll()
    .executeTakeFirst()

/** After a mail was sent, or need not be: nothing of it stays. */
export async function forgetMail(db: Database, { id }: Waiting): Promise<void> {
  await db.deleteFrom('mail_outbox').where('id', '=', id).execute()
}

/** After a try that failed: the mail waits for the next one, or is given up. Returns which of the two. */
export async function putOff(
  db: Database,
  { id, tries }: Waiting,
  problem: string,
  now: Date,
  { forGood = tries >= MOST_TRIES } = {},
): Promise<'waits' | 'given up'> {
  const wait = WAITS[Math.min(tries, WAITS.length) - 1] ?? MINUTE
  await db
    .updateTable('mail_outbox')
    .set({
      not_before: later(now, wait),
      last_problem: problem.slice(0, 500),
      given_up_at: forGood ? instant(now) : null,
    })
    .where('id', '=', id)
    .execute()
  return forGood ? 'given up' : 'waits'
}

/** A mail that the mail server did not take. */
export type Trouble = {
  id: string
  address: string
  letter: string
  problem: string
  /** How often it was tried. */
  tries: number
  /** When it was asked for, and when it is tried again (ISO); `next` is undefined for one that was given up. */
  since: string
  next: string | undefined
}

/** How many mails wait, and the last `most` of those that could not be sent so far, the newest first. */
export async function mailTroubles(db: Db, most: number): Promise<{ waiting: number; troubles: Trouble[] }> {
  const { waiting } = await db
    .selectFrom('mail_outbox')
    .select((eb) => eb.fn.countAll<number>().as('waiting'))
    .where('given_up_at', 'is', null)
    .executeTakeFirstOrThrow()
  const rows = await db
    .selectFrom('mail_outbox')
    .selectAll()
    .where('last_problem', 'is not', null)
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(most)
    .execute()
  return { waiting: Number(waiting), troubles: rows.map(troubleOf) }
}

const troubleOf = ({
  id,
  address,
  letter,
  last_problem,
  tries,
  not_before,
  given_up_at,
  created_at,
}: Waiting): Trouble => ({
  id,
  address,
  letter,
  problem: last_problem ?? '',
  tries,
  since: created_at,
  next: given_up_at === null ? not_before : undefined,
})

/** Whether a mail is so old that it would only surprise: from a restored backup, or before a long standstill. */
export const isStale = ({ created_at }: Waiting, now: Date): boolean => created_at < later(now, -DAY)

/** Removes mails that were not sent, after 30 days. */
export async function pruneMails(db: Database, now: Date): Promise<void> {
  await db.deleteFrom('mail_outbox').where('created_at', '<', later(now, -KEPT)).execute()
}

import { sql, type Transaction } from 'kysely'
import { Refusal } from '#core/refusal.ts'
import { instant, later, SECOND } from '#core/time.ts'
import type { Database } from '#db/db.ts'
import type { Tables } from '#db/schema.ts'

/**
 * Something that may be tried so often in a window of time.
 * - `key` names it. It is a MAC, so the table tells nobody who was attacked.
 * - `once` names the thing tried: only the first try of each thing counts (different accounts, say).
 * - `backOff`: what comes after `most` is not refused, but costs a wait of 1, 2, 4 … seconds, at most `backOff` ms.
 * - `sentence` is said when it is refused; the time to wait is added.
 */
export type Bucket = {
  key: string
  most: number
  windowMs: number
  sentence: string
  once?: string
  backOff?: number
}

/**
 * Counts a try in all `buckets`, before it is known how it ends, so that a hundred tries at once are
 * a hundred tries. Refuses, and counts nothing, when one of them is full. Returns the buckets in which it counted: what
 * turns out to be no failure is given back to those, or forgotten, by `settle`.
 */
export async function charge(db: Database, buckets: Bucket[], now: Date): Promise<Bucket[]> {
  return db.transact(async (trx) => {
    const counted: Bucket[] = []
    for (const bucket of inOrder(buckets)) if (await chargeOne(trx, bucket, now)) counted.push(bucket)
    return counted
  })
}

/**
 * After a try that was no failure: it is taken back from the buckets of `giveBack`, and those of `forget` forget all
 * tries. Returns how many failed ones those had besides the last.
 */
export async function settle(
  trx: Transaction<Tables>,
  { giveBack = [], forget = [] }: { giveBack?: Bucket[]; forget?: Bucket[] },
): Promise<number> {
  let failed = 0
  for (const { key } of inOrder([...giveBack, ...forget])) {
    if (forget.some((bucket) => bucket.key === key)) {
      const row = await trx.deleteFrom('throttles').where('key', '=', key).returning('hits').executeTakeFirst()
      failed += Math.max(0, (row?.hits ?? 0) - 1)
    } else {
      const counted = trx.updateTable('throttles').where('key', '=', key).where('hits', '>', 0)
      await counted.set({ hits: sql`hits - 1` }).execute()
    }
  }
  return failed
}

/** Whether the next try in one of `buckets` has to wait. */
export async function isBlocked(trx: Transaction<Tables>, buckets: Bucket[], now: Date): Promise<boolean> {
  // PostgreSQL knows no empty list.
  if (buckets.length === 0) return false
  const keys = buckets.map(({ key }) => key)
  const blocked = trx.selectFrom('throttles').select('key').where('key', 'in', keys)
  return (await blocked.where('blocked_until', '>', instant(now)).limit(1).executeTakeFirst()) !== undefined
}

/** Whether one of `buckets` takes no more: what comes next is refused. */
export async function isFull(trx: Transaction<Tables>, buckets: Bucket[], now: Date): Promise<boolean> {
  const rows = await trx
    .selectFrom('throttles')
    .select(['key', 'hits'])
    .where('key', 'in', [...buckets.map(({ key }) => key), ''])
    .where('window_ends_at', '>', instant(now))
    .execute()
  return rows.some(({ key, hits }) => buckets.some((bucket) => bucket.key === key && hits >= bucket.most))
}

// Always in the same order, so that two transactions never wait for each other crosswise.
const inOrder = (buckets: Bucket[]): Bucket[] => [...buckets].sort((a, b) => (a.key < b.key ? -1 : 1))

/** Removes what is over. Returns nothing; a bucket that is not there is empty. */
export async function pruneThrottles(db: Database, now: Date): Promise<void> {
  await db.deleteFrom('throttles').where('window_ends_at', '<', instant(now)).execute()
}

/** Whether the try counts here: one of a thing that was tried already does not. */
async function chargeOne(trx: Transaction<Tables>, bucket: Bucket, now: Date): Promise<boolean> {
  if (bucket.once !== undefined && !(await isNew(trx, bucket.once, bucket.windowMs, now))) return false
  const row = await count(trx, bucket, now)
  if (row.blocked_until !== null && row.blocked_until > instant(now)) throw tooMany(bucket, row.blocked_until, now)
  if (row.hits <= bucket.most) return true
  if (bucket.backOff === undefined) throw tooMany(bucket, row.window_ends_at, now)
  const wait = Math.min(SECOND * 2 ** Math.min(row.hits - bucket.most - 1, 30), bucket.backOff)
  await trx
    .updateTable('throttles')
    .set({ blocked_until: later(now, wait) })
    .where('key', '=', bucket.key)
    .execute()
  return true
}

/** Counts one try. A window that is over begins anew; a back-off begins anew after a whole window of quiet. */
function count(trx: Transaction<Tables>, { key, windowMs, backOff }: Bucket, now: Date) {
  const isOver = sql<boolean>`throttles.window_ends_at <= ${instant(now)}`
  const end = later(now, windowMs)
  return trx
    .insertInto('throttles')
    .values({ key, hits: 1, window_ends_at: end, blocked_until: null })
    .onConflict((conflict) =>
      conflict.column('key').doUpdateSet({
        hits: sql`case when ${isOver} then 1 else throttles.hits + 1 end`,
        window_ends_at:
          backOff === undefined ? sql`case when ${isOver} then ${end} else throttles.window_ends_at end` : end,
        blocked_until: sql`case when ${isOver} then null else throttles.blocked_until end`,
      }),
    )
    .returning(['hits', 'window_ends_at', 'blocked_until'])
    .executeTakeFirstOrThrow()
}

/** Whether `key` was not seen in this window. */
async function isNew(trx: Transaction<Tables>, key: string, windowMs: number, now: Date): Promise<boolean> {
  const row = await trx
    .insertInto('throttles')
    .values({ key, hits: 1, window_ends_at: later(now, windowMs), blocked_until: null })
    .onConflict((conflict) =>
      conflict
        .column('key')
        .doUpdateSet({ window_ends_at: later(now, windowMs) })
        .where('throttles.window_ends_at', '<=', instant(now)),
    )
    .returning('key')
    .executeTakeFirst()
  return row !== undefined
}

function tooMany(bucket: Bucket, until: string, now: Date): Refusal {
  const seconds = Math.max(1, Math.ceil((Date.parse(until) - now.getTime()) / SECOND))
  return new Refusal('too-many', `${bucket.sentence} Please try again in ${inWords(seconds)}.`, {
    retryAfterSeconds: seconds,
  })
}

function inWords(seconds: number): string {
  if (seconds < 60) return seconds === 1 ? 'a second' : `${seconds} seconds`
  const minutes = Math.ceil(seconds / 60)
  return minutes === 1 ? 'a minute' : `${minutes} minutes`
}

import { type RawBuilder, sql } from 'kysely'
import type { Db } from '#db/db.ts'

/** A row by its list and by the instant that it is ordered by. */
export type Key = { id: string; at: string; list: string }

/** The `limit` latest keys of one list, as a query: `select … as id, … as at, … as list`, the latest first. */
export type FromList = (list: string, limit: number) => RawBuilder<unknown>

/**
 * The `most` latest rows of many lists, the latest first. Each list is asked for a few; only one that may have more among
 * the latest is asked again. So it does not matter how many lists there are, nor how much was ever in them.
 */
export async function latestIn(db: Db, lists: string[], most: number, from: FromList): Promise<Key[]> {
  const few = lists.length > 1 ? FEW : most
  const quick = await keysFrom(db, lists, few, from)
  const last = quick.toSorted(latestFirst)[most - 1]
  const byList = Map.groupBy(quick, ({ list }) => list)
  const deeper = lists.filter((list) => {
    const keys = byList.get(list) ?? []
    return few < most && keys.length === few && (!last || latestFirst(keys[few - 1]!, last) < 0)
  })
  const rest = await keysFrom(db, deeper, most, from)
  const all = [...quick.filter(({ list }) => !deeper.includes(list)), ...rest]
  return all.sort(latestFirst).slice(0, most)
}

const FEW = 8
// SQLite puts at most 500 queries together.
const TOGETHER = 200

async function keysFrom(db: Db, lists: string[], limit: number, from: FromList): Promise<Key[]> {
  const keys: Key[] = []
  for (let i = 0; i < lists.length; i += TOGETHER) {
    const each = lists.slice(i, i + TOGETHER).map((list) => sql`select * from (${from(list, limit)}) as latest`)
    const { rows } = await sql<Key>`${sql.join(each, sql` union all `)}`.execute(db)
    keys.push(...rows)
  }
  return keys
}

const latestFirst = (a: Key, b: Key): number => compare(b.at, a.at) || compare(b.id, a.id)

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

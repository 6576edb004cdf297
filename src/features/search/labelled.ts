import { type RawBuilder, sql } from 'kysely'
import { type Db, kindOf } from '#db/db.ts'

/**
 * Says of a task that it is among the open (or the completed) ones with a label of one of these sets, the one that the
 * fewest have. Undefined when too many have it: then a page of them is found sooner by looking at tasks in their order.
 * There may be others among them, too: what was deleted.
 */
export async function fewWith(db: Db, sets: string[][], isOpen: boolean): Promise<RawBuilder<unknown> | undefined> {
  if (sets.length === 0) return undefined
  const most = MOST[kindOf(db)]
  const links = (labels: string[]) =>
    sql`from task_labels where label_id in (${sql.join(labels)}) and is_open = ${isOpen ? 1 : 0}`
  const counts = sets.map(
    (labels, i) =>
      sql`select cast(${i} as integer) as place, count(*) as count from (select 1 ${links(labels)} limit ${most + 1}) as part`,
  )
  const { rows } = await sql<{ place: number; count: number }>`${sql.join(counts, sql` union all `)}`.execute(db)
  const { place, count } = rows.reduce((a, b) => (b.count < a.count ? b : a))
  if (count > most) return undefined
  const tasks = sql`select task_id ${links(sets[place]!)}`
  // As an array PostgreSQL has them first, and looks up nothing else.
  return kindOf(db) === 'postgres' ? sql`tasks.id = any(array(${tasks}))` : sql`tasks.id in (${tasks})`
}

// Looking a task up takes PostgreSQL not much longer than asking one on the way for its labels; SQLite is quicker on the way.
const MOST = { sqlite: 200, postgres: 2000 }

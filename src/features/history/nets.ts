import type { Db } from '#db/db.ts'
import type { Entry, Fields } from '#db/journal.ts'
import type { JournaledTable } from '#db/schema.ts'

/** What an op did to one row, all in all: `before` is missing for a row that was new. */
export type Net = { table: JournaledTable; id: string; before: Fields | undefined; after: Fields }

/** Rows of one table as they are now, by their ids. */
export type Rows = Map<string, Row>
export type Row = Fields & { id: string }

/** Rows of several tables. Whoever adds something chooses its id, so the same one may stand in two of them. */
export type RowsByTable = Map<JournaledTable, Rows>

/**
 * The entries of an op put together, one for each row. What follows from another row is left out: it comes about by
 * itself. So is what somebody purged.
 */
export function netsOf(entries: Entry[]): Net[] {
  const nets = new Map<string, Net>()
  for (const { table, id, before, after } of entries) {
    if (after === undefined) continue
    const key = `${table} ${id}`
    const known = nets.get(key)
    if (!known) nets.set(key, { table, id, before: before && own(table, before), after: own(table, after) })
    else {
      if (known.before && before) known.before = { ...own(table, before), ...known.before }
      Object.assign(known.after, own(table, after))
    }
  }
  return [...nets.values()].map(withoutSame).filter(({ before }) => !before || Object.keys(before).length > 0)
}

/** The rows that `nets` are about, as they are now. */
export async function rowsOf(db: Db, nets: Net[]): Promise<RowsByTable> {
  const rows: RowsByTable = new Map()
  for (const [table, some] of Map.groupBy(nets, (net) => net.table)) {
    const ids = some.map(({ id }) => id)
    rows.set(table, new Map((await rowsWhere(db, table, 'id', ids)).map((row) => [row.id, row])))
  }
  return rows
}

/** The row that a net is about. */
export const rowOf = (rows: RowsByTable, { table, id }: Pick<Net, 'table' | 'id'>): Row | undefined =>
  rows.get(table)?.get(id)

/** The rows of `table` in whose column `name` one of `values` stands. */
export async function rowsWhere(db: Db, table: JournaledTable, name: string, values: string[]): Promise<Row[]> {
  const rows: Row[] = []
  for (let i = 0; i < values.length; i += AT_ONCE) {
    const some = await db
      .selectFrom(table)
      .selectAll()
      .where(name as 'id', 'in', values.slice(i, i + AT_ONCE))
      .execute()
    for (const row of some) rows.push(row as Row)
  }
  return rows
}

const AT_ONCE = 1000

// Completions and labels on tasks are where their task is; whether a label counts follows from the task too.
const FOLLOWING: Partial<Record<JournaledTable, string[]>> = {
  task_labels: ['list_id', 'is_open'],
  completions: ['list_id'],
  lists: ['seq', 'open_tasks'],
}

function own(table: JournaledTable, fields: Fields): Fields {
  const following = FOLLOWING[table]
  if (!following) return { ...fields }
  return Object.fromEntries(Object.entries(fields).filter(([name]) => !following.includes(name)))
}

/** Without what came back to what it was within the op. */
function withoutSame({ before, ...net }: Net): Net {
  if (!before) return { ...net, before }
  const names = Object.keys(before).filter((name) => before[name] !== net.after[name])
  return { ...net, before: Object.fromEntries(names.map((name) => [name, before[name]])) }
}

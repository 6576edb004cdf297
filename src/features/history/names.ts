import type { Db } from '#db/db.ts'
import { type Row, type RowsByTable, rowOf, rowsWhere } from './nets.ts'
import type { Plan } from './plan.ts'

/** Leaves out what would give two labels of a person one name, and one label to a task twice. */
export async function keepApart(db: Db, plan: Plan, rows: RowsByTable): Promise<void> {
  await keepNames(db, plan, rows)
  await keepLinks(db, plan, rows)
}

async function keepNames(db: Db, plan: Plan, rows: RowsByTable): Promise<void> {
  const wanted = resultsIn('labels', plan, rows)
  const owners = [...new Set(wanted.map(({ owner_id }) => String(owner_id)))]
  const theirs = await rowsWhere(db, 'labels', 'owner_id', owners)
  for (const label of wanted) {
    const others = theirs.filter(({ id, owner_id }) => id !== label.id && owner_id === label.owner_id)
    const isTaken = others
      .map((row) => plan.result('labels', row))
      .some((row) => isThere(row) && row.name_key === label.name_key)
    if (isTaken) plan.drop('labels', label.id, ['name', 'name_key', 'deleted_at'], 'name-taken')
  }
}

// A label that is on its task again already is as it should be.
async function keepLinks(db: Db, plan: Plan, rows: RowsByTable): Promise<void> {
  const wanted = resultsIn('task_labels', plan, rows)
  const links = await rowsWhere(
    db,
    'task_labels',
    'task_id',
    wanted.map(({ task_id }) => String(task_id)),
  )
  const taken = new Map(
    links
      .map((row) => plan.result('task_labels', row))
      .filter((row) => isThere(row) && !plan.has('task_labels', row.id, 'deleted_at'))
      .map((row) => [`${row.task_id} ${row.label_id}`, row.id]),
  )
  for (const { id, task_id, label_id } of wanted) {
    if (taken.has(`${task_id} ${label_id}`)) plan.drop('task_labels', id, ['deleted_at'])
  }
}

/** The rows of `table` that a plan writes and that are there afterwards, as they will be. */
const resultsIn = (table: 'labels' | 'task_labels', plan: Plan, rows: RowsByTable): Row[] =>
  [...plan.in(table).keys()].map((id) => plan.result(table, rowOf(rows, { table, id }) as Row)).filter(isThere)

const isThere = ({ deleted_at }: Row): boolean => deleted_at === null

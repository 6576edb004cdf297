import type { Db } from '#db/db.ts'
import { type Row, type Rows, rowsWhere } from './nets.ts'
import type { Plan } from './plan.ts'

/** Leaves out what would give two labels of a person one name, and one label to a task twice. */
export async function keepApart(db: Db, plan: Plan, rows: Rows): Promise<void> {
  await keepNames(db, plan, rows)
  await keepLinks(db, plan, rows)
}

async function keepNames(db: Db, plan: Plan, rows: Rows): Promise<void> {
  const wanted = [...plan.in('labels').keys()].map((id) => plan.result(rows.get(id) as Row)).filter(isThere)
  const owners = [...new Set(wanted.map(({ owner_id }) => String(owner_id)))]
  const theirs = await rowsWhere(db, 'labels', 'owner_id', owners)
  for (const label of wanted) {
    const others = theirs.filter(({ id, owner_id }) => id !== label.id && owner_id === label.owner_id)
    const isTaken = others.map((row) => plan.result(row)).some((row) => isThere(row) && row.name_key === label.name_key)
    if (isTaken) plan.drop(label.id, ['name', 'name_key', 'deleted_at'], 'name-taken')
  }
}

// A label that is on its task again already is as it should be.
async function keepLinks(db: Db, plan: Plan, rows: Rows): Promise<void> {
  const wanted = [...plan.in('task_labels').keys()].map((id) => plan.result(rows.get(id) as Row)).filter(isThere)
  const links = await rowsWhere(
    db,
    'task_labels',
    'task_id',
    wanted.map(({ task_id }) => String(task_id)),
  )
  const taken = new Map(
    links
      .map((row) => plan.result(row))
      .filter((row) => isThere(row) && !plan.has(row.id, 'deleted_at'))
      .map((row) => [`${row.task_id} ${row.label_id}`, row.id]),
  )
  for (const { id, task_id, label_id } of wanted) {
    if (taken.has(`${task_id} ${label_id}`)) plan.drop(id, ['deleted_at'])
  }
}

const isThere = ({ deleted_at }: Row): boolean => deleted_at === null

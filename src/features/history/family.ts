import type { Db } from '#db/db.ts'
import { type Row, type Rows, rowsWhere } from './nets.ts'
import { DONE, PLACE, type Plan } from './plan.ts'

/** The tasks of a plan with everything above and below them, as they are now and as they will be. */
export class Family {
  readonly rows: Rows
  readonly #plan: Plan
  #children: Map<string, Row[]> | undefined

  constructor(rows: Rows, plan: Plan) {
    this.rows = rows
    this.#plan = plan
  }

  /** The task `id` as it will be; undefined when there is none. */
  get(id: unknown): Row | undefined {
    const row = this.rows.get(String(id))
    return row && this.#plan.result('tasks', row)
  }

  /** The tasks that will be parts of the task `id`. They are found once; `regroup` finds them anew. */
  below(id: string): Row[] {
    this.#children ??= Map.groupBy(this.rows.values(), (row) => String(this.#plan.result('tasks', row).parent_id))
    return this.#children.get(id) ?? []
  }

  /** To be called after the plan has changed. */
  regroup(): void {
    this.#children = undefined
  }

  /** The tasks above `row` as it will be, the nearest first; undefined when it would be above itself. */
  above(row: Row): Row[] | undefined {
    const path: Row[] = []
    for (let next = this.get(row.parent_id); next; next = this.get(next.parent_id)) {
      if (next.id === row.id || path.length > MOST) return undefined
      path.push(next)
    }
    return path
  }
}

// What is longer than this goes round in a circle: tasks go four levels deep.
const MOST = 50

/** The tasks of `plan` with everything above them, now and then, and everything below those that move, come, go or are done. */
export async function familyOf(db: Db, plan: Plan, known: Rows): Promise<Family> {
  const patches = plan.in('tasks')
  const rows: Rows = new Map([...known].filter(([id]) => patches.has(id)))
  const moving = [...patches.keys()].filter((id) => plan.has('tasks', id, ...PLACE, ...DONE, 'deleted_at'))
  await addBelow(db, rows, moving)
  await addAbove(db, rows, plan, moving)
  return new Family(rows, plan)
}

async function addBelow(db: Db, rows: Rows, moving: string[]): Promise<void> {
  const seen = new Set<string>()
  for (let parents = moving; parents.length > 0; ) {
    for (const id of parents) seen.add(id)
    const found = await rowsWhere(db, 'tasks', 'parent_id', parents)
    for (const row of found) rows.set(row.id, row)
    parents = found.map(({ id }) => id).filter((id) => !seen.has(id))
  }
}

async function addAbove(db: Db, rows: Rows, plan: Plan, moving: string[]): Promise<void> {
  let wanted = parentsOf(moving.map((id) => rows.get(id)))
  while (wanted.length > 0) {
    const found = await rowsWhere(db, 'tasks', 'id', wanted)
    for (const row of found) rows.set(row.id, row)
    wanted = parentsOf(found)
  }

  function parentsOf(some: (Row | undefined)[]): string[] {
    const parents = some.flatMap((row) => (row ? [row.parent_id, plan.result('tasks', row).parent_id] : []))
    return [...new Set(parents)].filter((id): id is string => typeof id === 'string' && !rows.has(id))
  }
}

import { LEVELS } from '#core/levels.ts'
import type { Db } from '#db/db.ts'
import type { Ground } from './allowed.ts'
import { type Family, familyOf } from './family.ts'
import { type Row, type Rows, type RowsByTable, rowsWhere } from './nets.ts'
import { keepOpenAbove } from './open-above.ts'
import { PLACE, type Plan, type Why } from './plan.ts'

/** What a plan has to fit: the lists as they will be, and the sections that will be there. */
type Surroundings = { grounds: Map<string, Ground>; sections: Rows }

/**
 * Makes a plan fit what the tasks around those of the op are like by now. Whatever would put a task below itself, on a
 * fifth level, below a task that is deleted or, open, below one that is done, or into a list that is gone stays as it is.
 * What is below a task goes with it: into its list and section, and out of sight. Nothing stays in a section that goes,
 * and no list goes that was made for a task and has others in it.
 */
export async function fit(db: Db, plan: Plan, rows: RowsByTable, grounds: Map<string, Ground>): Promise<void> {
  const family = await familyOf(db, plan, rows.get('tasks') ?? new Map())
  const around = { grounds, sections: await sectionsOf(db, plan, family, rows.get('sections') ?? new Map()) }
  while (dropMisfits(plan, family, around) || keepOpenAbove(plan, family, rows.get('completions') ?? new Map()))
    family.regroup()
  leaveSections(plan, family, around)
  takeAlong(plan, family)
  await emptySections(db, plan)
  await takeCompletions(db, plan, family)
  if (rows.has('tasks')) await keepFullLists(db, plan)
}

/** Leaves out what does not fit. True when there was something: then something else may not fit any more. */
function dropMisfits(plan: Plan, family: Family, around: Surroundings): boolean {
  let isChanged = false
  for (const id of plan.in('tasks').keys()) {
    const row = family.get(id)
    const why = row && misfit(plan, family, around, row)
    if (!row || !why) continue
    plan.drop(
      'tasks',
      id,
      plan.has('tasks', id, ...PLACE) && why !== 'parent-deleted' ? [...PLACE, 'position'] : ['deleted_at'],
      as(why),
    )
    isChanged = true
  }
  return isChanged
}

type Misfit = Why | 'parent-deleted'
const as = (why: Misfit): Why => (why === 'parent-deleted' ? 'parent-gone' : why)

function misfit(plan: Plan, family: Family, { grounds }: Surroundings, row: Row): Misfit | undefined {
  const isMoved = plan.has('tasks', row.id, ...PLACE)
  if (!isMoved && !(plan.has('tasks', row.id, 'deleted_at') && row.deleted_at === null)) return undefined
  const path = family.above(row)
  if (!path) return 'circle'
  const why = isMoved ? groundFor(grounds, (path.at(-1) ?? row).list_id) : undefined
  if (why) return why
  if (row.deleted_at === null && row.parent_id !== null && !canBeParent(plan, family, row))
    return isMoved ? 'parent-gone' : 'parent-deleted'
  return row.deleted_at === null && path.length + heightOf(family, row) > LEVELS ? 'levels' : undefined
}

function groundFor(grounds: Map<string, Ground>, list: unknown): Why | undefined {
  const ground = grounds.get(String(list))
  if (!ground?.isWritable) return 'forbidden'
  return ground.isDeleted ? 'list-gone' : undefined
}

/** Whether the parent of a task that will be there is there too, or goes only now, and the task with it. */
function canBeParent(plan: Plan, family: Family, row: Row): boolean {
  const parent = family.get(row.parent_id)
  return parent !== undefined && (parent.deleted_at === null || plan.has('tasks', parent.id, 'deleted_at'))
}

/** How many levels a task has with what is below it. What is deleted does not count. */
function heightOf(family: Family, row: Row): number {
  const below = family.below(row.id).filter(({ deleted_at }) => deleted_at === null)
  return 1 + Math.max(0, ...below.map((child) => heightOf(family, child)))
}

/** The sections in which tasks of the family will stand, as they will be. */
async function sectionsOf(db: Db, plan: Plan, family: Family, known: Rows): Promise<Rows> {
  const wanted = new Set<string>()
  for (const row of family.rows.values()) {
    const { section_id } = plan.result('tasks', row)
    if (typeof section_id === 'string') wanted.add(section_id)
  }
  const sections = await rowsWhere(db, 'sections', 'id', [...wanted])
  return new Map(sections.map((section) => [section.id, plan.result('sections', known.get(section.id) ?? section)]))
}

/** A task whose section is gone stands above the first one. */
function leaveSections(plan: Plan, family: Family, { sections }: Surroundings): void {
  for (const id of plan.in('tasks').keys()) {
    const row = family.get(id)
    if (!row || row.section_id === null || row.parent_id !== null) continue
    const section = sections.get(String(row.section_id))
    if (section?.deleted_at === null && section.list_id === row.list_id) continue
    if (plan.has('tasks', id, 'section_id')) plan.drop('tasks', id, ['section_id'], 'section-gone')
    if (section?.deleted_at !== null || section.list_id !== row.list_id) plan.patch('tasks', id, { section_id: null })
  }
}

/** What is below a task is where the task is, and gone when it is gone. */
function takeAlong(plan: Plan, family: Family): void {
  const rows = [...family.rows.values()].map((row) => plan.result('tasks', row))
  const byDepth = Map.groupBy(rows, (row) => family.above(row)?.length ?? 0)
  for (const depth of [...byDepth.keys()].sort((a, b) => a - b)) {
    for (const { id } of byDepth.get(depth) ?? []) {
      const row = family.get(id) as Row
      const parent = family.get(row.parent_id)
      if (!parent) continue
      const { list_id, section_id, deleted_at } = parent
      if (row.list_id !== list_id || row.section_id !== section_id) plan.patch('tasks', id, { list_id, section_id })
      if (row.deleted_at === null && deleted_at !== null) plan.patch('tasks', id, { deleted_at })
    }
  }
}

/** Nothing stays in a section that goes. */
async function emptySections(db: Db, plan: Plan): Promise<void> {
  const gone = [...plan.in('sections')].filter(([, { deleted_at }]) => (deleted_at ?? null) !== null).map(([id]) => id)
  for (const row of await rowsWhere(db, 'tasks', 'section_id', gone)) {
    if (gone.includes(String(plan.result('tasks', row).section_id))) plan.patch('tasks', row.id, { section_id: null })
  }
}

/** The logbook of a task is where the task is. */
async function takeCompletions(db: Db, plan: Plan, { rows }: Family): Promise<void> {
  const moved = [...rows.values()].filter((row) => plan.result('tasks', row).list_id !== row.list_id)
  for (const completion of await rowsWhere(
    db,
    'completions',
    'task_id',
    moved.map(({ id }) => id),
  )) {
    const list = plan.result('tasks', rows.get(String(completion.task_id)) as Row).list_id
    if (completion.list_id !== list) plan.patch('completions', completion.id, { list_id: list })
  }
}

/** A list that was made for a task does not go back with it while other tasks are in it. */
async function keepFullLists(db: Db, plan: Plan): Promise<void> {
  for (const [id, { deleted_at }] of plan.in('lists')) {
    if ((deleted_at ?? null) === null) continue
    const tasks = (await rowsWhere(db, 'tasks', 'list_id', [id])).map((row) => plan.result('tasks', row))
    const isFull = tasks.some((task) => task.list_id === id && task.deleted_at === null)
    if (isFull) plan.drop('lists', id, ['deleted_at'], 'not-empty')
  }
}

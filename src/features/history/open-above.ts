import type { Family } from './family.ts'
import type { Row, Rows } from './nets.ts'
import { DONE, PLACE, type Plan } from './plan.ts'

/**
 * Leaves out of a plan what would put an open task below one that is done, where no list shows it. True when there was
 * something: then something else may not fit any more.
 */
export function keepOpenAbove(plan: Plan, family: Family, rows: Rows): boolean {
  let isChanged = false
  for (const { id } of family.rows.values()) {
    const task = family.get(id) as Row
    const parent = family.get(task.parent_id)
    if (!parent || !isOpen(task) || parent.completed_at === null) continue
    isChanged = leaveOut(plan, task, parent, rows) || isChanged
  }
  return isChanged
}

const isOpen = ({ completed_at, deleted_at }: Row): boolean => completed_at === null && deleted_at === null

/** Leaves out that the parent is done again, else what brings the open task there. False when the plan does neither. */
function leaveOut(plan: Plan, task: Row, parent: Row, rows: Rows): boolean {
  if (plan.has(parent.id, ...DONE)) return dropDone(plan, parent.id, 'open-below', rows)
  if (plan.has(task.id, ...DONE)) return dropDone(plan, task.id, 'parent-done', rows)
  const names = [[...PLACE, 'position'], ['deleted_at']].find((some) => plan.has(task.id, ...some))
  if (names) plan.drop(task.id, names, 'parent-done')
  return names !== undefined
}

/** That a task is done stands in the logbook too: both stay as they are. */
function dropDone(plan: Plan, id: string, why: 'open-below' | 'parent-done', rows: Rows): true {
  plan.drop(id, DONE, why)
  for (const completion of plan.in('completions').keys()) {
    if (rows.get(completion)?.task_id === id) plan.drop(completion, ['deleted_at'], why)
  }
  return true
}

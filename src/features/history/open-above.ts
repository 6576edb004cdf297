import type { Family } from './family.ts'
import type { Row, Rows } from './nets.ts'
import { DONE, PLACE, type Plan } from './plan.ts'

/**
 * Leaves out of a plan what would put an open task below one that is done, where no list shows it. True when there was
 * something: then something else may not fit any more.
 */
export function keepOpenAbove(plan: Plan, family: Family, completions: Rows): boolean {
  let isChanged = false
  for (const { id } of family.rows.values()) {
    const task = family.get(id) as Row
    const parent = family.get(task.parent_id)
    if (!parent || !isOpen(task) || parent.completed_at === null) continue
    isChanged = leaveOut(plan, task, parent, completions) || isChanged
  }
  return isChanged
}

const isOpen = ({ completed_at, deleted_at }: Row): boolean => completed_at === null && deleted_at === null

/** Leaves out that the parent is done again, else what brings the open task there. False when the plan does neither. */
function leaveOut(plan: Plan, task: Row, parent: Row, completions: Rows): boolean {
  if (plan.has('tasks', parent.id, ...DONE)) return dropDone(plan, parent.id, 'open-below', completions)
  if (plan.has('tasks', task.id, ...DONE)) return dropDone(plan, task.id, 'parent-done', completions)
  const names = [[...PLACE, 'position'], ['deleted_at']].find((some) => plan.has('tasks', task.id, ...some))
  if (names) plan.drop('tasks', task.id, names, 'parent-done')
  return names !== undefined
}

/** That a task is done stands in the logbook too: both stay as they are. */
function dropDone(plan: Plan, id: string, why: 'open-below' | 'parent-done', completions: Rows): true {
  plan.drop('tasks', id, DONE, why)
  for (const completion of plan.in('completions').keys()) {
    if (completions.get(completion)?.task_id === id) plan.drop('completions', completion, ['deleted_at'], why)
  }
  return true
}

import { expect } from 'bun:test'
import type { Database } from '#db/db.ts'

/** Everything that must be true of the tables, whatever anybody did or took back. */
export async function expectInOrder(db: Database): Promise<void> {
  const [lists, sections, tasks, links, completions] = await Promise.all([
    db.selectFrom('lists').select(['id', 'open_tasks']).execute(),
    db.selectFrom('sections').selectAll().execute(),
    db.selectFrom('tasks').selectAll().execute(),
    db.selectFrom('task_labels').selectAll().execute(),
    db.selectFrom('completions').selectAll().where('deleted_at', 'is', null).execute(),
  ])
  const wrong: string[] = []
  const byId = new Map(tasks.map((task) => [task.id, task]))
  const isOpen = (task: (typeof tasks)[number]) => task.completed_at === null && task.deleted_at === null

  const open = Map.groupBy(tasks.filter(isOpen), ({ list_id }) => list_id)
  for (const { id, open_tasks } of lists) {
    const count = open.get(id)?.length ?? 0
    if (open_tasks !== count) wrong.push(`list ${id} has ${count} open tasks, and says ${open_tasks}`)
  }
  const live = new Map(sections.filter(({ deleted_at }) => deleted_at === null).map(({ id, list_id }) => [id, list_id]))
  for (const task of tasks) {
    const parent = byId.get(task.parent_id ?? '')
    if (parent && parent.list_id !== task.list_id) wrong.push(`${task.title} is not in the list of its parent`)
    if (task.deleted_at !== null) continue
    if (parent && parent.section_id !== task.section_id) wrong.push(`${task.title} is not in its parent’s section`)
    if (parent && parent.deleted_at !== null) wrong.push(`${task.title} is below a task that is deleted`)
    if (parent && isOpen(task) && !isOpen(parent)) wrong.push(`${task.title} is open below a task that is done`)
    if (task.section_id !== null && live.get(task.section_id) !== task.list_id)
      wrong.push(`${task.title} is in a section that is not there`)
    const path = [task.id]
    for (let next = parent; next && path.length < 9; next = byId.get(next.parent_id ?? '')) path.push(next.id)
    if (path.length > 4) wrong.push(`${task.title} stands on level ${path.length}`)
    if ((task.due_at === null) !== (task.due_zone === null || task.due_day === null || task.due_time === null))
      wrong.push(`${task.title} has an instant that does not fit its date`)
  }
  for (const link of links) {
    const task = byId.get(link.task_id)
    if (task && (link.is_open === 1) !== (isOpen(task) && link.deleted_at === null))
      wrong.push(`a label of ${task.title} is wrong about whether it counts`)
    if (task && link.deleted_at === null && link.list_id !== task.list_id)
      wrong.push(`a label of ${task.title} is in another list`)
  }
  const logged = Map.groupBy(completions, ({ task_id }) => task_id)
  for (const task of tasks) {
    const mine = logged.get(task.id) ?? []
    if (mine.some(({ list_id }) => list_id !== task.list_id)) wrong.push(`${task.title} left a completion behind`)
    if (task.completed_at !== null && !mine.some(({ completed_at }) => completed_at === task.completed_at))
      wrong.push(`${task.title} is completed, and the logbook does not know`)
    if (task.completed_at === null && task.recurrence === null && mine.length > 0)
      wrong.push(`${task.title} is open, and the logbook says that it was done`)
  }
  expect(wrong).toEqual([])
}

import { LEVELS } from '#core/levels.ts'
import type { Db } from '#db/db.ts'
import type { Label, List, Section, User } from '#db/schema.ts'
import { labelsOf } from '#features/labels/labels.ts'
import { listsOf, type VisibleList } from '#features/lists/lists.ts'
import { sectionsOf } from '#features/lists/sections.ts'
import { above } from './branches.ts'
import { type LabelOnTask, type Row, rowColumns, rowFor, type Steps, withDetails } from './seen.ts'
import { taskOf, tasksOf, type VisibleTask } from './tasks.ts'

type Person = Pick<User, 'id'>

/** Somebody to whom a task can be given. */
export type Member = Pick<User, 'id' | 'name' | 'email'>

/** All that the page of a task shows of it. */
export type TaskView = {
  task: VisibleTask
  list: VisibleList
  /** The tasks that it is a part of, the outermost first. */
  path: { id: string; title: string }[]
  /** Its subtasks: the open ones in their order, and those that are done, the latest first. */
  open: Row[]
  done: Row[]
  /** How many it has, also those for which there is no room. */
  progress: Steps | undefined
  /** Whether it can have subtasks: the last level cannot. */
  canSplit: boolean
  labels: LabelOnTask[]
  /** What can be chosen: the labels of the reader, their lists, the sections and the people of the list of the task. */
  ownLabels: Pick<Label, 'id' | 'name' | 'color'>[]
  lists: Pick<List, 'id' | 'name' | 'kind'>[]
  sections: Pick<Section, 'id' | 'name'>[]
  members: Member[]
}

// However many subtasks there are, a page shows so many of each kind.
const MOST_STEPS = 200

/** What the page of the task `id` shows. Refuses one that does not exist for `user`. */
export async function taskView(db: Db, user: Person, id: string): Promise<TaskView> {
  const task = await taskOf(db, user, id)
  const [path, steps, row, lists, ownLabels, sections, members] = await Promise.all([
    above(db, id),
    stepsOf(db, user, id),
    rowFor(db, user, id),
    listsOf(db, user).orderBy('lists.position').orderBy('lists.id').execute(),
    labelsOf(db, user).execute(),
    sectionsOf(db, task.list_id),
    membersOf(db, task.list_id),
  ])
  const list = lists.find((one) => one.id === task.list_id)
  if (!list) throw new Error(`The list of the task ${id} went away while it was read.`)
  const isPossible = (one: VisibleList) => one.id === list.id || (one.archived_at === null && one.role !== 'viewer')
  return {
    task,
    list,
    path,
    open: steps.filter((step) => step.completed_at === null),
    done: steps.filter((step) => step.completed_at !== null),
    progress: row?.steps,
    canSplit: path.length + 1 < LEVELS,
    labels: row?.labels ?? [],
    ownLabels,
    lists: lists.filter(isPossible),
    sections,
    members,
  }
}

async function stepsOf(db: Db, user: Person, id: string): Promise<Row[]> {
  const steps = () => tasksOf(db, user).select(rowColumns).where('tasks.parent_id', '=', id).limit(MOST_STEPS)
  const [open, done] = await Promise.all([
    steps().where('tasks.completed_at', 'is', null).orderBy('tasks.position').orderBy('tasks.id').execute(),
    steps().where('tasks.completed_at', 'is not', null).orderBy('tasks.completed_at', 'desc').execute(),
  ])
  return withDetails(db, [...open, ...done])
}

const membersOf = (db: Db, list: string): Promise<Member[]> =>
  db
    .selectFrom('list_members')
    .innerJoin('users', 'users.id', 'list_members.user_id')
    .select(['users.id', 'users.name', 'users.email'])
    .where('list_members.list_id', '=', list)
    .orderBy('users.name')
    .orderBy('users.id')
    .limit(100)
    .execute()

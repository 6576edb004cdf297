import type { ExpressionBuilder } from 'kysely'
import type { Day } from '#core/days.ts'
import { LEVELS } from '#core/levels.ts'
import type { Db } from '#db/db.ts'
import type { Tables, User } from '#db/schema.ts'
import { type BareRow, type Row, rowColumns, withDetails } from './seen.ts'
import { tasksOf } from './tasks.ts'

/** Which list is read, for whom, and which day it is for them: what starts later is out of sight. */
export type Reading = { user: Pick<User, 'id'>; list: string; today: Day }

/** How many subtasks a page shows at most, over all its rows. Whoever has more finds them on the page of their task. */
export const MOST_BELOW = 200

/**
 * A row with the place at which it stands, from which the next page can go on, and how many tasks it is a part of (0
 * stands alone). `hidden` is how many of its open subtasks are not shown, because a page has only so much room.
 */
export type PlacedRow = Row & { position: string; depth: number; hidden: number }

type Found = BareRow & { position: string }

/** True for tasks that are in sight: without a start, or with one that has come. */
export const hasStarted = ({ eb, or }: ExpressionBuilder<Tables, 'tasks'>, today: Day) =>
  or([eb('tasks.start_day', 'is', null), eb('tasks.start_day', '<=', today)])

/** These rows in their order, each followed by its open subtasks in theirs, level by level down. */
export async function withBranches(db: Db, reading: Reading, roots: Found[]): Promise<PlacedRow[]> {
  const { below, isCut } = await branchesOf(db, reading, roots)
  const rows = await withDetails(db, [...roots, ...below])
  const children = Map.groupBy(rows.slice(roots.length), (row) => row.parent_id)
  return rows.slice(0, roots.length).flatMap((row) => branch(row, 0))

  function branch(row: Row & { position: string }, depth: number): PlacedRow[] {
    const steps = children.get(row.id) ?? []
    const hidden = isCut && row.steps ? Math.max(row.steps.all - row.steps.done - steps.length, 0) : 0
    return [{ ...row, depth, hidden }, ...steps.flatMap((step) => branch(step, depth + 1))]
  }
}

async function branchesOf(db: Db, reading: Reading, roots: Found[]): Promise<{ below: Found[]; isCut: boolean }> {
  const below: Found[] = []
  let parents = roots
  for (let level = 2; level <= LEVELS; level++) {
    const ids = parents.filter((row) => row.hasSteps).map(({ id }) => id)
    if (ids.length === 0) break
    const room = MOST_BELOW - below.length
    const found = await stepsOf(db, reading, ids, room + 1)
    below.push(...found.slice(0, room))
    if (found.length > room) return { below, isCut: true }
    parents = found
  }
  return { below, isCut: false }
}

// In the order of the index, parent by parent: what there is no room for is never read.
const stepsOf = (db: Db, { user, today }: Reading, parents: string[], limit: number): Promise<Found[]> =>
  tasksOf(db, user)
    .select([...rowColumns, 'tasks.position'])
    .where('tasks.parent_id', 'in', parents)
    .where('tasks.completed_at', 'is', null)
    .where((eb) => hasStarted(eb, today))
    .orderBy('tasks.parent_id')
    .orderBy('tasks.position')
    .orderBy('tasks.id')
    .limit(limit)
    .execute()

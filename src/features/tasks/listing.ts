import type { ExpressionBuilder } from 'kysely'
import type { Day } from '#core/days.ts'
import { isId } from '#core/ids.ts'
import { instant } from '#core/time.ts'
import { built } from '#db/built.ts'
import type { Db } from '#db/db.ts'
import { startingLater } from '#db/due.ts'
import type { Section, Tables } from '#db/schema.ts'
import { hasStarted, type PlacedRow, type Reading, withBranches } from './branch-rows.ts'
import { rowColumns } from './seen.ts'
import { tasksOf } from './tasks.ts'

/** How many rows a page has; subtasks stand below theirs and do not count. */
export const PAGE = 50

/** Where a page of rows begins: below this task, which may have moved on since. */
export type Cursor = { id: string; position: string }

/** A part of a list: what stands in a section, or above the first one (null). `next` is the row that follows, if there is one. */
export type Group = { section: string | null; rows: PlacedRow[]; next: { id: string } | undefined }

/** A section as a list shows it. One that is gone is shown as long as an undo has left tasks in it. */
export type SectionShown = Pick<Section, 'id' | 'name' | 'deleted_at'>

/** The sections of a list in their order. */
export const sectionsShown = (db: Db, list: string): Promise<SectionShown[]> => shownSections(db, { list })

/** The first page of each of these parts of a list: the open tasks in their order, their open subtasks below them. */
export async function openGroups(db: Db, reading: Reading, sections: (string | null)[]): Promise<Group[]> {
  const found = await Promise.all(sections.map((section) => firstRows(db, reading, section)))
  const rows = await withBranches(
    db,
    reading,
    found.flatMap((rows) => rows.slice(0, PAGE)),
  )
  const bySection = Map.groupBy(rows, (row) => row.section_id)
  return sections.map((section, i) => ({ section, rows: bySection.get(section) ?? [], next: found[i]?.[PAGE] }))
}

/** The next page of one part of a list. */
export async function olderRows(db: Db, reading: Reading, section: string | null, after: Cursor): Promise<Group> {
  const found = await rowsOf(db, reading, section)
    .where(({ eb, refTuple, tuple }) =>
      eb(refTuple('tasks.position', 'tasks.id'), '>', tuple(after.position, after.id)),
    )
    .execute()
  return { section, rows: await withBranches(db, reading, found.slice(0, PAGE)), next: found[PAGE] }
}

/**
 * The place that a link to older rows names: `?after=ID&at=POSITION`. A link without a position goes on from
 * where the task stands, or stood when it was completed or deleted. Undefined is the top.
 */
export async function cursorIn(db: Db, list: string, id?: string, at?: string): Promise<Cursor | undefined> {
  if (id === undefined || !isId(id)) return undefined
  if (at !== undefined && /^[0-9A-Za-z]{1,500}$/.test(at)) return { id, position: at }
  return db
    .selectFrom('tasks')
    .select(['id', 'position'])
    .where('id', '=', id)
    .where('list_id', '=', list)
    .executeTakeFirst()
}

/** What of a list is not in sight: how many open tasks start later, and how many were completed since `began`. */
export async function countsIn(
  db: Db,
  list: string,
  today: Day,
  began: Date,
): Promise<{ later: number; doneToday: number }> {
  const [row] = await counted(db, { list, today, since: instant(began) })
  return { later: Number(row?.later ?? 0), doneToday: Number(row?.doneToday ?? 0) }
}

const shownSections = built((db, { list }: { list: string }) =>
  db
    .selectFrom('sections')
    .select(['sections.id', 'sections.name', 'sections.deleted_at'])
    .where('sections.list_id', '=', list)
    .where(({ eb, or, exists }) =>
      or([
        eb('sections.deleted_at', 'is', null),
        exists(
          eb
            .selectFrom('tasks')
            .select('tasks.id')
            .whereRef('tasks.list_id', '=', 'sections.list_id')
            .whereRef('tasks.section_id', '=', 'sections.id')
            .where('tasks.parent_id', 'is', null)
            .where('tasks.completed_at', 'is', null)
            .where('tasks.deleted_at', 'is', null),
        ),
      ]),
    )
    .orderBy('sections.position')
    .orderBy('sections.id'),
)

async function firstRows(db: Db, { user, list, today }: Reading, section: string | null) {
  const values = { user: user.id, list, today }
  return section === null ? firstAbove(db, values) : firstIn(db, { ...values, section })
}

const firstAbove = built((db, { user, list, today }: { user: string; list: string; today: Day }) =>
  rowsOf(db, { user: { id: user }, list, today }, null),
)

const firstIn = built(
  (db, { user, list, today, section }: { user: string; list: string; today: Day; section: string }) =>
    rowsOf(db, { user: { id: user }, list, today }, section),
)

// One more than a page has, to see whether it goes on.
const rowsOf = (db: Db, { user, list, today }: Reading, section: string | null) =>
  tasksOf(db, user)
    .select([...rowColumns, 'tasks.position'])
    .where('tasks.list_id', '=', list)
    .where('tasks.section_id', section === null ? 'is' : '=', section)
    .where('tasks.parent_id', 'is', null)
    .where('tasks.completed_at', 'is', null)
    .where((eb) => hasStarted(eb, today))
    .orderBy('tasks.position')
    .orderBy('tasks.id')
    .limit(PAGE + 1)

const counted = built((db, { list, today, since }: { list: string; today: Day; since: string }) =>
  db
    .selectFrom('lists')
    .select((eb) => [startingLater(eb, today).as('later'), doneSince(eb, since).$asScalar().$notNull().as('doneToday')])
    .where('lists.id', '=', list),
)

const doneSince = (eb: ExpressionBuilder<Tables, 'lists'>, since: string) =>
  eb
    .selectFrom('completions')
    .innerJoin('tasks', 'tasks.id', 'completions.task_id')
    .select((done) => done.fn.countAll<number>().as('count'))
    .whereRef('completions.list_id', '=', 'lists.id')
    .where('completions.completed_at', '>=', since)
    .where('completions.deleted_at', 'is', null)
    .where('tasks.deleted_at', 'is', null)

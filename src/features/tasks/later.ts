import { type Day, isDay } from '#core/days.ts'
import { isId } from '#core/ids.ts'
import type { Db } from '#db/db.ts'
import type { Task } from '#db/schema.ts'
import type { PlacedRow, Reading } from './branch-rows.ts'
import { rowColumns, withDetails } from './seen.ts'
import { tasksOf } from './tasks.ts'

/** Some tasks of a list that start later, and the place of the last of them when more follow. */
export type Later = { rows: PlacedRow[]; next: LaterCursor | undefined }

/** Where a page of what starts later begins: below this task. */
export type LaterCursor = { id: string; day: Day; position: string }

/** A page of the open tasks of a list that start later, the soonest first. */
export async function laterRows(db: Db, { user, list, today }: Reading, after?: LaterCursor): Promise<Later> {
  const found = await tasksOf(db, user)
    .select([...rowColumns, 'tasks.position'])
    .where('tasks.list_id', '=', list)
    .where('tasks.start_day', '>', today)
    .where('tasks.completed_at', 'is', null)
    .$if(after !== undefined, (query) =>
      query.where(({ eb, refTuple, tuple }) =>
        eb(
          refTuple('tasks.start_day', 'tasks.position', 'tasks.id'),
          '>',
          tuple(after?.day ?? '', after?.position ?? '', after?.id ?? ''),
        ),
      ),
    )
    .orderBy('tasks.start_day')
    .orderBy('tasks.position')
    .orderBy('tasks.id')
    .limit(AT_ONCE + 1)
    .execute()
  const rows = await withDetails(db, found.slice(0, AT_ONCE))
  return {
    rows: rows.map((row) => ({ ...row, depth: 0, hidden: 0 })),
    next: found.length > AT_ONCE ? placeOf(found[AT_ONCE - 1]) : undefined,
  }
}

/** The place in a link: `after=ID&at=DAY_POSITION`. */
export const laterInLink = ({ id, day, position }: LaterCursor): string => `after=${id}&at=${day}_${position}`

/** The place that a link names; undefined is the top. */
export function laterCursor(id = '', at = ''): LaterCursor | undefined {
  const [day = '', position = ''] = at.split('_')
  return isId(id) && isDay(day) && /^[0-9A-Za-z]{1,500}$/.test(position) ? { id, day, position } : undefined
}

const AT_ONCE = 200

const placeOf = (row?: Pick<Task, 'id' | 'start_day' | 'position'>): LaterCursor | undefined =>
  row?.start_day ? { id: row.id, day: row.start_day, position: row.position } : undefined

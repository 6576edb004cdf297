import type { Context } from 'hono'
import { changesOf } from '#db/journal.ts'
import { inboxOf } from '#features/lists/lists.ts'
import { refererPath } from '#web/back.ts'
import { boundsOfToday, startOfWeek, todayOf } from '#web/dates.ts'
import type { UserEnv } from '#web/env.ts'
import { type Html, html } from '#web/html.ts'
import { inboxPath, knownAs } from '#web/start-page.ts'
import { isOutbox, stream } from '#web/streams.ts'
import { above } from './branches.ts'
import { countsIn } from './listing.ts'
import { countCompleted, listIdsOf } from './logbook.ts'
import { doneTodayCount } from './pages.ts'
import { taskRow } from './rows.ts'
import { rowFor, seenBy } from './seen.ts'

type C = Context<UserEnv>

/** The row of a task as it is now; undefined when it is gone. Only the outbox looks at it. */
export async function rowOf(c: C, id: string): Promise<Html | undefined> {
  if (!isOutbox(c)) return undefined
  const { db, user, now } = c.var
  const row = await rowFor(db, user, id)
  // In its list a subtask stands below its task; elsewhere it may stand alone.
  const depth = row?.parent_id != null && listBefore(c) !== undefined ? (await above(db, id)).length : 0
  return row && taskRow(row, seenBy(user, now), { depth })
}

/**
 * The rows of all tasks that the op has changed, as they are now; for more than a few, one word to ask for the page anew,
 * which is less. `id` is the task that it was about.
 */
export async function rowStreams(c: C, op: string, id: string): Promise<Html[]> {
  if (!isOutbox(c)) return []
  const changes = await changesOf(c.var.db, c.var.user, op)
  const ids = new Set([...changes.filter(({ table }) => table === 'tasks').map((change) => change.id), id])
  return ids.size > FEW ? [stream.refresh()] : Promise.all([...ids].map((one) => rowStream(c, one)))
}

const FEW = 50

/** What the Inbox, Today and the logbook count besides rows. */
export async function doneTodayStreams(c: C): Promise<Html[]> {
  // A stream for what is not on the page does nothing. Only the server knows where a row stands among those completed
  // today, so a page that shows them is asked for anew.
  if (!isOutbox(c)) return []
  const { db, user, now, session } = c.var
  const from = pageBefore(c)
  const lists = await listIdsOf(db, user)
  const { began } = boundsOfToday(user, now)
  // Whoever asks says from where. What is not theirs to see is not counted for them.
  const before = listBefore(c) ?? ''
  const shown = lists.includes(before) ? before : (await inboxOf(db, user)).id
  const count =
    from === '/today'
      ? await countCompleted(db, lists, began)
      : (await countsIn(db, shown, todayOf(user, now), began)).doneToday
  const isFolding = from === '/today' || from === inboxPath(user) || /^\/lists\/[^/]+$/.test(from)
  const isUnfolded = isFolding && (await session.get('showCompleted'))
  const thisWeek = await countCompleted(db, lists, startOfWeek(user, now))
  return [
    stream.update('done_today', doneTodayCount(count)),
    stream.update('done_this_week', html`${thisWeek}`),
    ...(isUnfolded ? [stream.refresh()] : []),
  ]
}

/** The path of the page from which a form was sent, as the navigation knows it. */
export const pageBefore = (c: C): string => knownAs((refererPath(c) ?? '').replace(/\?.*/, ''), c.var.user)

/** The list whose page (or board) a form was sent from: its id, '' for the Inbox; undefined for all other pages. */
export const listBefore = (c: C): string | undefined =>
  pageBefore(c) === inboxPath(c.var.user) ? '' : /^\/lists\/([^/]+)(\/board)?$/.exec(pageBefore(c))?.[1]

async function rowStream(c: C, id: string): Promise<Html> {
  const row = await rowOf(c, id)
  return row ? stream.replace(`task_${id}`, row) : stream.remove(`task_${id}`)
}

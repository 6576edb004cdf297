import type { Context } from 'hono'
import { isId } from '#core/ids.ts'
import type { Db } from '#db/db.ts'
import type { User } from '#db/schema.ts'
import { labelsOf } from '#features/labels/labels.ts'
import { listsOf } from '#features/lists/lists.ts'
import { tasksOf } from '#features/tasks/tasks.ts'
import { refererPath } from '#web/back.ts'
import type { UserEnv } from '#web/env.ts'
import { readForm } from '#web/forms.ts'
import { type Asked, askedBy } from '#web/op.ts'
import { showPage } from '#web/page.ts'
import { Routes } from '#web/routes.ts'
import { changed, stream } from '#web/streams.ts'
import { historyPage } from './pages.ts'
import { historyOf } from './telling.ts'
import { redo, redoLast, type Undone, undo, undoLast } from './undo.ts'

type C = Context<UserEnv>

/** How much of its history the page of a task shows. */
const LATEST = 5

/** What people did, taking it back, and doing it again. */
export const history = new Routes()

history.get('/tasks/:id/history', 'user', async (c) => {
  const { db, user, now } = c.var
  const before = c.req.query('before')
  const isOlder = before !== undefined && isId(before)
  const isShort = c.req.query('latest') !== undefined
  const page = { before: isOlder ? before : undefined, ...(isShort && { most: LATEST }) }
  const told = await historyOf(db, user, c.req.param('id'), page)
  return showPage(c, historyPage(told, { reader: user, now }, { isShort, isOlder }))
})

history.post('/undo', 'user', async (c) => {
  const undone = await undoLast(c.var.db, c.var.user, await asked(c))
  return undone ? answer(c, undone) : changed(c, { what: 'undo.none', streams: [] })
})

history.post('/redo', 'user', async (c) => {
  const redone = await redoLast(c.var.db, c.var.user, await asked(c))
  return redone ? answer(c, redone) : changed(c, { what: 'redo.none', streams: [] })
})

history.post('/undo/:op', 'user', async (c) =>
  answer(c, await undo(c.var.db, c.var.user, c.req.param('op'), await asked(c))),
)

history.post('/redo/:op', 'user', async (c) =>
  answer(c, await redo(c.var.db, c.var.user, c.req.param('op'), await asked(c))),
)

const asked = async (c: C): Promise<Asked> => askedBy(c, await readForm(c))

async function answer(c: C, { op, outcome, isRedo, kept }: Undone): Promise<Response> {
  const [first] = kept
  return changed(c, {
    what: `${isRedo ? 'redo' : 'undo'}.${outcome}`,
    op,
    about: first ? [first.why, ...first.fields] : [],
    streams: [stream.refresh()],
    to: await placeAfter(c),
  })
}

/** Where the person was, unless that was the page of something which is gone now. */
async function placeAfter(c: C): Promise<string> {
  const place = refererPath(c) ?? '/'
  const [, kind = '', id = ''] = /^\/(tasks|lists|labels|filters)\/([^/?]+)/.exec(place) ?? []
  return kind === '' || (isId(id) && (await isThere(c, kind, id))) ? place : '/'
}

async function isThere(c: C, kind: string, id: string): Promise<boolean> {
  const { db, user } = c.var
  const places: Record<string, () => Promise<unknown>> = {
    tasks: () => tasksOf(db, user).select('tasks.id').where('tasks.id', '=', id).executeTakeFirst(),
    lists: () => listsOf(db, user).where('lists.id', '=', id).executeTakeFirst(),
    labels: () => labelsOf(db, user).where('labels.id', '=', id).executeTakeFirst(),
    filters: () => ownFilter(db, user, id),
  }
  return (await places[kind]?.()) !== undefined
}

const ownFilter = (db: Db, { id: owner }: Pick<User, 'id'>, id: string) =>
  db
    .selectFrom('filters')
    .select('id')
    .where('id', '=', id)
    .where('owner_id', '=', owner)
    .where('deleted_at', 'is', null)
    .executeTakeFirst()

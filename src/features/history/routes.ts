import type { Context } from 'hono'
import { isId } from '#core/ids.ts'
import { tasksOf } from '#features/tasks/tasks.ts'
import { refererPath } from '#web/back.ts'
import type { UserEnv } from '#web/env.ts'
import { readForm } from '#web/forms.ts'
import { askedBy } from '#web/op.ts'
import { Routes } from '#web/routes.ts'
import { changed, stream } from '#web/streams.ts'
import { undo } from './undo.ts'

/** What people did, and taking it back. */
export const history = new Routes()

history.post('/undo/:op', 'user', async (c) => {
  const asked = askedBy(c, await readForm(c))
  const { op, outcome, isRedo } = await undo(c.var.db, c.var.user, c.req.param('op'), asked)
  return changed(c, {
    what: `${isRedo ? 'redo' : 'undo'}.${outcome}`,
    op,
    streams: [stream.refresh()],
    to: await placeAfter(c),
  })
})

/** Where the person was, unless that was the page of a task which is gone now. */
async function placeAfter(c: Context<UserEnv>): Promise<string> {
  const place = refererPath(c) ?? '/'
  const id = /^\/tasks\/([^/?]+)/.exec(place)?.[1]
  if (id === undefined) return place
  const task = isId(id)
    ? await tasksOf(c.var.db, c.var.user).select('tasks.id').where('tasks.id', '=', id).executeTakeFirst()
    : undefined
  return task ? place : '/'
}

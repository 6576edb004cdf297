import { setImmediate } from 'node:timers/promises'
import type { Context } from 'hono'
import type { z } from 'zod'
import { itemsOf } from '#core/line.ts'
import { Refusal } from '#core/refusal.ts'
import { refererPath } from '#web/back.ts'
import { todayOf } from '#web/dates.ts'
import type { UserEnv } from '#web/env.ts'
import type { Form } from '#web/forms.ts'
import type { Html } from '#web/html.ts'
import { askedBy } from '#web/op.ts'
import { showCard } from '#web/page.ts'
import { changed, isOutbox, stream } from '#web/streams.ts'
import { addTasks } from './adding.ts'
import { pageBefore, rowOf } from './answers.ts'
import type { addShape } from './fields.ts'
import { howManyPage } from './paste-page.ts'
import { type Line, readLine } from './reading.ts'
import { taskOf } from './tasks.ts'

type C = Context<UserEnv>
type Values = z.output<typeof addShape>

/** As many tasks as can be added at once. */
const MOST_AT_ONCE = 200

/** Adds what was typed: a task, or one for each line. Several lines without a word about that are asked about first. */
export async function addTyped(c: C, values: Values, form: Form): Promise<Response> {
  const lines = itemsOf(values.task)
  // The outbox has asked already, and keeps what it sends.
  if (lines.length > 1 && values.lines === undefined && !isOutbox(c)) return showCard(c, howManyPage(form, lines), 422)
  const read = await readAll(c, values, values.lines === 'each' ? lines : [values.task])
  const wanted = read.map((line) => line.wanted)
  const { op, ids } = await addTasks(c.var.db, c.var.user, wanted, askedBy(c, form))
  return changed(c, {
    what: ids.length === 1 ? 'task.added' : 'tasks.added',
    op,
    about: read.length === 1 ? read[0]!.unknown : [],
    streams: ids.length === 1 ? await rowStreams(c, values, read[0]!, ids[0]!) : [stream.refresh()],
    to: refererPath(c)?.replace(/\?.*/, '') ?? '/',
  })
}

async function readAll(c: C, { literal, lines, id, task: _, ...rest }: Values, texts: string[]): Promise<Line[]> {
  const { db, user, now } = c.var
  if (texts.length > MOST_AT_ONCE)
    throw new Refusal('invalid', `These are ${texts.length} lines. Add at most ${MOST_AT_ONCE} at once.`, {
      field: 'task',
    })
  const read: Line[] = []
  for (const text of texts) {
    const isFirst = read.length === 0
    const isPasted = lines === 'each' && texts.length > 1
    const rejected = lines === 'each' ? [] : literal
    read.push(await readLine(db, user, { ...rest, text, rejected, isPasted, id: isFirst ? id : undefined }, now))
    // A line made to be hard takes milliseconds. Between two of them it is the turn of others.
    await setImmediate()
  }
  return read
}

/** The new row, where the page has put it already. A task that went elsewhere leaves; only the server knows what is left. */
async function rowStreams(c: C, { list, section }: Values, { wanted }: Line, id: string): Promise<Html[]> {
  if (!isOutbox(c)) return []
  const row = await rowOf(c, id)
  const isHere = wanted.list === list && wanted.section === section && (await isOnPage(c, id))
  if (!row || !isHere) return [stream.remove(`task_${id}`), stream.refresh()]
  return [stream.prepend(section ? `tasks_${section}` : 'tasks', row)]
}

async function isOnPage(c: C, id: string): Promise<boolean> {
  const { db, user, now } = c.var
  if (pageBefore(c) !== '/today') return true
  return (await taskOf(db, user, id)).due_day === todayOf(user, now)
}

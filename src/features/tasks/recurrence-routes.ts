import type { Context } from 'hono'
import { z } from 'zod'
import { readDay } from '#core/date-words.ts'
import type { Day } from '#core/days.ts'
import { comingDue, parseRecurrence, type Rule } from '#core/recurrence.ts'
import { Refusal } from '#core/refusal.ts'
import type { Task, User } from '#db/schema.ts'
import { todayOf, wordContext } from '#web/dates.ts'
import type { UserEnv } from '#web/env.ts'
import { check, emptyForm, Form, FormProblems, lines, type Problems, submit, ticked } from '#web/forms.ts'
import { askedBy } from '#web/op.ts'
import { showPage } from '#web/page.ts'
import { Routes } from '#web/routes.ts'
import { changed } from '#web/streams.ts'
import { MOST_RULE } from './edit-fields.ts'
import { recurrencePage } from './recurrence-page.ts'
import { repeatAfter, repeatTask, type Wish } from './repeating.ts'
import { taskOf } from './tasks.ts'

type C = Context<UserEnv>

/** How a task repeats: the page with its next days, which are shown for whatever is typed before it is saved. */
export const recurrenceRoutes = new Routes()

recurrenceRoutes.get('/tasks/:id/recurrence', 'user', async (c) => {
  const { db, user, now } = c.var
  const task = await taskOf(db, user, c.req.param('id'))
  const form = new Form([...new URL(c.req.url).searchParams])
  if (!form.has('recurrence')) return show(c, task, emptyForm(), {})
  const { after, problems } = preview(task, form, user, now)
  return show(c, task, form, problems, after ?? { ...task, recurrence: null })
})

recurrenceRoutes.post('/tasks/:id/recurrence', 'user', (c) =>
  submit(c, shape, {
    done: async (values, form) => {
      const { db, user, now } = c.var
      const id = c.req.param('id')
      const { op } = await repeatTask(db, user, id, wishIn(values, user, now), askedBy(c, form))
      return changed(c, { what: 'task.edited', op, streams: [], to: `/tasks/${id}` })
    },
    again: async (form, problems) => show(c, await taskOf(c.var.db, c.var.user, c.req.param('id')), form, problems),
  }),
)

const shape = z.object({
  recurrence: lines(MOST_RULE),
  mode: z.enum(['schedule', 'completion'], 'Choose what the days are counted from.').optional(),
  'was-mode': z.string().optional(),
  missed: z.enum(['skip', 'each'], 'Choose what happens when days have passed.').optional(),
  keeps_subtasks: ticked(),
  until: lines(100).optional(),
  count: lines(100).optional(),
})

function show(c: C, task: Task, form: Form, problems: Problems, after = task): Promise<Response> {
  const { user, now } = c.var
  return showPage(c, recurrencePage(task, { reader: user, coming: nextDays(after, user, now) }, form, problems))
}

function nextDays({ recurrence, due_day, completed_at }: Task, user: User, now: Date): Day[] {
  const read = parseRecurrence(recurrence ?? '')
  return read && completed_at === null ? comingDue(read, due_day ?? todayOf(user, now), 5) : []
}

/** The task as it would be after the form was saved, or what is wrong with it. */
function preview(task: Task, form: Form, user: User, now: Date): { after?: Task; problems: Problems } {
  try {
    const wish = wishIn(check(form, shape), user, now)
    return { after: { ...task, ...repeatAfter(task, wish, user, now) }, problems: {} }
  } catch (error) {
    if (error instanceof FormProblems) return { problems: error.problems }
    if (error instanceof Refusal) return { problems: { [error.details.field ?? '']: error.sentence } }
    throw error
  }
}

function wishIn(values: z.output<typeof shape>, user: User, now: Date): Wish {
  const { recurrence: text, mode, missed, keeps_subtasks } = values
  return {
    text,
    // Words say it too (“every!”): a choice counts when it was just made.
    mode: mode === values['was-mode'] ? undefined : mode,
    missed,
    keepsSubtasks: missed === undefined ? undefined : keeps_subtasks,
    end: endIn(values, user, now),
  }
}

function endIn({ until = '', count = '' }: z.output<typeof shape>, user: User, now: Date): Wish['end'] {
  const end: Pick<Rule, 'count' | 'until'> = {}
  if (until.trim() !== '') end.until = lastDay(until, user, now)
  if (count.trim() !== '') end.count = times(count)
  return Object.keys(end).length > 0 ? end : undefined
}

function lastDay(text: string, user: User, now: Date): Day {
  const read = readDay(text, wordContext(user, now))
  if (read) return read.day
  throw new Refusal('invalid', 'This is not a day. Write it like 1 may 2027 or 2027-05-01.', { field: 'until' })
}

function times(text: string): number {
  if (/^\s*\d{1,6}\s*$/.test(text)) return Number(text)
  throw new Refusal('invalid', 'Write how many times as a number.', { field: 'count' })
}

import type { Context } from 'hono'
import { z } from 'zod'
import { readDay } from '#core/date-words.ts'
import type { Day } from '#core/days.ts'
import { isId } from '#core/ids.ts'
import type { Priority } from '#db/schema.ts'
import { wordContext } from '#web/dates.ts'
import type { UserEnv } from '#web/env.ts'
import { check, type Form, FormProblems, readForm } from '#web/forms.ts'
import { askedBy } from '#web/op.ts'
import { Routes } from '#web/routes.ts'
import { changed } from '#web/streams.ts'
import { doneTodayStreams, rowStreams } from './answers.ts'
import { changeMany, type Deed, WORDS } from './bulk.ts'
import { dayShown } from './fields.ts'

type C = Context<UserEnv>

/**
 * What is done to many tasks at once: `POST /tasks/bulk` with `id` (or `id[]`) for each task, `do`, and its `value`. For a
 * task that repeats `was` says, as `ID_DAY`, on which day the page showed it to be due (`ID_`: on none), so that two
 * devices which complete it complete one occurrence.
 */
export const bulk = new Routes()

bulk.post('/tasks/bulk', 'user', async (c) => {
  const form = await readForm(c)
  const { db, user } = c.var
  const ids = [...form.all('id'), ...form.all('id[]')]
  const deed = deedIn(c, form)
  const { op, count } = await changeMany(db, user, ids, deed, askedBy(c, form))
  const what = count === 0 ? 'tasks.unchanged' : WORDS[deed.do]
  return changed(c, {
    what,
    op,
    about: count === undefined ? [] : [String(count)],
    streams: [...(await rowStreams(c, op, ids[0] ?? '')), ...(await doneTodayStreams(c))],
  })
})

const shape = z.object({
  do: z.enum(['complete', 'reopen', 'move', 'label', 'unlabel', 'date', 'priority', 'delete'], 'Choose what to do.'),
  value: z.string().optional(),
  // Without script each of these has a field of its own beside its button.
  list: z.string().optional(),
  label: z.string().optional(),
  due_day: z.string().optional(),
  priority: z.string().optional(),
})

function deedIn(c: C, form: Form): Deed {
  const fields = check(form, shape)
  switch (fields.do) {
    case 'move':
      return { do: 'move', to: placeIn(fields.value ?? fields.list ?? '') }
    case 'label':
    case 'unlabel':
      return { do: fields.do, label: fields.value ?? fields.label ?? '' }
    case 'date':
      return { do: 'date', ...dateIn(c, fields.value ?? fields.due_day ?? '') }
    case 'priority':
      return { do: 'priority', priority: priorityIn(fields.value ?? fields.priority ?? '') }
    case 'complete':
      return { do: 'complete', shown: new Map(form.all('was').map(shownIn)) }
    default:
      return { do: fields.do }
  }
}

function shownIn(text: string): [string, Day | null | undefined] {
  const [id = '', day] = text.split('_')
  return [id, day === undefined ? undefined : dayShown(day)]
}

/** A list by its id, or a section as `section:ID`. */
function placeIn(value: string): { list: string } | { section: string } {
  const [, section] = /^section:(.*)$/.exec(value) ?? []
  const id = section ?? value
  if (!isId(id)) throw new FormProblems({ value: 'Choose a list.' })
  return section === undefined ? { list: id } : { section: id }
}

function dateIn(c: C, value: string) {
  if (value.trim() === '') return { due_day: null }
  const read = readDay(value, wordContext(c.var.user, c.var.now))
  if (!read) throw new FormProblems({ value: 'There is no such day. Write it as year, month and day: 2026-05-31.' })
  return { due_day: read.day, due_time: read.time }
}

function priorityIn(value: string): Priority {
  if (!/^[1-4]$/.test(value)) throw new FormProblems({ value: 'Choose a priority from 1 to 4.' })
  return Number(value) as Priority
}

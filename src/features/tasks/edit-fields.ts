import { z } from 'zod'
import { isDay, isTime } from '#core/days.ts'
import { isId } from '#core/ids.ts'
import type { Priority } from '#db/schema.ts'
import { zones } from '#features/accounts/preferences.ts'
import { lines } from '#web/forms.ts'
import { minutesIn } from './estimate.ts'
import { isInReach, notes, OUT_OF_REACH, title } from './fields.ts'

const NO_DAY = 'There is no such day. Write it as year, month and day: 2026-05-31.'

/** A text whose spaces around it do not matter; empty means that there is nothing. */
const something = z
  .string('Send each field once.')
  .transform((text) => text.trim())
  .refine((text) => text.length <= 500, 'That is too long.')

const orNothing = <T>(read: (text: string) => T | undefined, sentence: string) =>
  something
    .transform((text) => (text === '' ? null : read(text)))
    .refine((value): value is NonNullable<Awaited<T>> | null => value !== undefined, sentence)

const day = orNothing((text) => (isDay(text) ? text : undefined), NO_DAY)

const time = orNothing((text) => timeIn(text), 'Write the time as hours and minutes: 09:30.')

const zone = orNothing((text) => (zones().includes(text) ? text : undefined), 'There is no such time zone.')

const minutes = orNothing(minutesIn, 'Write how long it takes as 45, 1:30 or 1 h 30 min, up to 1,000 hours.')

const priority = something
  .refine((text) => /^[1-4]$/.test(text), 'Choose a priority from 1 to 4.')
  .transform((text) => Number(text) as Priority)

const thing = (what: string) =>
  orNothing((text) => (isId(text) ? text : undefined), `There is no such ${what}. It may have been deleted.`)

const list = something.refine(isId, 'There is no such list. It may have been deleted.')

/** Words or an RRULE, which may leave out many days. Whether they can be read depends on the task and its reader. */
export const MOST_RULE = 16 * 1024

const editable = {
  title,
  notes,
  priority,
  due_day: day,
  due_time: time,
  due_zone: zone,
  start_day: day,
  deadline_day: day,
  minutes,
  recurrence: lines(MOST_RULE),
  list,
  section: thing('section'),
  parent: thing('task'),
  assignee: z
    .string('Send each field once.')
    .refine((text) => text === '' || isId(text), 'There is no such person in this list.')
    .transform((text) => text || null),
}

type Editable = typeof editable

/**
 * What somebody wants to change in a task, by the names of the form. A field that is missing stays as it is; `null`
 * takes away what was there. `label` holds ids of labels or names.
 */
export type Edit = { [name in keyof Editable]?: z.output<Editable[name]> | undefined } & {
  label?: string[] | undefined
}

type Optional = { [name in keyof Editable]: z.ZodOptional<Editable[name]> }

type Name = keyof Editable | 'label'

const names = [...Object.keys(editable), 'label'] as Name[]

/**
 * The fields of POST /tasks/:id/edit. What was before may be anything: it is only compared. A day that nobody can choose
 * may stand there already, because a repeating task came to it: then it may stay.
 */
export const editShape = z
  .object({
    ...(Object.fromEntries(Object.entries(editable).map(([name, field]) => [name, field.optional()])) as Optional),
    label: z.array(z.string()).optional(),
    'new-label': z.string().optional(),
    ...(Object.fromEntries(names.map((name) => [`was-${name}`, z.string().optional()])) as Was),
  })
  .superRefine((form, { addIssue }) => {
    for (const name of DAYS) {
      const chosen = form[name]
      if (chosen && chosen !== form[`was-${name}`] && !isInReach(chosen))
        addIssue({ code: 'custom', path: [name], message: OUT_OF_REACH })
    }
  })

const DAYS = ['due_day', 'start_day', 'deadline_day'] as const

type Was = { [name in `was-${Name}`]: z.ZodOptional<z.ZodString> }

/** What a form of `editShape` wants to have changed, and what its sender had before them. */
export function readEdit(form: z.output<typeof editShape>): { edit: Edit; was: Edit } {
  const fields = Object.keys(editable) as (keyof Editable)[]
  const edit = Object.fromEntries(fields.map((name): [string, unknown] => [name, form[name]]).filter(isThere))
  const was = Object.fromEntries(fields.map((name): [string, unknown] => [name, readWas(name, form)]).filter(isThere))
  const before = form['was-label']?.split(',').filter((id) => id !== '')
  const added = form['new-label']?.trim() ? [form['new-label']] : []
  // Boxes that are not ticked are not sent: whoever says which there were says that they are gone.
  if (form.label === undefined && before === undefined && added.length === 0) return { edit, was }
  const label = [...(form.label ?? []), ...added]
  return { edit: { ...edit, label }, was: { ...was, label: before ?? (form.label ? undefined : []) } }
}

// What cannot be read can only be different from what is wanted now.
function readWas(name: keyof Editable, form: z.output<typeof editShape>): unknown {
  const text = form[`was-${name}`]
  return text === undefined ? undefined : editable[name].safeParse(text).data
}

const isThere = ([, value]: [string, unknown]): boolean => value !== undefined

// Some browsers send seconds.
function timeIn(text: string): string | undefined {
  const time = text.replace(/^(\d):/, '0$1:').replace(/^(\d\d:\d\d):\d\d$/, '$1')
  return isTime(time) ? time : undefined
}

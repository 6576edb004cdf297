import { z } from 'zod'
import { type Day, isDay } from '#core/days.ts'
import { isId } from '#core/ids.ts'
import { name } from '#features/lists/fields.ts'
import { lines, seenLine } from '#web/forms.ts'

const MOST_NOTES = 64 * 1024

// As long as a form can be: what is too long for a title or for notes is said once it is read.
const MOST_TYPED = 1024 * 1024

const MOST_SPANS = 200

/** As many characters as a title can have. */
export const MOST_IN_TITLE = 500

/** A title: one line of 1 to 500 characters in any script, of which something can be seen. */
export const title = seenLine(MOST_IN_TITLE, 'Say what you want to get done.')

/** Notes: any number of lines, at most 64 kB as they are stored (UTF-8). */
export const notes = lines(MOST_NOTES).refine(
  (text) => Buffer.byteLength(text) <= MOST_NOTES,
  'These notes are too long: 64 kB is the most a task can hold.',
)

const id = z
  .string()
  .transform((text) => text || undefined)
  .refine((text) => text === undefined || isId(text), 'The id of a new task must be a UUID in lower case.')
  .optional()

/** Whether a task can be planned for a day. What is further away is a slip. */
export const isInReach = (day: Day): boolean => day >= '1900' && day < '9999'
export const OUT_OF_REACH = 'Choose a day between the years 1900 and 9998.'

/** The due day that a page showed when a button of it was pressed; empty is none (null). Undefined for what is no day. */
export const dayShown = (text: string): Day | null | undefined => (text === '' ? null : isDay(text) ? text : undefined)

/** The id of something that is there already; empty is none. One that nobody has is told from the others by the verb. */
const known = z
  .string()
  .transform((text) => text || undefined)
  .optional()

/** The same of a field in which nothing but an id or nothing can stand. */
const idOf = (what: string) =>
  z.string().refine((text) => text === '' || isId(text), `There is no such ${what}. It may have been deleted.`)

/**
 * The fields of POST /tasks. `task` is read as quick add, so its title and notes are looked at afterwards; `literal` are
 * the spans of it that stay in the title. `lines` says whether several lines are a task each. `due_day` and `label` count
 * when the text says nothing else.
 */
export const addShape = z.object({
  task: lines(MOST_TYPED),
  id,
  list: known,
  section: known,
  parent: known,
  literal: z
    .string()
    .transform((spans) => spans.split(',', MOST_SPANS))
    .optional(),
  lines: z.enum(['each', 'one'], 'Say whether it is one task or several.').optional(),
  due_day: z
    .string()
    .refine((day) => day === '' || isDay(day), 'There is no such day.')
    .refine((day) => day === '' || isInReach(day), OUT_OF_REACH)
    .transform((day) => day || undefined)
    .optional(),
  label: idOf('label')
    .transform((text) => text || undefined)
    .optional(),
})

/** The fields of POST /tasks/:id/file: the name of a list, of labels, or both. */
export const fileShape = z
  .object({ list: name.optional(), label: z.array(name).optional() })
  .refine(({ list, label }) => list !== undefined || label !== undefined, {
    message: 'Say the name of a list or of a label.',
  })

/** The fields of POST /tasks/:id/move: one of them, or a section together with its list. An empty parent is none. */
export const moveShape = z
  .object({
    before: z.string().optional(),
    after: z.string().optional(),
    list: idOf('list').optional(),
    section: idOf('section').optional(),
    parent: idOf('task').optional(),
  })
  .refine(({ list, section, ...places }) => wanted({ ...places, list: list ?? section }) === 1, {
    message: 'Say where it should go: before or after a task, or into a list, a section or another task.',
  })

const wanted = (places: Record<string, string | undefined>): number =>
  Object.values(places).filter((place) => place !== undefined).length

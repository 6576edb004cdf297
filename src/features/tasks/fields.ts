import { z } from 'zod'
import { isId } from '#core/ids.ts'
import { line, lines } from '#web/forms.ts'

const MOST_NOTES = 64 * 1024

/** A title: one line of 1 to 500 characters in any script, of which something can be seen. */
const title = line(500, 'Say what you want to get done.').refine(
  (text) => /[^\p{Cf}\p{Z}]/u.test(text),
  'Say what you want to get done.',
)

/** Notes: any number of lines, at most 64 kB as they are stored (UTF-8). */
const notes = lines(MOST_NOTES).refine(
  (text) => Buffer.byteLength(text) <= MOST_NOTES,
  'These notes are too long: 64 kB is the most a task can hold.',
)

const id = z
  .string()
  .transform((text) => text || undefined)
  .refine((text) => text === undefined || isId(text), 'The id of a new task must be a UUID in lower case.')
  .optional()

/** The id of something that is there already; empty is none. One that nobody has is told from the others by the verb. */
const known = z
  .string()
  .transform((text) => text || undefined)
  .optional()

/** The fields of POST /tasks. */
export const addShape = z.object({ task: title, id, list: known, section: known, parent: known })

/** The fields of POST /tasks/:id/edit. What was before may be anything: it is only compared. */
export const editShape = z.object({
  title: title.optional(),
  notes: notes.optional(),
  'was-title': z.string().optional(),
  'was-notes': z
    .string()
    .transform((text) => text.replaceAll('\r\n', '\n'))
    .optional(),
})

/** The fields of POST /tasks/:id/move: one of the two. */
export const moveShape = z
  .object({ before: z.string().optional(), after: z.string().optional() })
  .refine(({ before, after }) => (before === undefined) !== (after === undefined), {
    message: 'Say before or after which task it should stand.',
  })

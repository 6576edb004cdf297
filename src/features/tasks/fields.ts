import { z } from 'zod'
import { isId } from '#core/ids.ts'
import { line, lines } from '#web/forms.ts'

const MOST_NOTES = 64 * 1024

/** A title: one line of 1 to 500 characters in any script, of which something can be seen. */
export const title = line(500, 'Say what you want to get done.').refine(
  (text) => /[^\p{Cf}\p{Z}]/u.test(text),
  'Say what you want to get done.',
)

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

/** The id of something that is there already; empty is none. One that nobody has is told from the others by the verb. */
const known = z
  .string()
  .transform((text) => text || undefined)
  .optional()

/** The fields of POST /tasks. */
export const addShape = z.object({ task: title, id, list: known, section: known, parent: known })

/** The fields of POST /tasks/:id/move: one of them, or a section together with its list. An empty parent is none. */
export const moveShape = z
  .object({
    before: z.string().optional(),
    after: z.string().optional(),
    list: z.string().optional(),
    section: z.string().optional(),
    parent: z.string().optional(),
  })
  .refine(({ list, section, ...places }) => wanted({ ...places, list: list ?? section }) === 1, {
    message: 'Say where it should go: before or after a task, or into a list, a section or another task.',
  })

const wanted = (places: Record<string, string | undefined>): number =>
  Object.values(places).filter((place) => place !== undefined).length

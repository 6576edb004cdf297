import { z } from 'zod'
import { MOST_CHARACTERS } from '#core/filter.ts'
import { isId } from '#core/ids.ts'
import { line, seenLine } from '#web/forms.ts'

const name = seenLine(100, 'Give the filter a name.')
const query = line(MOST_CHARACTERS, 'Write what the filter lets through, for example “today | overdue”.')

const id = z
  .string()
  .transform((text) => text || undefined)
  .refine((text) => text === undefined || isId(text), 'The id of a new filter must be a UUID in lower case.')
  .optional()

/** The fields of POST /filters. */
export const filterShape = z.object({ name, query, id })

/** The fields of POST /filters/:id/edit. What was before may be anything: it is only compared. */
export const editShape = z.object({
  name,
  query,
  'was-name': z.string().optional(),
  'was-query': z.string().optional(),
})

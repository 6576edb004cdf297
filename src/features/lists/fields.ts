import { z } from 'zod'
import { isColor } from '#core/colors.ts'
import { isId } from '#core/ids.ts'
import { check, type Form, seenLine } from '#web/forms.ts'
import type { Beside } from './ordering.ts'

/** The name of a list, a section or a label: one line of 1 to 100 characters, of which something can be seen. */
export const name = seenLine(100, 'Give it a name.')

/** One of our colours, or none. */
export const color = z.string('Choose one of the colours.').refine(isColor, 'Choose one of the colours.')

/** The id under which something new was born, if its form brought one. */
export const freshId = z
  .string()
  .transform((text) => text || undefined)
  .refine((text) => text === undefined || isId(text), 'The id of something new must be a UUID in lower case.')
  .optional()

/** The fields of POST /lists. */
export const addListShape = z.object({ name, color: color.default(''), id: freshId })

/** The fields of POST /lists/:id/edit. A field that is missing stays as it is. */
export const editListShape = z.object({ name: name.optional(), color: color.optional() })

/** The fields of POST /lists/:id/sections. */
export const addSectionShape = z.object({ name, id: freshId })

/** The fields of POST /sections/:id/edit. */
export const editSectionShape = z.object({ name })

/** The place that a form names: one of the fields `before` and `after`, with the id of what stands there. */
export function besideIn(form: Form): Beside {
  const { before, after } = check(form, placeShape)
  return before === undefined ? { side: 'after', other: after ?? '' } : { side: 'before', other: before }
}

const placeShape = z
  .object({ before: z.string().optional(), after: z.string().optional() })
  .refine(({ before, after }) => (before === undefined) !== (after === undefined), {
    message: 'Say before or after which one it should stand.',
  })

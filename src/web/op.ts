import { isId } from '#core/ids.ts'
import { Refusal } from '#core/refusal.ts'
import { digest } from '#crypto/keys.ts'
import type { Act } from '#db/journal.ts'
import type { Any } from './env.ts'
import type { Form } from './forms.ts'

/** When something was asked for and, if whoever asked may ask again, by which key the repeat is known. */
export type Asked = Pick<Act, 'now' | 'op' | 'request'>

/**
 * How this form was sent. Its key comes from the header Idempotency-Key or, without script, from the field
 * `op`. Refuses a key that is no UUID in canonical lower case, for it becomes the id of the op.
 */
export function askedBy(c: Any, form: Form): Asked {
  const { now } = c.var
  const op = c.req.header('Idempotency-Key') ?? form.pick(['op']).op
  if (op === undefined || op === '') return { now }
  if (!isId(op)) throw new Refusal('invalid', 'The key of this change must be a UUID in lower case.')
  return { now, op, request: digest(`${c.req.path}\n${form.fingerprint()}`) }
}

import { Refusal } from '#core/refusal.ts'
import type { Problems } from '#web/forms.ts'

const PASSKEY = 'passkey'
const UNKNOWN = 'unknown-passkey'

/** Says no to what a passkey has signed. */
export const refusedPasskey = (
  sentence = 'This passkey was refused. Try it once more, or choose another way.',
): Refusal => new Refusal('invalid', sentence, { field: PASSKEY })

/** Says no to a passkey that is not known here, or not as this person’s. */
export const unknownPasskey = (): Refusal =>
  new Refusal('invalid', 'This passkey is not known here any more. Choose another way.', { field: UNKNOWN })

/** Whether an error says no to a passkey. */
export const isRefusedPasskey = (error: unknown): boolean =>
  error instanceof Refusal && [PASSKEY, UNKNOWN].includes(error.details.field ?? '')

/** What is wrong with the form as a whole: a passkey has no field beside which it could be said. */
export function withPasskeyProblem(problems: Problems): Problems {
  const sentence = problems[PASSKEY] ?? problems[UNKNOWN]
  return sentence === undefined ? problems : { '': sentence }
}

/** Whether the passkey of a form was one that is not known here, so that the device may be told. */
export const isUnknownPasskey = (problems: Problems): boolean => problems[UNKNOWN] !== undefined

import { readCode } from '#crypto/totp.ts'
import { text } from '#web/forms.ts'

const NO_CODE = 'Type the six digits.'

/** Six digits. What cannot be a code does not count as a try. */
export const codeTyped = text(NO_CODE).refine((typed) => readCode(typed) !== undefined, NO_CODE)

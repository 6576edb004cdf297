import { text } from '#web/forms.ts'

/** A password as it was typed. What it must be like is said where it is made (password-rules.ts). */
export const password = text('Type the password.').min(1, 'Type the password.')

/** Said beside the second field when the two passwords differ. */
export const NOT_THE_SAME = 'The two are not the same. Type both once more.'

/** Said beside a field for a new password. From 15 characters on it is good without anything else (OWASP ASVS 5.0, 6.2.1). */
export const lengthHint = (least: number): string =>
  least < 15 ? `At least ${least} characters, better 15 or more.` : `At least ${least} characters.`

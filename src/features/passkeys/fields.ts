import { text } from '#web/forms.ts'

const NONE = 'Your browser showed no passkey. Passkeys need JavaScript; choose another way.'

/** What a passkey has signed, as the script fills it into the form. */
export const passkeyShown = text(NONE).min(1, NONE)

import { instant } from '#core/time.ts'
import type { User } from '#db/schema.ts'
import type { Letters } from '#features/mail/letters.ts'
import type { Post } from '#features/mail/outbox.ts'
import { momentOf } from '#web/dates.ts'
import { deviceName } from './device-name.ts'
import type { From } from './events.ts'

/** The mail that tells somebody that their password was changed, and from where. */
export const passwordChanged = (user: Pick<User, 'id' | 'email'>, from: From): Post => ({
  letter: 'password-changed',
  user,
  address: user.email,
  args: { at: instant(from.now), ...(from.ip !== '' && { device: deviceName(from.agent), ip: from.ip }) },
})

/** The mails about what happens to an account. */
export const accountLetters: Letters = {
  'password-changed': ({ user, args: { at = '', device, ip } }) =>
    user && {
      subject: 'Your password was changed',
      paragraphs: [
        `The password of your account ${user.email} was changed on ${momentOf(at, user)}${device === undefined ? ', by whoever runs this site' : `, from ${device} (${ip})`}. All other devices were logged out.`,
        'If that was you, there is nothing to do.',
        'If it was not you, somebody knows your password. Tell whoever runs this site.',
      ],
    },
}

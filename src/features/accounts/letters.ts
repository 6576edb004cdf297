import { DAY, instant } from '#core/time.ts'
import type { User } from '#db/schema.ts'
import type { Letters } from '#features/mail/letters.ts'
import type { Post } from '#features/mail/outbox.ts'
import { momentOf } from '#web/dates.ts'
import { deviceName } from './device-name.ts'
import type { From } from './events.ts'
import { mint } from './one-time.ts'

/** The mail that tells somebody that their password was changed, and from where. */
export const passwordChanged = (user: Pick<User, 'id' | 'email'>, from: From): Post => ({
  letter: 'password-changed',
  user,
  address: user.email,
  args: whence(from),
})

/** The mail with a link by which somebody proves that the address is theirs. */
export const proofOfAddress = (user: Pick<User, 'id' | 'email'>): Post => ({
  letter: VERIFY,
  user,
  address: user.email,
})

/** What the secret of such a link is made for. */
export const VERIFY = 'verify'

/**
 * When and from where something was done, as words for a letter. `by` is the administrator who did it, as people know
 * them; where that one was is nobody’s business.
 */
export const whence = ({ now, ip, agent }: From, by?: string): Record<string, string> => ({
  at: instant(now),
  ...(by === undefined ? ip !== '' && { device: deviceName(agent), ip } : { by }),
})

/** The same as the person reads it: “on Friday, 1 May 2026 at 12:00, from Firefox on Linux (192.0.2.7)”. */
export const whenceInWords = ({ at = '', device, ip, by }: Record<string, string>, user: User): string =>
  `on ${momentOf(at, user)}, ${device === undefined ? `by ${by ?? 'whoever runs this site'}` : `from ${device} (${ip})`}`

/** The mails about what happens to an account. */
export const accountLetters: Letters = {
  'password-changed': ({ user, args }) =>
    user && {
      subject: 'Your password was changed',
      paragraphs: [
        `The password of your account ${user.email} was changed ${whenceInWords(args, user)}. All other devices were logged out.`,
        'If that was you, there is nothing to do.',
        'If it was not you, somebody knows your password. Tell whoever runs this site.',
      ],
    },

  [VERIFY]: async ({ trx, keys, config, now, user, address }) => {
    if (user?.status !== 'active' || user.email !== address || user.email_verified_at !== null) return undefined
    const made = { purpose: VERIFY, user: { id: user.id }, address, lifeMs: PROOF_LIFE }
    const token = await mint(trx, keys, made, now)
    return {
      subject: 'Confirm your e-mail address',
      paragraphs: [`Is ${address} your address? Confirm it, so that you can be helped when you forget your password.`],
      button: { label: 'Confirm the address', href: `${config.baseUrl}/verify/${token}` },
      after: ['If you know nothing of this, there is nothing to do.'],
    }
  },
}

/** How long the link of that mail works. */
const PROOF_LIFE = 7 * DAY

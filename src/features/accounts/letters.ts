import { DAY } from '#core/time.ts'
import type { User } from '#db/schema.ts'
import type { Letters } from '#features/mail/letters.ts'
import type { Post } from '#features/mail/outbox.ts'
import type { From } from './events.ts'
import { mint } from './one-time.ts'
import { warnings } from './warnings.ts'
import { whence, whenceInWords } from './whence.ts'

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

/** The mails about what happens to an account. */
export const accountLetters: Letters = {
  ...warnings,

  'password-changed': ({ user, args, config }) =>
    user && {
      subject: 'Your password was changed',
      paragraphs: [
        `The password of your account ${user.email} was changed ${whenceInWords(args, user)}. All other devices were logged out.`,
        'If that was you, there is nothing to do.',
        `If it was not you, choose another one at ${config.baseUrl}/forgot and tell whoever runs this site.`,
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

import { DAY } from '#core/time.ts'
import type { User } from '#db/schema.ts'
import type { Letters } from '#features/mail/letters.ts'
import type { Post } from '#features/mail/outbox.ts'
import { momentOf } from '#web/dates.ts'
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

/** The mail that tells somebody that their account is going to be deleted, and when. */
export const accountLeaves = (user: Pick<User, 'id' | 'email'>, deletesAt: string, from: From): Post => ({
  letter: 'account-leaves',
  user,
  address: user.email,
  args: { ...whence(from), deletesAt },
})

/** The mail that tells somebody who had deleted their account that it stays. */
export const accountStays = (user: Pick<User, 'id' | 'email'>, from: From): Post => ({
  letter: 'account-stays',
  user,
  address: user.email,
  args: whence(from),
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

  'account-leaves': ({ user, args }) =>
    user && {
      subject: 'Your account is going to be deleted',
      paragraphs: [
        `Your account ${user.email} was deleted ${whenceInWords(args, user)}. Everything in it will be removed on ${momentOf(args.deletesAt ?? '', user)}.`,
        'To keep it, log in before that. There is nothing else to do.',
        'If it was not you, log in now, change your password, and look under Account at the devices that are logged in.',
      ],
    },

  'account-stays': ({ user, args }) =>
    user && {
      subject: 'Your account stays',
      paragraphs: [`Your account ${user.email} is not deleted: you logged in ${whenceInWords(args, user)}.`],
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

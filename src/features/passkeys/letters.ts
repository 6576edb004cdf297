import type { User } from '#db/schema.ts'
import type { From } from '#features/accounts/events.ts'
import { whence, whenceInWords } from '#features/accounts/whence.ts'
import type { Letters, Writer } from '#features/mail/letters.ts'
import type { Post } from '#features/mail/outbox.ts'

/** What somebody is told about their passkeys. */
export type News = 'passkey-added' | 'passkey-removed'

/**
 * The mail that tells `user` about it, and from where it came, or which administrator did it. `name` is that of the
 * passkey; without one all went.
 */
export const passkeyNews = (
  letter: News,
  user: Pick<User, 'id' | 'email'>,
  from: From,
  { name, by }: { name?: string; by?: string | undefined },
): Post => ({
  letter,
  user,
  address: user.email,
  args: { ...whence(from, by), ...(name !== undefined && { name }) },
})

/** The mails about passkeys. */
export const passkeyLetters: Letters & Record<News, Writer> = {
  'passkey-added': ({ user, args }) =>
    user && {
      subject: 'A passkey was added to your account',
      paragraphs: [
        `The passkey “${args.name}” was added to your account ${user.email} ${whenceInWords(args, user)}. It logs in without a password.`,
        ...ADVICE,
      ],
    },
  'passkey-removed': ({ user, args }) =>
    user && {
      subject: args.name === undefined ? 'Your passkeys were removed' : 'A passkey was removed from your account',
      paragraphs: [
        `${args.name === undefined ? 'All passkeys' : `The passkey “${args.name}”`} of your account ${user.email} ${args.name === undefined ? 'were' : 'was'} removed ${whenceInWords(args, user)}.`,
        ...ADVICE,
      ],
    },
}

const ADVICE = [
  'If that was you, there is nothing to do.',
  'If it was not you, change your password, and look under Account at your passkeys and at the devices that are logged in.',
]

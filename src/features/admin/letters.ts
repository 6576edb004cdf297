import type { User } from '#db/schema.ts'
import type { Letters } from '#features/mail/letters.ts'
import type { Post } from '#features/mail/outbox.ts'
import type { Change } from './changing.ts'

/** The mail that tells somebody what they may do here from now on. */
export const standingChanged = (user: Pick<User, 'id' | 'email'>, change: Change): Post => ({
  letter: 'standing-changed',
  user,
  address: user.email,
  args: { change },
})

/** The mails about what an administrator did. */
export const adminLetters: Letters = {
  'standing-changed': ({ user, args }) => {
    const words = WORDS[args.change as Change]
    return (
      user && {
        subject: words.subject,
        paragraphs: [words.sentence(user.email), 'If this surprises you, ask whoever runs this site.'],
      }
    )
  },
}

const WORDS: Record<Change, { subject: string; sentence: (email: string) => string }> = {
  disable: {
    subject: 'Your account was disabled',
    sentence: (email) =>
      `An administrator disabled the account ${email}. It is logged out everywhere, and nobody can log in to it. What is in it stays.`,
  },
  enable: {
    subject: 'Your account is enabled again',
    sentence: (email) => `An administrator let the account ${email} in again. You can log in as before.`,
  },
  'make-admin': {
    subject: 'You are an administrator now',
    sentence: (email) => `The account ${email} may administer the site from now on.`,
  },
  'take-admin': {
    subject: 'You are no administrator any more',
    sentence: (email) => `The account ${email} does not administer the site any more. Everything else is as it was.`,
  },
}

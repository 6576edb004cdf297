import type { User } from '#db/schema.ts'
import type { From } from '#features/accounts/events.ts'
import { whence, whenceInWords } from '#features/accounts/whence.ts'
import type { Letters, Writer } from '#features/mail/letters.ts'
import type { Post } from '#features/mail/outbox.ts'

/** What somebody is told about other sites through which they log in. */
export type News = 'identity-linked' | 'identity-unlinked'

/** The mail that tells `user` about it. `site` is what people call the other site. */
export const toldBy = (letter: News, user: Pick<User, 'id' | 'email'>, from: From, site: string): Post => ({
  letter,
  user,
  address: user.email,
  args: { ...whence(from), site },
})

/** The mails about other sites through which people log in. */
export const ssoLetters: Letters & Record<News, Writer> = {
  'identity-linked': letter(
    (site) => `You can log in through ${site} now`,
    (account, site) => `Your account ${account} was linked with ${site}, which logs you in from now on,`,
  ),
  'identity-unlinked': letter(
    (site) => `You cannot log in through ${site} any more`,
    (account, site) => `Your account ${account} was unlinked from ${site}, which does not log you in any more,`,
  ),
}

function letter(subject: (site: string) => string, what: (account: string, site: string) => string): Writer {
  return ({ user, args: { site = '', ...args } }) =>
    user && {
      subject: subject(site),
      paragraphs: [
        `${what(user.email, site)} ${whenceInWords(args, user)}. All other devices were logged out.`,
        'If that was you, there is nothing to do.',
        'If it was not you, change your password, and look under Account, Password at the sites that log you in.',
      ],
    }
}

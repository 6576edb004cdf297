import type { User } from '#db/schema.ts'
import type { From } from '#features/accounts/events.ts'
import { ifNotYou } from '#features/accounts/warnings.ts'
import { whence, whenceInWords } from '#features/accounts/whence.ts'
import type { Letters, Writer } from '#features/mail/letters.ts'
import type { Post } from '#features/mail/outbox.ts'

/** What somebody is told about their second step. */
export type News =
  | 'factor-on'
  | 'factor-off'
  | 'recovery-codes-new'
  | 'recovery-code-used'
  | 'codes-wrong'
  | 'codes-wrong-elsewhere'

/**
 * The mail that tells `user` about it, and from where it came, or which administrator did it. `left` is how many recovery
 * codes are left.
 */
export const toldBy = (
  letter: News,
  user: Pick<User, 'id' | 'email'>,
  from: From,
  { left, by }: { left?: number | undefined; by?: string | undefined } = {},
): Post => ({
  letter,
  user,
  address: user.email,
  args: { ...whence(from, by), ...(left !== undefined && { left: String(left) }) },
})

/** The mails about the second step. */
export const factorLetters: Letters & Record<News, Writer> = {
  'factor-on': letter(
    'Your login asks for a code now',
    (account) => `The login in two steps of your account ${account} was turned on`,
  ),
  'factor-off': letter(
    'Your login asks for no code any more',
    (account) => `The login in two steps of your account ${account} was turned off`,
  ),
  'recovery-codes-new': letter(
    'You have new recovery codes',
    (account) => `New recovery codes were made for your account ${account}`,
  ),
  'recovery-code-used': letter(
    'A recovery code was used',
    (account) => `Somebody logged in to your account ${account} with a recovery code`,
  ),
  'codes-wrong': letter(
    'Somebody knows your password',
    (account) => `Somebody typed the right password of your account ${account}, and then three wrong codes, the last`,
  ),
  'codes-wrong-elsewhere': letter(
    'Somebody may log in as you elsewhere',
    (account) =>
      `Somebody came to your account ${account} from another site that it is linked with, and then typed three wrong codes, the last`,
  ),
}

function letter(subject: string, what: (account: string) => string): Writer {
  return ({ user, args, config }) =>
    user && {
      subject,
      paragraphs: [
        `${what(user.email)} ${whenceInWords(args, user)}.`,
        ...(args.left === undefined ? [] : [`Recovery codes left: ${args.left}.`]),
        ...ifNotYou(config.baseUrl),
      ],
    }
}

import type { User } from '#db/schema.ts'
import type { From } from '#features/accounts/events.ts'
import { whence, whenceInWords } from '#features/accounts/whence.ts'
import type { Letters } from '#features/mail/letters.ts'
import type { Post } from '#features/mail/outbox.ts'
import { momentOf } from '#web/dates.ts'
import type { Wanted } from './tokens.ts'

type Owner = Pick<User, 'id' | 'email'>

type Made = Pick<Wanted, 'name' | 'scope'>

/** The mail that tells somebody that a token for a program was made. */
export const tokenMade = (user: Owner, { name, scope }: Made, from: From): Post => ({
  letter: 'token-made',
  user,
  address: user.email,
  args: { ...whence(from), name, scope },
})

/** The mail that tells somebody that a token was taken back. */
export const tokenRevoked = (user: Owner, name: string, from: From): Post => ({
  letter: 'token-revoked',
  user,
  address: user.email,
  args: { name, ...whence(from) },
})

/** The mail that tells somebody that a token ends soon. */
export const endsSoon = (user: Owner, token: { name: string; expires_at: string | null }): Post => ({
  letter: 'token-ends',
  user,
  address: user.email,
  args: { name: token.name, ends: token.expires_at ?? '' },
})

/** The mails about tokens. */
export const tokenLetters: Letters = {
  'token-made': ({ user, args }) =>
    user && {
      subject: 'A token for a program was made',
      paragraphs: [
        `The token “${args.name}” was made ${whenceInWords(args, user)}. ${mayDo(args.scope, user)}`,
        'If that was you, there is nothing to do.',
        'If it was not you, take it back under Account, Tokens, and change your password.',
      ],
    },

  'token-revoked': ({ user, args }) =>
    user && {
      subject: 'A token for a program was taken back',
      paragraphs: [
        `Your token “${args.name}” opens nothing any more: it was taken back ${whenceInWords(args, user)}.`,
        'If that was not you, somebody is in your account. Change your password.',
      ],
    },

  'token-ends': ({ user, args, config }) =>
    user && {
      subject: 'A token for a program ends soon',
      paragraphs: [
        `Your token “${args.name}” works until ${momentOf(args.ends ?? '', user)}. The program that uses it needs another one then.`,
      ],
      button: { label: 'Look at the tokens', href: `${config.baseUrl}/account/tokens` },
    },
}

const mayDo = (scope: string | undefined, { email }: Owner): string =>
  scope === 'read'
    ? `A program that has it can read what is in your account ${email}, and change nothing.`
    : `A program that has it can read and change what is in your account ${email}.`

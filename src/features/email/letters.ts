import type { Transaction } from 'kysely'
import type { Tables, User } from '#db/schema.ts'
import { readEmail } from '#features/accounts/emails.ts'
import type { From } from '#features/accounts/events.ts'
import { mint } from '#features/accounts/one-time.ts'
import { isTaken } from '#features/accounts/people.ts'
import { whence, whenceInWords } from '#features/accounts/whence.ts'
import type { Letter, Letters, Writer } from '#features/mail/letters.ts'
import type { Post } from '#features/mail/outbox.ts'
import { CANCEL_LIFE, CONFIRM_LIFE, changeCalled, type EmailChange } from './changes.ts'

/** What the secrets of such links are made for: to make a change, and to undo it. */
export const CONFIRM = 'email-confirm'
export const CANCEL = 'email-cancel'

/** The mail that asks the new address whether it is theirs. */
export const askNewAddress = (user: User, change: EmailChange): Post => ({
  letter: CONFIRM,
  user,
  address: change.new_email,
  args: { change: change.id },
})

/** The mail that tells the old address what is about to happen to it, or has: `made`. It holds the way back. */
export const tellOldAddress = (made: 'asked' | 'made', user: User, change: EmailChange, from: From): Post => ({
  letter: made === 'asked' ? 'email-changing' : 'email-changed',
  user,
  address: change.old_email,
  args: { change: change.id, ...whence(from) },
})

/** The mail that tells the old address that whoever runs the site put `to` in its place. */
export const addressSet = (user: User, to: string, from: From): Post => ({
  letter: 'email-set',
  user,
  address: user.email,
  args: { was: user.email, to, ...whence(from) },
})

/** The mails about another address. */
export const emailLetters: Letters = {
  [CONFIRM]: async ({ trx, keys, config, now, user, address, args }) => {
    const change = await changeCalled(trx, args.change ?? '')
    if (!change?.is_open || user?.status !== 'active' || user.cred_version !== change.cred_version) return undefined
    const lifeMs = Date.parse(change.created_at) + CONFIRM_LIFE - now.getTime()
    if (await belongsToOther(trx, address, user)) return taken(address)
    const token = await mint(trx, keys, { purpose: CONFIRM, user, lifeMs, payload: change.id }, now)
    return {
      subject: 'Confirm your new e-mail address',
      paragraphs: [
        `Somebody wants ${address} to be the address of their account. If that is you, confirm it. The link works once, for a day.`,
      ],
      button: { label: 'Confirm the address', href: `${config.baseUrl}/email/confirm/${token}` },
      after: ['If you know nothing of this, there is nothing to do.'],
    }
  },

  'email-changing': toOldAddress('Your e-mail address is about to change', ({ old_email, new_email }) => [
    `Somebody asked to change the address of your account from ${old_email} to ${new_email},`,
    'It is changed as soon as the new address is confirmed.',
  ]),

  'email-changed': toOldAddress('Your e-mail address was changed', ({ old_email, new_email }) => [
    `The address of your account was changed from ${old_email} to ${new_email},`,
    'From now on you log in with the new one, and mails go there.',
  ]),

  'email-set': ({ user, args: { was = '', to = '', ...args } }) =>
    user && {
      subject: 'Your e-mail address was changed',
      paragraphs: [
        `The address of your account was changed from ${was} to ${to}, ${whenceInWords(args, user)}. All devices were logged out.`,
        'If this surprises you, ask whoever runs this site.',
      ],
    },
}

function toOldAddress(subject: string, words: (change: EmailChange) => [what: string, then: string]): Writer {
  return async ({ trx, keys, config, now, user, args }) => {
    const change = await changeCalled(trx, args.change ?? '')
    if (!change || user?.status !== 'active') return undefined
    // Whose it is stands in the row of the change: of these there are several, and one must not end another.
    const token = await mint(trx, keys, { purpose: CANCEL, lifeMs: CANCEL_LIFE, payload: change.id }, now)
    const [what, then] = words(change)
    return {
      subject,
      paragraphs: [
        `${what} ${whenceInWords(args, user)}.`,
        `${then} If that was you, there is nothing to do.`,
        'If it was not you, somebody knows your password. Undo it within seven days:',
      ],
      button: { label: 'It was not me', href: `${config.baseUrl}/email/cancel/${token}` },
      after: [
        `The account then has the address ${change.old_email}, all devices are logged out, and you choose a new password.`,
      ],
    }
  }
}

const belongsToOther = (trx: Transaction<Tables>, address: string, user: User): Promise<boolean> =>
  isTaken(trx, readEmail(address)?.canon ?? '', user)

/** Whoever reads the mail of an address may know that there is an account with it; whoever asked for it may not. */
const taken = (address: string): Letter => ({
  subject: 'This address has an account already',
  paragraphs: [
    `Somebody asked for ${address} to become the address of another account. It belongs to one already, so nothing was changed.`,
    'If you know nothing of this, there is nothing to do.',
  ],
})

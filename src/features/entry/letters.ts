import { mint } from '#features/accounts/one-time.ts'
import { isTaken } from '#features/accounts/people.ts'
import type { Letter, Letters, Occasion } from '#features/mail/letters.ts'
import { INVITE, linkOf, mintFor } from './invitations.ts'
import { REGISTER, waiting } from './pending.ts'

/** The mails to those who have no account yet. */
export const entryLetters: Letters = {
  [INVITE]: async ({ trx, keys, config, now, address, args }) => {
    const row = await trx
      .selectFrom('invitations')
      .leftJoin('users', 'users.id', 'invitations.by_id')
      .select(['invitations.id', 'invitations.address', 'invitations.expires_at', 'users.email as by', 'users.name'])
      .where('invitations.id', '=', args.invitation ?? '')
      .where('invitations.expires_at', '>', now.toISOString())
      .executeTakeFirst()
    if (row?.address !== address) return undefined
    const host = row.by === null ? 'Whoever runs the site' : row.name ? `${row.name} (${row.by})` : row.by
    return {
      subject: 'You are invited',
      paragraphs: [
        `${host} invites you to make an account at ${config.baseUrl}, with your address ${address}.`,
        `The link works once, until ${row.expires_at.slice(0, 10)}.`,
      ],
      button: { label: 'Make an account', href: linkOf(config.baseUrl, await mintFor(trx, keys, row, 'by mail', now)) },
      after: ['If you know nothing of this, there is nothing to do.'],
    }
  },

  [REGISTER]: async (occasion) => {
    const { trx, now, args } = occasion
    const row = await waiting(trx, args.registration ?? '', now).executeTakeFirst()
    if (!row) return undefined
    return (await isTaken(trx, row.email_canon)) ? haveOne(occasion) : confirmation(occasion, row)
  },
}

async function confirmation(
  { trx, keys, config, now, address }: Occasion,
  row: { id: string; expires_at: string },
): Promise<Letter> {
  const lifeMs = Date.parse(row.expires_at) - now.getTime()
  const token = await mint(trx, keys, { purpose: REGISTER, address, lifeMs, payload: { registration: row.id } }, now)
  return {
    subject: 'Confirm your new account',
    paragraphs: [
      `Somebody asked for an account at ${config.baseUrl} with your address ${address}.`,
      'If that was you, confirm it within a day. Then log in with the password that you chose.',
    ],
    button: { label: 'Confirm the account', href: `${config.baseUrl}/register/confirm/${token}` },
    after: ['If it was not you, do not press it: then no account is made.'],
  }
}

const haveOne = ({ config, address }: Occasion): Letter => ({
  subject: 'You have an account already',
  paragraphs: [
    `Somebody asked for an account at ${config.baseUrl} with your address ${address}. There is one already.`,
    'If that was you, log in. Nothing was changed.',
  ],
  button: { label: 'Log in', href: `${config.baseUrl}/login` },
  after: [
    `If you forgot the password, choose another one: ${config.baseUrl}/forgot`,
    'If it was not you, there is nothing to do.',
  ],
})

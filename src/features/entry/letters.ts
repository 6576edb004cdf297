import type { Letters } from '#features/mail/letters.ts'
import { INVITE, linkOf, mintFor } from './invitations.ts'

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
}

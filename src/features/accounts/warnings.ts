import type { Transaction } from 'kysely'
import { Refusal } from '#core/refusal.ts'
import type { Tables, User } from '#db/schema.ts'
import type { Letters } from '#features/mail/letters.ts'
import { type Around, type Post, queueMail } from '#features/mail/outbox.ts'
import type { Any } from '#web/env.ts'
import type { From } from './events.ts'
import { type Bucket, charge, isFull } from './throttles.ts'
import { fromOf } from './tries.ts'
import { whence, whenceInWords } from './whence.ts'

/** From so many wrong passwords on, the right one after them is worth a mail (OWASP ASVS 5.0, 6.3.5). */
const WORTH_A_MAIL = 5

/** Tells `user` by mail of a login that may not be theirs: from a strange browser, or after many wrong passwords. */
export async function warnOfLogin(
  trx: Transaction<Tables>,
  around: Around,
  user: User,
  from: From,
  { isStrange, failed }: { isStrange: boolean; failed: number },
): Promise<void> {
  if (failed >= WORTH_A_MAIL) await queueMail(trx, around, warning('login-after-failures', user, from, failed))
  else if (isStrange) await queueMail(trx, around, warning('new-device', user, from))
}

/**
 * After a wrong password or code where somebody has to prove who they are: when there may be no other for a while, `user` is
 * told by mail, once.
 */
export async function warnWhenFull(c: Any, user: User, buckets: Bucket[]): Promise<void> {
  const { db, config, now } = c.var
  if (!config.mail || !(await db.transact((trx) => isFull(trx, buckets, now)))) return
  const told = buckets.map((bucket): Bucket => ({ ...bucket, key: `${bucket.key} told`, most: 1 }))
  const isFirst = await charge(db, told, now).then(() => true, orTooMany)
  if (!isFirst) return
  await db.transact((trx, announce) =>
    queueMail(trx, { config, announce, now }, warning('confirm-wrong', user, fromOf(c))),
  )
}

function orTooMany(error: unknown): false {
  if (error instanceof Refusal && error.reason === 'too-many') return false
  throw error
}

const warning = (letter: keyof typeof warnings, user: User, from: From, failed?: number): Post => ({
  letter,
  user,
  address: user.email,
  args: {
    ...whence({ ...from, ip: from.ip || 'this machine' }),
    ...(failed !== undefined && { failed: String(failed) }),
  },
})

/** The mails about what may be somebody else. None of them has a way in. */
export const warnings = {
  'new-device': ({ user, args, config }) =>
    user && {
      subject: 'A new device logged in to your account',
      paragraphs: [
        `Somebody logged in to your account ${user.email} ${whenceInWords(args, user)}. We have not seen this browser before, or not for long.`,
        ...ifNotYou(config.baseUrl),
      ],
    },

  'login-after-failures': ({ user, args, config }) =>
    user && {
      subject: 'Somebody logged in after wrong passwords',
      paragraphs: [
        `Somebody logged in to your account ${user.email} ${whenceInWords(args, user)}, after ${args.failed} wrong passwords.`,
        ...ifNotYou(config.baseUrl),
      ],
    },

  'confirm-wrong': ({ user, args, config }) =>
    user && {
      subject: 'Wrong passwords on a device of yours',
      paragraphs: [
        `On a device that is logged in to your account ${user.email} a wrong password or code was typed too often, the last ${whenceInWords(args, user)}. It is asked for before anything of the account is changed, and nothing was changed. For a quarter of an hour no more is taken there.`,
        ...ifNotYou(config.baseUrl),
      ],
    },
} satisfies Letters

/** What to do about it. */
export const ifNotYou = (site: string): string[] => [
  'If that was you, there is nothing to do.',
  `If it was not you, choose a new password at ${site}/forgot, and log out the devices that you do not know at ${site}/account/sessions.`,
]

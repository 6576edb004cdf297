import { Refusal } from '#core/refusal.ts'
import { DAY, MINUTE } from '#core/time.ts'
import type { User } from '#db/schema.ts'
import { refuseBreached } from '#features/accounts/breaches.ts'
import { type Email, readEmail } from '#features/accounts/emails.ts'
import { type Administrator, type From, recordEvent } from '#features/accounts/events.ts'
import { mailBuckets } from '#features/accounts/limits.ts'
import { mint, spend } from '#features/accounts/one-time.ts'
import { refuseWeakPassword } from '#features/accounts/password-rules.ts'
import { addressProved, replacePassword, userByCanon } from '#features/accounts/people.ts'
import { charge } from '#features/accounts/throttles.ts'
import { chargeOrSay, fromOf } from '#features/accounts/tries.ts'
import { whence, whenceInWords } from '#features/accounts/whence.ts'
import type { Letter, Letters } from '#features/mail/letters.ts'
import { queueMail } from '#features/mail/outbox.ts'
import type { Any, Parts } from '#web/env.ts'

/** What the secret of such a link is made for. */
export const RESET = 'reset'

/** The mail that tells somebody that such a link was made for them by whoever runs the site. */
const HANDED = 'reset-link-made'

/** How long a link works that came by mail, and one that was made on the command line. */
const MAILED_LIFE = 30 * MINUTE
const HANDED_LIFE = DAY

/**
 * Sends a link for a new password to this address, if somebody has an account with it. For whoever asks everything is
 * the same when nobody has, and when the address was sent enough such mails. Refuses too many from one network.
 */
export async function askForReset(c: Any, { email, canon }: Email): Promise<void> {
  const { db, parts, config, ip, now } = c.var
  const { network, address } = mailBuckets({ ...parts, ip, canon })
  await chargeOrSay(c, network)
  const isEnough = await charge(db, address, now).then(() => false, orTooMany)
  const user = await userByCanon(db, canon)
  await db.transact(async (trx, announce) => {
    await recordEvent(trx, parts.log, 'password_reset_asked', fromOf(c), user ? { user: user.id } : {})
    if (isEnough) return
    // Also where there is nobody, so that it is the same work: the letter then goes nowhere.
    const to = user ? { user, address: user.email } : { address: email }
    await queueMail(trx, { config, announce, now }, { letter: RESET, ...to })
  })
}

function orTooMany(error: unknown): true {
  if (error instanceof Refusal && error.reason === 'too-many') return true
  throw error
}

/** The mails of this room. */
export const recoveryLetters: Letters = {
  [RESET]: async ({ trx, keys, config, now, user, address }) => {
    if (user?.status !== 'active' || user.email !== address) return undefined
    const token = await mint(trx, keys, { purpose: RESET, user, address, lifeMs: MAILED_LIFE }, now)
    return {
      subject: 'Choose a new password',
      ...(user.password_phc === null ? wordsWithout(user) : wordsOf(user)),
      button: { label: 'Choose a new password', href: linkOf(config.baseUrl, token) },
    }
  },

  [HANDED]: ({ user, args }) =>
    user && {
      subject: 'There is a link to a new password for you',
      paragraphs: [
        `A link by which a new password is chosen for the account ${user.email} was made ${whenceInWords(args, user)}. It works once, for a day, and whoever made it hands it to you.`,
        'If you did not ask for that, ask whoever runs this site.',
      ],
    },
}

const wordsOf = ({ email }: User): Words => ({
  paragraphs: [
    `Somebody asked for a new password for the account ${email}.`,
    'If that was you, choose one now. The link works once, for half an hour.',
  ],
  after: ['If it was not you, there is nothing to do: your password stays as it is.'],
})

// Whoever undid a change of the address lost it by that, and others log in through another site.
const wordsWithout = ({ email }: User): Words => ({
  paragraphs: [
    `Your account ${email} has no password at the moment. Choose one now. The link works once, for half an hour.`,
  ],
  after: ['If you do not want one, there is nothing to do: until then no password logs anybody in.'],
})

type Words = Pick<Letter, 'paragraphs' | 'after'>

/**
 * Makes a link for a new password that works for a day, to be handed over by whoever runs the site, and tells the person
 * by mail that there is one. `by` is the administrator who does it on the pages. Refuses an address that no active account
 * has.
 */
export async function makeResetLink(
  { db, keys, config, log }: Pick<Parts, 'db' | 'keys' | 'config' | 'log'>,
  email: string,
  from: From,
  by?: Administrator,
): Promise<string> {
  const user = await userByCanon(db, readEmail(email)?.canon ?? '')
  if (!user) throw new Refusal('not-found', `There is no account with the e-mail ${email}.`)
  if (user.status !== 'active') throw new Refusal('forbidden', `The account ${email} is disabled.`)
  const token = await db.transact(async (trx, announce) => {
    const detail = by ? { by: by.publicId } : {}
    await recordEvent(trx, log, 'password_reset_asked', from, { user: user.id, detail })
    const told = { letter: HANDED, user, address: user.email, args: whence(from, by?.name) }
    await queueMail(trx, { config, announce, now: from.now }, told)
    return mint(trx, keys, { purpose: RESET, user, lifeMs: HANDED_LIFE }, from.now)
  })
  return linkOf(config.baseUrl, token)
}

const linkOf = (site: string, token: string): string => `${site}/reset/${token}`

/**
 * Uses a link up: `user`, whose it is, has another password, and all their sessions end. Nobody is logged in by it.
 * Refuses a weak or breached password, which leaves the link as it is. Returns false when somebody was quicker.
 */
export async function resetByLink(c: Any, token: string, user: User, password: string): Promise<boolean> {
  const { db, parts, config, now } = c.var
  refuseWeakPassword(password, { config, email: user.email, name: user.name, title: c.var.site.title })
  await refuseBreached(password, parts)
  await parts.hashing.refuseWhenFull()
  const phc = await parts.hashing.hash(password)
  return db.transact(async (trx, announce) => {
    const spent = await spend(trx, parts.keys, RESET, token, now)
    if (spent?.user !== user.id) return false
    // Whoever has the link of a mail reads the mail of that address. One that was handed over names none.
    if (spent.address !== undefined) await addressProved(trx, user, spent.address, now)
    await replacePassword(trx, { config, announce, log: parts.log }, user, phc, fromOf(c))
    return true
  })
}

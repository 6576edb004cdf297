import { Refusal } from '#core/refusal.ts'
import type { Challenge, User } from '#db/schema.ts'
import { challengeOf, countTry, endChallenge, MOST_TRIES } from '#features/accounts/challenges.ts'
import { knownDevice } from '#features/accounts/devices.ts'
import { codeBuckets, loginBuckets } from '#features/accounts/limits.ts'
import { completeLogin, type Said } from '#features/accounts/login.ts'
import type { Spend } from '#features/accounts/proving.ts'
import type { Factor } from '#features/accounts/session-rows.ts'
import { chargeOrSay, deviceToken, fromOf, note, orGiveBack } from '#features/accounts/tries.ts'
import { queueMail } from '#features/mail/outbox.ts'
import { useShown, whoSigned } from '#features/passkeys/checking.ts'
import { isRefusedPasskey } from '#features/passkeys/refusals.ts'
import { dropCookie, readCookie } from '#web/cookies.ts'
import type { Any } from '#web/env.ts'
import { toldBy } from './letters.ts'
import { spendRecoveryCode } from './recovery-codes.ts'
import { isWrongCode, spendCode } from './totps.ts'

/** By what the second step is done: a code of the app, a recovery code, or a passkey. */

/** So many wrong codes in one login. */
const WORTH_A_MAIL = 3

/** A login that is through: what is said, and how many recovery codes are left when one was used. */
export type Done = { said: Said; left?: number }

/** A login that waits for its second step, and whose it is. */
export type Waiting = { challenge: Challenge; user: User }

/** The login of this browser that waits for its second step. */
export const waitingHere = (c: Any): Promise<Waiting | undefined> =>
  challengeOf(c.var.db, c.var.parts.keys, readCookie(c.req.header('Cookie'), 'mfa', c.var.config), c.var.now)

/**
 * Does the second step of a login by what was typed, or signed by a passkey. Returns `undefined` when the challenge is
 * over, because of the time, of too many wrong tries, or of another change; else how many recovery codes are left when one
 * was used. Refuses a wrong code or passkey, and with how long to wait when too many were wrong.
 */
export async function answerSecond(c: Any, waiting: Waiting, factor: Factor, typed: string): Promise<Done | undefined> {
  const { db, parts } = c.var
  const { challenge, user } = waiting
  const counted = await chargeOrSay(c, codeBuckets({ ...parts, user: user.id }), user)
  const triesLeft = await countTry(db, challenge)
  if (triesLeft === undefined) return undefined
  const done: Done = { said: 'account.in' }
  try {
    done.said = await orGiveBack(c, counted, async () => {
      const shown = factor === 'pk' ? await whoSigned(c, 'passkey-second', typed, user) : undefined
      return complete(c, waiting, factor, async (trx, announce) => {
        if (shown) return useShown(trx, shown, c.var.now)
        if (factor === 'otp') return spendCode(trx, parts.keys, user, typed, c.var.now)
        done.left = await spendRecoveryCode(trx, parts.keys, user, typed)
        await queueMail(trx, { ...c.var, announce }, toldBy('recovery-code-used', user, fromOf(c), { left: done.left }))
        return note(c, trx, 'recovery_code_used', { user: user.id, detail: { count: done.left } })
      })
    })
    return done
  } catch (error) {
    if (!isWrongCode(error) && !isRefusedPasskey(error)) throw error
    await noteWrong(c, waiting, factor, triesLeft)
    if (triesLeft > 0) throw error
    await endChallenge(db, challenge)
    return undefined
  }
}

async function complete(c: Any, { challenge, user }: Waiting, factor: Factor, spend: Spend): Promise<Said> {
  const { db, parts, config, cookies, ip, now } = c.var
  const device = await knownDevice(db, parts.keys, user, deviceToken(c), now)
  const { account } = loginBuckets({ ...parts, ip, canon: user.email_canon, device })
  const said = await completeLogin(c, user, {
    amr: `${challenge.amr} ${factor}`,
    persistent: challenge.persistent === 1,
    network: codeBuckets({ ...parts, user: user.id }),
    account,
    spend: async (trx, announce) => {
      await spend(trx, announce)
      if (!(await endChallenge(trx, challenge))) throw new Refusal('invalid', 'This login is done already.')
    },
  })
  cookies.push(dropCookie('mfa', config))
  return said
}

/** Whoever comes so far did the first step. After a few wrong codes that is worth a mail. */
function noteWrong(c: Any, { user, challenge }: Waiting, factor: Factor, triesLeft: number): Promise<void> {
  return c.var.db.transact(async (trx, announce) => {
    await note(c, trx, 'authn_login_fail', {
      user: user.id,
      detail: challenge.amr === 'pwd' ? { factor } : { factor, first: challenge.amr },
    })
    if (MOST_TRIES - triesLeft === WORTH_A_MAIL)
      await queueMail(
        trx,
        { ...c.var, announce },
        toldBy(challenge.amr === 'pwd' ? 'codes-wrong' : 'codes-wrong-elsewhere', user, fromOf(c)),
      )
  })
}

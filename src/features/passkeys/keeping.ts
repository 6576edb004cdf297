import { Refusal } from '#core/refusal.ts'
import type { User } from '#db/schema.ts'
import { changeCredentials, type Spend } from '#features/accounts/proving.ts'
import type { OpenSession } from '#features/accounts/session.ts'
import { fromOf, note } from '#features/accounts/tries.ts'
import { canComeIn } from '#features/accounts/ways-in.ts'
import { queueMail } from '#features/mail/outbox.ts'
import type { Any } from '#web/env.ts'
import { whatWasMade } from './checking.ts'
import { passkeyNews } from './letters.ts'
import { dropPasskey, keepPasskey } from './rows.ts'

/**
 * Keeps the passkey that a browser made in `typed` under `name`: it logs `user` in from now on. All other sessions end, and
 * a mail tells of it. Refuses what the site did not ask for, and what `keepPasskey` refuses.
 */
export async function addPasskey(
  c: Any,
  user: User,
  session: OpenSession,
  { typed, name }: { typed: string; name: string },
): Promise<void> {
  const made = await whatWasMade(c, user, typed)
  const keep: Spend = async (trx, announce) => {
    await keepPasskey(trx, user, { ...made, name }, c.var.now)
    await note(c, trx, 'passkey_added', { user: user.id, session: session.publicId })
    await queueMail(trx, { ...c.var, announce }, passkeyNews('passkey-added', user, fromOf(c), { name }))
  }
  await changeCredentials(c, user, session, {}, keep, 'pk')
}

/** Takes a passkey of `user` away. All other sessions end, and a mail tells of it. Refuses one that is not there, and the last way in. */
export async function removePasskey(c: Any, user: User, session: OpenSession, publicId: string): Promise<void> {
  await changeCredentials(c, user, session, {}, async (trx, announce) => {
    const name = await dropPasskey(trx, user, publicId)
    if (!(await canComeIn(trx, c.var.config, user)))
      throw new Refusal('conflict', 'This is your only way in. Choose a password first, or you could not come back.')
    await note(c, trx, 'passkey_removed', { user: user.id, session: session.publicId })
    await queueMail(trx, { ...c.var, announce }, passkeyNews('passkey-removed', user, fromOf(c), { name }))
  })
}

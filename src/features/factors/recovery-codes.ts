import type { Transaction } from 'kysely'
import { Refusal } from '#core/refusal.ts'
import type { KeyRing } from '#crypto/keys.ts'
import { newRecoveryCode, readRecoveryCode } from '#crypto/recovery-codes.ts'
import type { Db } from '#db/db.ts'
import type { Tables, User } from '#db/schema.ts'

/** How many recovery codes a person gets. */
export const RECOVERY_CODES = 10

type Owner = Pick<User, 'id'>

/** Makes new recovery codes in the place of those there were, and returns them: nobody can read them afterwards. */
export async function replaceCodes(trx: Transaction<Tables>, keys: KeyRing, user: Owner): Promise<string[]> {
  await removeCodes(trx, user)
  const codes = Array.from({ length: RECOVERY_CODES }, newRecoveryCode)
  const rows = codes.map((code) => {
    const { mac, keyId } = keys.mac('recovery', asText(user, readRecoveryCode(code)!))
    return { mac, key_id: keyId, user_id: user.id }
  })
  await trx.insertInto('recovery_codes').values(rows).execute()
  return codes
}

/** Takes a recovery code of `user`, which works once. Refuses any other. Returns how many are left. */
export async function spendRecoveryCode(
  trx: Transaction<Tables>,
  keys: KeyRing,
  user: Owner,
  typed: string,
): Promise<number> {
  const code = readRecoveryCode(typed)
  const macs = code === undefined ? [] : keys.macs('recovery', asText(user, code)).map(({ mac }) => mac)
  if (macs.length === 0) throw wrongRecoveryCode()
  const own = trx.deleteFrom('recovery_codes').where('user_id', '=', user.id)
  const spent = await own.where('mac', 'in', macs).returning('mac').executeTakeFirst()
  if (!spent) throw wrongRecoveryCode()
  return codesLeft(trx, user)
}

/** How many recovery codes `user` has left. */
export async function codesLeft(db: Db, user: Owner): Promise<number> {
  const { left } = await db
    .selectFrom('recovery_codes')
    .select((eb) => eb.fn.countAll<number>().as('left'))
    .where('user_id', '=', user.id)
    .executeTakeFirstOrThrow()
  return Number(left)
}

/** The addresses of those whose recovery codes were made under a secret of before: they end with it. */
export async function codesOfBefore(db: Db, keys: KeyRing): Promise<string[]> {
  const old = db.selectFrom('recovery_codes').where('key_id', '!=', keys.mac('recovery', '').keyId)
  const people = await old.innerJoin('users', 'users.id', 'recovery_codes.user_id').select('email').distinct().execute()
  return people.map(({ email }) => email).sort()
}

/** Removes all recovery codes of `user`. */
export async function removeCodes(trx: Transaction<Tables>, user: Owner): Promise<void> {
  await trx.deleteFrom('recovery_codes').where('user_id', '=', user.id).execute()
}

const wrongRecoveryCode = () =>
  new Refusal('invalid', 'This is none of your recovery codes, or it was used already.', { field: 'code' })

// The person is part of what is stored: the code of one opens nothing for another.
const asText = (user: Owner, code: string): string => `${user.id} ${code}`

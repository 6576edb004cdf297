import type { Transaction } from 'kysely'
import { Refusal } from '#core/refusal.ts'
import { HOUR, instant, later } from '#core/time.ts'
import type { KeyRing } from '#crypto/keys.ts'
import { isSealedByOldKey, type Sealed, seal, unseal } from '#crypto/sealed.ts'
import { matchingStep, newTotpSecret, readCode } from '#crypto/totp.ts'
import type { Database, Db } from '#db/db.ts'
import type { Tables, Totp, User } from '#db/schema.ts'

/** How long somebody may take to set up their app. */
const SET_UP = HOUR

/** Whoever a secret belongs to. */
type Owner = Pick<User, 'id'>

/** The authenticator app that asks `user` for codes. */
export const appOf = (db: Db, user: Owner): Promise<Totp | undefined> =>
  db
    .selectFrom('totps')
    .selectAll()
    .where('user_id', '=', user.id)
    .where('confirmed_at', 'is not', null)
    .executeTakeFirst()

/** The secret that `user` is setting up an app with; undefined when they are not, or took longer than an hour. */
export async function secretInSetUp(db: Db, keys: KeyRing, user: Owner, now: Date): Promise<Buffer | undefined> {
  const row = await inSetUp(db, user, now)
  return row && secretOf(keys, row)
}

/** Begins to set up an app, with a new secret. Refuses when one asks for codes already. */
export async function beginSetUp(db: Database, keys: KeyRing, user: Owner, now: Date): Promise<void> {
  const { sealed, keyId } = seal(keys, 'totp', user.id, newTotpSecret())
  const fresh = { secret_sealed: sealed, key_id: keyId, last_step: 0, created_at: instant(now) }
  const { numInsertedOrUpdatedRows } = await db
    .insertInto('totps')
    .values({ ...fresh, user_id: user.id, confirmed_at: null })
    .onConflict((conflict) => conflict.column('user_id').doUpdateSet(fresh).where('totps.confirmed_at', 'is', null))
    .executeTakeFirst()
  if (numInsertedOrUpdatedRows === 0n) throw new Refusal('conflict', 'Your login asks for a code already.')
}

/**
 * Ends setting up, by the first code that the app shows; it is used up. Of several at once one succeeds. Refuses a wrong
 * code.
 */
export async function confirmApp(
  trx: Transaction<Tables>,
  keys: KeyRing,
  user: Owner,
  typed: string,
  now: Date,
): Promise<void> {
  const row = await inSetUp(trx, user, now)
  const step = row && stepOfCode(keys, row, typed, now)
  if (!row || step === undefined) throw wrongCode()
  const { numUpdatedRows } = await trx
    .updateTable('totps')
    .set({ confirmed_at: instant(now), last_step: step })
    .where('user_id', '=', user.id)
    .where('confirmed_at', 'is', null)
    .where('secret_sealed', '=', row.secret_sealed)
    .executeTakeFirst()
  if (numUpdatedRows === 0n) throw wrongCode()
}

/**
 * Takes a code of the person's app. Each works once, and none that is older than the one before: the database decides,
 * in one statement, so two processes never take the same one (RFC 6238, section 5.2). Refuses any other.
 */
export async function spendCode(
  trx: Transaction<Tables>,
  keys: KeyRing,
  user: Owner,
  typed: string,
  now: Date,
): Promise<void> {
  const row = await appOf(trx, user)
  const step = row && stepOfCode(keys, row, typed, now)
  if (!row || step === undefined) throw wrongCode()
  const { numUpdatedRows } = await trx
    .updateTable('totps')
    .set({ last_step: step, ...sealedAnew(keys, row) })
    .where('user_id', '=', user.id)
    .where('last_step', '<', step)
    .where('confirmed_at', '=', row.confirmed_at)
    .executeTakeFirst()
  if (numUpdatedRows === 0n) throw wrongCode()
}

/** Takes the app away, one that is being set up too, or only one that was set up since. Returns whether it was asked for codes. */
export async function removeApp(trx: Transaction<Tables>, user: Owner, since = ''): Promise<boolean> {
  const own = trx.deleteFrom('totps').where('user_id', '=', user.id).where('created_at', '>=', since)
  const row = await own.returning('confirmed_at').executeTakeFirst()
  return typeof row?.confirmed_at === 'string'
}

/** Seals everybody's secret under the current key that is under one of before. Returns how many there were. */
export async function sealAllAnew(trx: Transaction<Tables>, keys: KeyRing): Promise<number> {
  const rows = (await trx.selectFrom('totps').selectAll().execute()).filter(isOld(keys))
  for (const row of rows) {
    const own = trx.updateTable('totps').set(sealedAnew(keys, row)).where('user_id', '=', row.user_id)
    // Whoever types a code at this moment has it sealed anew too.
    await own.where('secret_sealed', '=', row.secret_sealed).execute()
  }
  return rows.length
}

/** Removes what was begun to be set up and was left. */
export async function pruneTotps(db: Database, now: Date): Promise<void> {
  const begun = db.deleteFrom('totps').where('confirmed_at', 'is', null)
  await begun.where('created_at', '<', later(now, -SET_UP)).execute()
}

/** Whether a code, of the app or for recovery, was the reason for this error: it belongs beside its field. */
export const isWrongCode = (error: unknown): boolean => error instanceof Refusal && error.details.field === 'code'

const wrongCode = (): Refusal =>
  new Refusal('invalid', 'This code is not right, or was used already. Wait for the next one.', { field: 'code' })

const inSetUp = (db: Db, user: Owner, now: Date): Promise<Totp | undefined> =>
  db
    .selectFrom('totps')
    .selectAll()
    .where('user_id', '=', user.id)
    .where('confirmed_at', 'is', null)
    .where('created_at', '>', later(now, -SET_UP))
    .executeTakeFirst()

function stepOfCode(keys: KeyRing, row: Totp, typed: string, now: Date): number | undefined {
  const secret = secretOf(keys, row)
  const code = readCode(typed)
  return code === undefined ? undefined : matchingStep(secret, code, now)
}

const secretOf = (keys: KeyRing, row: Totp): Buffer => unseal(keys, 'totp', row.user_id, sealedOf(row))

const sealedOf = (row: Totp): Sealed => ({ keyId: row.key_id, sealed: row.secret_sealed })

const isOld = (keys: KeyRing) => (row: Totp) => isSealedByOldKey(keys, 'totp', sealedOf(row))

/** Under the current key, so that one of before can be dropped some day. */
function sealedAnew(keys: KeyRing, row: Totp): Partial<Totp> {
  if (!isOld(keys)(row)) return {}
  const { sealed, keyId } = seal(keys, 'totp', row.user_id, secretOf(keys, row))
  return { secret_sealed: sealed, key_id: keyId }
}

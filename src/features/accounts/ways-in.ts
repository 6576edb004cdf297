import type { Transaction } from 'kysely'
import { type Config, isIssuer } from '#config.ts'
import type { Tables, User } from '#db/schema.ts'

/**
 * Whether `user` could log in: with a password, a passkey, or through another site that the settings name. Whatever takes
 * one of these away asks it afterwards, in its transaction.
 */
export async function canComeIn(
  trx: Transaction<Tables>,
  { providers }: Pick<Config, 'providers'>,
  user: Pick<User, 'id' | 'password_phc'>,
): Promise<boolean> {
  if (user.password_phc !== null) return true
  const passkey = trx.selectFrom('passkeys').select('user_id').where('user_id', '=', user.id).limit(1)
  if (await passkey.executeTakeFirst()) return true
  const linked = await trx.selectFrom('identities').select('issuer').where('user_id', '=', user.id).execute()
  return linked.some(({ issuer }) => providers.some((provider) => isIssuer(provider, issuer)))
}

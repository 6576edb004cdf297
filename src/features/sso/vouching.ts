import type { Configuration, IDToken } from 'openid-client'
import type { Provider } from '#config.ts'
import { inOneLine } from '#core/line.ts'
import { SECOND } from '#core/time.ts'
import { type Email, readEmail } from '#features/accounts/emails.ts'
import type { Any } from '#web/env.ts'
import { type Attempt, noteTrouble, reach } from './attempts.ts'
import type { Subject } from './identities.ts'
import { callbackOf, library } from './providers.ts'
import { Turned } from './turned.ts'

/** What a provider says of whoever came from it. `isProved`: it has seen that mail to the address reaches them. */
export type Vouched = Subject & { email: Email | undefined; isProved: boolean; name: string }

/**
 * Asks the provider who came back by this request. The library checks state, nonce, PKCE, issuer, audience, signature and
 * times (OpenID Connect Core 1.0, section 3.1.3.7; RFC 9207); whoever is to prove themselves must have done so since they
 * were sent. The tokens are forgotten at once. Turns away when anything is not as it should be.
 */
export async function vouchedFor(c: Any, provider: Provider, attempt: Attempt): Promise<Vouched> {
  const configuration = await reach(c, provider)
  try {
    return await ask(c, provider, attempt, configuration)
  } catch (error) {
    if (error instanceof Turned) throw error
    noteTrouble(c, provider, error)
    throw new Turned(await reasonFor(error))
  }
}

async function ask(c: Any, provider: Provider, attempt: Attempt, configuration: Configuration): Promise<Vouched> {
  const { authorizationCodeGrant, fetchUserInfo } = await library()
  const here = new URL(callbackOf(c.var.config, provider))
  here.search = new URL(c.req.url).search
  const tokens = await authorizationCodeGrant(configuration, here, {
    expectedState: attempt.state,
    expectedNonce: attempt.nonce,
    pkceCodeVerifier: attempt.verifier,
    idTokenExpected: true,
    ...(attempt.aim === 'confirm' && { maxAge: Math.ceil((c.var.now.getTime() - attempt.at) / SECOND) }),
  })
  const claims = tokens.claims()!
  // Some tell the address only when they are asked for it.
  const isComplete = claims.email !== undefined || attempt.aim === 'confirm'
  const more = isComplete ? {} : await fetchUserInfo(configuration, tokens.access_token, claims.sub).catch(() => ({}))
  return read({ ...more, ...claims })
}

function read(claims: Partial<IDToken>): Vouched {
  const { iss = '', sub = '', email, email_verified, name } = claims
  // What a database could not hold is nobody.
  if (sub === '' || sub.length > 255 || /\p{C}/u.test(sub)) {
    throw Object.assign(new Error('The provider names nobody.'), { code: 'unsuitable_sub' })
  }
  return {
    issuer: iss,
    sub,
    email: typeof email === 'string' ? readEmail(email) : undefined,
    isProved: email_verified === true,
    name: typeof name === 'string' ? nameOf(name) : '',
  }
}

const nameOf = (given: string): string => [...inOneLine(given.replaceAll(/\p{C}/gu, ''))].slice(0, 100).join('')

async function reasonFor(error: unknown): Promise<'cancelled' | 'down' | 'failed'> {
  const { AuthorizationResponseError, ClientError } = await library()
  if (error instanceof AuthorizationResponseError) return 'cancelled'
  const { code } = error as { code?: unknown }
  const isSilent = error instanceof ClientError && (code === undefined || code === 'OAUTH_TIMEOUT')
  return isSilent ? 'down' : 'failed'
}

import type { Provider } from '#config.ts'
import { MINUTE } from '#core/time.ts'
import { newToken } from '#crypto/keys.ts'
import { useUp } from '#features/accounts/one-time.ts'
import { dropCookie, readCookie, writeCookie } from '#web/cookies.ts'
import type { Any } from '#web/env.ts'
import { callbackOf, library, providersOf, reasonOf } from './providers.ts'
import { Turned } from './turned.ts'

/** How long somebody may take at the provider. */
const LIFE = 10 * MINUTE

/**
 * What a way to a provider is for: to come in, to link the account with it (`session` is the one that asked), or to prove
 * again who one is. `next` is where it leads in the end.
 */
export type Aim =
  | { aim: 'in'; next: string; remember: boolean; zone: string }
  | { aim: 'link' | 'confirm'; next: string; session: string }

/** A way to a provider that was begun in this browser. `at` is when, in milliseconds. */
export type Attempt = Aim & { provider: string; state: string; nonce: string; verifier: string; at: number }

/**
 * Begins a way to `provider`. All that is to be known when somebody comes back is kept in a signed cookie, so it counts in
 * this browser only. Returns the address to go to. Turns away when the provider does not answer.
 */
export async function begin(c: Any, provider: Provider, aim: Aim): Promise<URL> {
  const { config, parts, now, cookies } = c.var
  const [{ buildAuthorizationUrl, calculatePKCECodeChallenge }, configuration] = await Promise.all([
    library(),
    reach(c, provider),
  ])
  const secrets = { state: newToken(), nonce: newToken(), verifier: newToken() }
  const attempt: Attempt = { ...aim, ...secrets, provider: provider.id, at: now.getTime() }
  cookies.push(writeCookie('sso', parts.keys.sign('sso', JSON.stringify(attempt), now), config, LIFE))
  return buildAuthorizationUrl(configuration, {
    redirect_uri: callbackOf(config, provider),
    scope: 'openid email profile',
    state: attempt.state,
    nonce: attempt.nonce,
    code_challenge: await calculatePKCECodeChallenge(attempt.verifier),
    code_challenge_method: 'S256',
    // Whoever proves again who they are does not do so by having been there an hour ago. Whoever links sees as whom: the
    // browser could be logged in there as somebody else.
    ...(aim.aim !== 'in' && { prompt: 'login' }),
    ...(aim.aim === 'confirm' && { max_age: '0' }),
  })
}

/**
 * The way that ends with this request, which is used up by that. Turns away whoever did not begin it in this browser, who
 * took too long, and who comes twice.
 */
export async function finish(c: Any, provider: Provider): Promise<Attempt> {
  const { config, parts, db, now, cookies } = c.var
  const signed = readCookie(c.req.header('Cookie'), 'sso', config)
  const text = signed === undefined ? undefined : parts.keys.open('sso', signed, now, LIFE)
  const attempt = text === undefined ? undefined : (JSON.parse(text) as Attempt)
  if (attempt?.provider !== provider.id || attempt.state !== c.req.query('state')) throw new Turned('foreign')
  cookies.push(dropCookie('sso', config))
  if (!(await useUp(db, parts.keys, { purpose: 'sso', text: attempt.state, lifeMs: LIFE }, now))) {
    throw new Turned('foreign')
  }
  return attempt
}

/** What is needed to speak with the provider. Turns away when it does not answer. */
export async function reach(c: Any, provider: Provider) {
  try {
    return await providersOf(c).configurationOf(provider)
  } catch {
    // It stands in the log already.
    throw new Turned('down')
  }
}

/** Writes down that something went wrong with the provider, in words that hold nothing of what was sent. */
export const noteTrouble = (c: Any, provider: Provider, error: unknown): void =>
  c.var.parts.log.warn('sso_failed', { id: c.var.requestId, provider: provider.id, reason: reasonOf(error) })

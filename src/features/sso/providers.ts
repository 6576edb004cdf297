import type { ClientAuth, Configuration } from 'openid-client'
import { type Config, isIssuer, type Provider } from '#config.ts'
import { isLoopback } from '#core/loopback.ts'
import { DAY, MINUTE, SECOND } from '#core/time.ts'
import type { User } from '#db/schema.ts'
import type { Any, Parts } from '#web/env.ts'
import type { Gateway, SignOn } from '#web/sign-on.ts'
import { identitiesOf } from './identities.ts'

/** How long a provider may take to answer. */
const ANSWER_SECONDS = 5
/** How long a page waits to learn where the forms on it will lead, when a provider was not asked yet. */
const PAGE_WAIT_MS = SECOND
/** What a provider says of itself counts so long; one that does not answer is left alone for a while. */
const REMEMBERED_MS = DAY
const LEFT_ALONE_MS = MINUTE / 2

/** The library that speaks with providers. It is loaded when it is needed first. */
export const library = () => import('openid-client')

type Meeting = { until: number; configuration: Promise<Configuration> }

/** The providers of the settings. Each is asked who it is when it is needed first, and what it said is remembered. */
export class Providers implements SignOn {
  readonly #parts: Pick<Parts, 'config' | 'db' | 'log' | 'now'>
  readonly #met = new Map<string, Meeting>()

  constructor(parts: Pick<Parts, 'config' | 'db' | 'log' | 'now'>) {
    this.#parts = parts
  }

  async gateways(user?: Pick<User, 'id'>): Promise<Gateway[]> {
    const { config, db } = this.#parts
    if (config.providers.length === 0) return []
    const linked = user && (await identitiesOf(db, user))
    const wanted = linked
      ? config.providers.filter((provider) => linked.some(({ issuer }) => isIssuer(provider, issuer)))
      : config.providers
    return Promise.all(
      wanted.map(async (provider) => ({
        id: provider.id,
        name: provider.name,
        origin: await this.#originOf(provider),
      })),
    )
  }

  /**
   * What is needed to speak with `provider`. Throws when it does not answer, or not as it should; for a while after that it
   * is not asked again.
   */
  configurationOf(provider: Provider): Promise<Configuration> {
    const now = this.#parts.now().getTime()
    const known = this.#met.get(provider.id)
    if (known && now < known.until) return known.configuration
    const meeting = { until: now + REMEMBERED_MS, configuration: discover(provider) }
    this.#met.set(provider.id, meeting)
    meeting.configuration.catch((error: unknown) => {
      meeting.until = now + LEFT_ALONE_MS
      this.#parts.log.warn('sso_unreachable', { provider: provider.id, reason: reasonOf(error) })
    })
    return meeting.configuration
  }

  // One that does not answer holds up no page: its form then allows what the settings say.
  async #originOf(provider: Provider): Promise<string> {
    const known = this.configurationOf(provider).then(authorizationOrigin, () => undefined)
    return (await Promise.race([known, Bun.sleep(PAGE_WAIT_MS)])) ?? new URL(provider.issuer).origin
  }
}

/** The providers of the site that this request came to. */
export const providersOf = (c: Any): Providers => c.var.signOn as Providers

/** The origin to which a login at the provider leads first. */
export const authorizationOrigin = (configuration: Configuration): string =>
  new URL(configuration.serverMetadata().authorization_endpoint!).origin

/** The address to which the provider sends people back. It has to be known there. */
export const callbackOf = ({ baseUrl }: Pick<Config, 'baseUrl'>, { id }: Pick<Provider, 'id'>): string =>
  `${baseUrl}/auth/${id}/callback`

/** Why something failed, in words of the library. Never its message: what was sent may stand in it. */
export function reasonOf(error: unknown): string {
  const { code, error: said, name, cause } = error as Record<string, unknown>
  const words = [code, said, (cause as { code?: unknown } | undefined)?.code ?? name]
  return words.filter((word) => typeof word === 'string' && /^[\w.-]{1,60}$/.test(word)).join(' ')
}

async function discover(provider: Provider): Promise<Configuration> {
  const { allowInsecureRequests, discovery, enableNonRepudiationChecks } = await library()
  const isHere = provider.issuer.startsWith('http:')
  const configuration = await discovery(
    new URL(provider.issuer),
    provider.clientId,
    { client_secret: provider.clientSecret },
    await secretly(provider.clientSecret),
    {
      timeout: ANSWER_SECONDS,
      // The signature is looked at although the token comes straight from the provider.
      execute: [enableNonRepudiationChecks, ...(isHere ? [allowInsecureRequests] : [])],
    },
  )
  refuseUnsafe(configuration, isHere)
  return configuration
}

/** The secret in a header, as OpenID Connect has it unless the provider says that it wants it in the form. */
async function secretly(secret: string): Promise<ClientAuth> {
  const { ClientSecretBasic, ClientSecretPost } = await library()
  const [basic, post] = [ClientSecretBasic(secret), ClientSecretPost(secret)]
  return (server, ...rest) => {
    const ways = server.token_endpoint_auth_methods_supported ?? ['client_secret_basic']
    return (ways.includes('client_secret_basic') ? basic : post)(server, ...rest)
  }
}

// What the server asks for itself, the library asks over https only. This is where people are sent.
function refuseUnsafe(configuration: Configuration, isHere: boolean): void {
  const endpoint = URL.parse(configuration.serverMetadata().authorization_endpoint ?? '')
  const isSafe = endpoint?.protocol === 'https:' || (isHere && endpoint !== null && isLoopback(endpoint.hostname))
  if (!isSafe) throw Object.assign(new Error('The provider sends people nowhere safe.'), { code: 'unsafe_endpoint' })
}

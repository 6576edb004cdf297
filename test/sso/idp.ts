import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type Provider from 'oidc-provider'
import { atTheEnd } from '#test/closing.ts'

const [CLIENT, SECRET] = ['get-it-done', 'a secret between the two sites']

/** What a provider says of somebody. */
export type Claims = { email?: string; email_verified?: boolean; name?: string }

/** A real OpenID provider in this process, on the loopback. Whoever types a name there is logged in as that. */
export type Idp = {
  issuer: string
  /** The settings of a site that takes people from here, by the word `id`. */
  env(id?: string): Record<string, string>
  /** What is said of somebody; without an entry `ana` has the proved address ana@example.com. */
  people: Map<string, Claims>
  /** Every request that came, as its method and path. */
  asked: string[]
  /** Lets `site` send people here, by the word `id`. */
  serve(site: string, id?: string): Promise<void>
  /** A browser in which nobody is logged in there yet. */
  browser(): Elsewhere
  close(): Promise<void>
}

/** Starts a provider on `port`, or any that is free. It closes itself after the last test. */
export async function openIdp({ port = 0 } = {}): Promise<Idp> {
  let answer = (_: IncomingMessage, response: ServerResponse) => void response.writeHead(503).end()
  const asked: string[] = []
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url?.split('?')[0]}`)
    answer(request, response)
  })
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  const issuer = `http://127.0.0.1:${(server.address() as { port: number }).port}`
  const people = new Map<string, Claims>()
  const idp: Idp = {
    issuer,
    people,
    asked,
    env: (id = 'work') => settingsFor(id, issuer),
    async serve(site, id = 'work') {
      const provider = await makeProvider(issuer, `${site}/auth/${id}/callback`, people)
      const handle = provider.callback()
      answer = (request, response) =>
        void (request.url?.startsWith('/interaction/')
          ? interact(provider, request, response)
          : handle(request, response))
    },
    browser: () => elsewhere(issuer),
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
  atTheEnd(() => idp.close())
  return idp
}

/** The settings of a site that takes people from `issuer`. */
export const settingsFor = (id: string, issuer: string): Record<string, string> => {
  const name = `OIDC_${id.toUpperCase()}`
  return {
    OIDC_PROVIDERS: id,
    [`${name}_ISSUER`]: issuer,
    [`${name}_CLIENT_ID`]: CLIENT,
    [`${name}_CLIENT_SECRET`]: SECRET,
  }
}

async function makeProvider(issuer: string, callback: string, people: Map<string, Claims>): Promise<Provider> {
  const { default: OidcProvider } = await quietly(() => import('oidc-provider'))
  return quietly(
    async () =>
      new OidcProvider(issuer, {
        clients: [{ client_id: CLIENT, client_secret: SECRET, redirect_uris: [callback] }],
        claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
        cookies: { keys: ['only for tests'] },
        features: { devInteractions: { enabled: false } },
        interactions: { url: (_, { uid }) => `/interaction/${uid}` },
        findAccount: (_, sub) => ({ accountId: sub, claims: () => ({ ...claimsOf(people, sub), sub }) }),
        // Nobody is asked whether they agree.
        async loadExistingGrant(c) {
          const { client, session } = c.oidc
          const grant = new c.oidc.provider.Grant({ clientId: client!.clientId, accountId: session!.accountId! })
          grant.addOIDCScope('openid email profile')
          await grant.save()
          return grant
        },
        ttl: { Interaction: 600, Session: 3600, Grant: 3600, AccessToken: 600, IdToken: 600, AuthorizationCode: 60 },
      }),
  )
}

const claimsOf = (people: Map<string, Claims>, sub: string): Claims =>
  people.get(sub) ?? { email: `${sub}@example.com`, email_verified: true, name: sub }

// It says on the console that it is not set up for production, and uses what Node wants to do without some day.
async function quietly<T>(work: () => Promise<T>): Promise<T> {
  Object.assign(process, { noDeprecation: true })
  const { info, warn } = console
  Object.assign(console, { info() {}, warn() {} })
  try {
    return await work()
  } finally {
    Object.assign(console, { info, warn })
  }
}

/** The page on which somebody types their name, or cancels. */
async function interact(provider: Provider, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.method !== 'POST') {
    response.writeHead(200, { 'Content-Type': 'text/html' })
    response.end(
      '<!doctype html><title>Elsewhere</title><form method="post"><input name="login" aria-label="Name"><button>Log in</button></form><form method="post"><button name="cancel" value="yes">Cancel</button></form>',
    )
    return
  }
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const typed = new URLSearchParams(Buffer.concat(chunks).toString())
  const result = typed.has('cancel') ? { error: 'access_denied' } : { login: { accountId: typed.get('login')! } }
  await provider.interactionFinished(request, response, result)
}

/** A person's browser at the provider. */
export type Elsewhere = {
  /** Goes to `address` there, types `name` where it is asked for, and returns the address that leads back, as a path. */
  visit(address: string, name: string): Promise<string>
}

function elsewhere(issuer: string): Elsewhere {
  const jar = new Map<string, string>()
  const go = async (address: string, body?: URLSearchParams): Promise<Response> => {
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ')
    const init = body === undefined ? {} : { method: 'POST', body }
    const response = await fetch(new URL(address, issuer), { ...init, redirect: 'manual', headers: { Cookie: cookie } })
    for (const line of response.headers.getSetCookie()) {
      const [pair = ''] = line.split(';')
      const at = pair.indexOf('=')
      jar.set(pair.slice(0, at), pair.slice(at + 1))
    }
    return response
  }
  return {
    async visit(address, name) {
      let at = new URL(address, issuer)
      for (let hops = 0; hops < 10; hops++) {
        let response = await go(at.href)
        if (response.status === 200) {
          const typed = name === '' ? { cancel: 'yes' } : { login: name }
          response = await go(at.href, new URLSearchParams(typed))
        }
        const next = response.headers.get('Location')
        if (next === null) throw new Error(`The provider answered ${response.status}: ${await response.text()}`)
        at = new URL(next, issuer)
        if (at.origin !== issuer) return at.pathname + at.search
      }
      throw new Error('It goes round in circles there.')
    },
  }
}

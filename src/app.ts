import { type Context, Hono } from 'hono'
import { Refusal } from '#core/refusal.ts'
import { newId } from '#db/db.ts'
import { logEvent } from '#features/accounts/events.ts'
import { accountLetters } from '#features/accounts/letters.ts'
import { accounts } from '#features/accounts/routes.ts'
import { Sessions } from '#features/accounts/sessions.ts'
import { adminLetters } from '#features/admin/letters.ts'
import { admin } from '#features/admin/routes.ts'
import { emailLetters } from '#features/email/letters.ts'
import { email } from '#features/email/routes.ts'
import { entryLetters } from '#features/entry/letters.ts'
import { entry } from '#features/entry/routes.ts'
import { factorLetters } from '#features/factors/letters.ts'
import { factors } from '#features/factors/routes.ts'
import { help } from '#features/help/routes.ts'
import { history } from '#features/history/routes.ts'
import { labels } from '#features/labels/routes.ts'
import { leaving } from '#features/leaving/routes.ts'
import { lists } from '#features/lists/routes.ts'
import { live } from '#features/live/routes.ts'
import { LiveStreams } from '#features/live/streams.ts'
import { Mailer } from '#features/mail/mailer.ts'
import { passkeyLetters } from '#features/passkeys/letters.ts'
import { passkeys } from '#features/passkeys/routes.ts'
import { recoveryLetters } from '#features/recovery/resetting.ts'
import { recovery } from '#features/recovery/routes.ts'
import { review } from '#features/review/routes.ts'
import { search } from '#features/search/routes.ts'
import { ssoLetters } from '#features/sso/letters.ts'
import { Providers } from '#features/sso/providers.ts'
import { sso } from '#features/sso/routes.ts'
import { tasks } from '#features/tasks/routes.ts'
import { tokenLetters } from '#features/tokens/letters.ts'
import { tokens } from '#features/tokens/routes.ts'
import { holderOf } from '#features/tokens/tokens.ts'
import { Chores } from './chores.ts'
import { explain, lastResort } from './web/answers.ts'
import { readCookie } from './web/cookies.ts'
import { isEmbeddedElsewhere, isOurOwn } from './web/csrf.ts'
import { type Common, type Parts, type Peer, type PublicEnv, SessionEnded } from './web/env.ts'
import { Flashes } from './web/flash.ts'
import { admit, nowhere, toLogin } from './web/gate.ts'
import { formsMayLeadTo, securityHeaders } from './web/headers.ts'
import { clientAddress, trustedProxies } from './web/host.ts'
import { safeNext } from './web/next.ts'
import { answerOutside } from './web/outside.ts'
import type { Route } from './web/routes.ts'
import { Site } from './web/site.ts'
import { squeeze } from './web/squeeze.ts'

/** The site. It knows nothing of sockets: whoever runs it hands it requests. */
export type App = {
  /** Answers a request that came from `peer`. It never throws. */
  fetch(request: Request, peer: Peer): Promise<Response>
  /** Chores that are due. To be called every few seconds. */
  tick(): Promise<void>
  /** Ends the live streams and writes what is still to be written. To be called before the database is closed. */
  close(): Promise<void>
  /** Every way in, with who may take it. */
  routes: Route[]
}

type C = Context<PublicEnv>

const letters = {
  ...accountLetters,
  ...tokenLetters,
  ...passkeyLetters,
  ...recoveryLetters,
  ...emailLetters,
  ...factorLetters,
  ...entryLetters,
  ...ssoLetters,
  ...adminLetters,
}

/** The whole site, top to bottom, in the order a request meets it. */
export function createApp(parts: Parts): App {
  const sessions = new Sessions(parts)
  const house = new Site(parts)
  const streams = new LiveStreams(parts)
  const providers = new Providers(parts)
  const chores = new Chores(parts, sessions)
  const mailer = new Mailer(parts, letters)
  const headers = securityHeaders(parts.config, parts.assets.styleHashes)
  const isTrusted = trustedProxies(parts.config.trustedProxies)
  // A feature may lean on the features above it.
  const routes = [
    accounts,
    tokens,
    passkeys,
    recovery,
    factors,
    entry,
    sso,
    email,
    review,
    admin,
    help,
    lists,
    labels,
    tasks,
    search,
    history,
    leaving,
    live,
  ].flatMap((feature) => feature.all)

  async function fetch(request: Request, peer: Peer): Promise<Response> {
    const began = performance.now()
    const common = commonOf(request, peer)
    const response = await answer(request, common).catch((error) => lastResort(request, common, error))
    const sent = await finish(request, response, common, headers)
    logRequest(request, sent, common, performance.now() - began)
    return sent
  }

  function commonOf(request: Request, peer: Peer): Common {
    const { config, db, keys } = parts
    const now = parts.now()
    return {
      parts,
      config,
      db,
      now,
      peer,
      requestId: newId().slice(-12),
      ip: clientAddress(peer.address, request.headers.get('X-Forwarded-For'), isTrusted),
      agent: (request.headers.get('User-Agent') ?? '').slice(0, 256),
      flashes: new Flashes(keys, config, request.headers.get('Cookie'), now),
      cookies: [],
      signOn: providers,
      formTargets: [],
      safeNext: (wanted) => safeNext(wanted, config, routes),
      live: streams,
      holder: () => holderOf(parts, request.headers.get('Authorization') ?? undefined, now),
      site: house,
      lastSeen: (row) => sessions.lastSeen(row),
    }
  }

  async function answer(request: Request, common: Common): Promise<Response> {
    return (
      (await answerOutside(request, parts, house, isTrusted(common.peer.address))) ??
      site.fetch(request, { common } satisfies Bindings)
    )
  }

  const site = new Hono<PublicEnv>()
  site.use(async (c, next) => {
    equip(c)
    refuseForeign(c)
    await house.fresh()
    await recognise(c, sessions)
    await next()
  })
  for (const route of routes) site.on(route.method, route.path, (c) => admit(c, route))
  site.notFound((c) => nowhere(c, routes))
  site.onError((error, c) => (error instanceof SessionEnded ? toLogin(c) : explain(c, error)))

  return {
    routes,
    fetch,
    async tick() {
      mailer.wake()
      await chores.run()
    },
    async close() {
      streams.close()
      house.close()
      await mailer.close()
      await sessions.flush()
    },
  }
}

type Bindings = { common: Common }

/** Lays out what every handler finds in `c.var`. Hono's own would be gathered anew each time somebody looks at it. */
function equip(c: C): void {
  const { common } = c.env as unknown as Bindings
  // For the path /* Hono comes by here twice.
  Object.defineProperty(c, 'var', { value: { ...common }, configurable: true })
}

/** A change that another site asks for, or nobody knows who, goes no further: before anything is exempt from anything. */
function refuseForeign(c: C): void {
  const { config, parts, ip, agent, now } = c.var
  const hasSession = readCookie(c.req.header('Cookie'), 'sid', config) !== undefined
  if (isEmbeddedElsewhere(c.req.raw)) throw new Refusal('forbidden', 'This page is not shown inside others.')
  if (isOurOwn(c.req.raw, config, hasSession)) return
  logEvent(parts.log, 'malicious_csrf', { ip, agent, now })
  throw new Refusal(
    'forbidden',
    'This form was sent from another site, so nothing was changed. Open the page here and send it again.',
  )
}

/** Finds out who sent the request. */
async function recognise(c: C, sessions: Sessions): Promise<void> {
  const { cookies, ip, now } = c.var
  const isVisit = c.req.header('X-Background') === undefined && c.req.path !== '/events'
  const found = await sessions.find(c.req.header('Cookie') ?? null, { ip, now, isVisit }).catch((error) => {
    // Also without a database the browser can forget who it was.
    if (c.req.method !== 'POST' || c.req.path !== '/logout') throw error
    c.var.parts.log.error('logout_failed', { id: c.var.requestId }, error)
    Object.assign(c.var, { isUnknown: true })
    return undefined
  })
  // A cookie that leads nowhere is left alone. This request may have crossed one that gave the browser a new
  // token under the same name; dropping the old one here would drop the new one there.
  if (!found) return
  const { user, session, cookie } = found
  if (cookie !== undefined) cookies.push(cookie)
  Object.assign(c.var, { visitor: { user, session }, user, session })
}

/** Puts on what goes with every answer: the headers, the cookies. */
async function finish(
  request: Request,
  response: Response,
  common: Common,
  headers: [string, string][],
): Promise<Response> {
  // Where a secret stands in the address, the page says so itself, and more strictly.
  const referrers = response.headers.get('Referrer-Policy')
  const policy = response.headers.get('Content-Security-Policy')
  for (const [name, value] of headers) response.headers.set(name, value)
  if (common.formTargets.length > 0) allowForms(response, common.formTargets)
  // What is not shown at all is stricter too.
  if (policy !== null) response.headers.set('Content-Security-Policy', policy)
  if (referrers !== null) response.headers.set('Referrer-Policy', referrers)
  if (!response.headers.has('Cache-Control')) response.headers.set('Cache-Control', 'no-store')
  const flashes = common.flashes.cookie(common.now)
  for (const cookie of flashes === undefined ? common.cookies : [...common.cookies, flashes]) {
    response.headers.append('Set-Cookie', cookie)
  }
  return squeeze(request, response)
}

function allowForms({ headers }: Response, origins: string[]): void {
  const policy = headers.get('Content-Security-Policy') ?? ''
  headers.set('Content-Security-Policy', formsMayLeadTo(policy, origins))
}

function logRequest(request: Request, response: Response, { parts, requestId, ip }: Common, ms: number): void {
  const path = withoutSecrets(URL.parse(request.url)?.pathname ?? '')
  if (path === '/up' || path.startsWith('/assets/')) return
  parts.log.info('request', {
    id: requestId,
    method: request.method,
    path: path.slice(0, 200),
    status: response.status,
    ms: Math.round(ms * 10) / 10,
    ip,
  })
}

// What works once stands in the address of its link, and is good until somebody has used it.
const withoutSecrets = (path: string): string => path.replaceAll(/[\w-]{40,}/g, '…')

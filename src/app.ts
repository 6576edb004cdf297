import { type Context, Hono } from 'hono'
import { HTTPException } from 'hono/http-exception'
import { Refusal } from '#core/refusal.ts'
import { HOUR } from '#core/time.ts'
import { newId, troubleSentence } from '#db/db.ts'
import { pruneDevices } from '#features/accounts/devices.ts'
import { logEvent, pruneEvents } from '#features/accounts/events.ts'
import { fromOf } from '#features/accounts/login.ts'
import { accounts } from '#features/accounts/routes.ts'
import { type OpenSession, SessionEnded } from '#features/accounts/session.ts'
import { pruneSessions, Sessions } from '#features/accounts/sessions.ts'
import { pruneThrottles } from '#features/accounts/throttles.ts'
import { history } from '#features/history/routes.ts'
import { live } from '#features/live/routes.ts'
import { LiveStreams } from '#features/live/streams.ts'
import { tasks } from '#features/tasks/routes.ts'
import { serveAsset } from './web/asset-answers.ts'
import { refererPath } from './web/back.ts'
import { readCookie } from './web/cookies.ts'
import { isOurOwn } from './web/csrf.ts'
import type { Common, Parts, Peer, PublicEnv, Visitor } from './web/env.ts'
import { headingOf, troublePage, troubleView } from './web/errors.ts'
import { Flashes } from './web/flash.ts'
import { statusOf } from './web/forms.ts'
import { securityHeaders } from './web/headers.ts'
import { checkHost, clientAddress, trustedProxies } from './web/host.ts'
import { loginWithNext, safeNext } from './web/next.ts'
import { showPage } from './web/page.ts'
import { type Route, routesAt } from './web/routes.ts'
import { squeeze } from './web/squeeze.ts'
import { isOthersOutbox, isOutbox, refuseToOutbox } from './web/streams.ts'

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

/** The whole site, top to bottom, in the order a request meets it. */
export function createApp(parts: Parts): App {
  const sessions = new Sessions(parts)
  const streams = new LiveStreams(parts)
  // A feature may lean on the features above it.
  const routes = [accounts(sessions), tasks, history, live].flatMap((feature) => feature.all)
  const site = new Hono<PublicEnv>()

  site.use(async (c, next) => {
    refuseForeign(c)
    await recognise(c, sessions)
    await next()
  })
  for (const route of routes) site.on(route.method, route.path, (c) => admit(c, route))
  site.notFound((c) => nowhere(c, routes))
  site.onError((error, c) => explain(c, error))

  const headers = securityHeaders(parts.config, parts.assets.styleHashes)
  const isTrusted = trustedProxies(parts.config.trustedProxies)
  const goTo = (wanted: unknown) => safeNext(wanted, parts.config, routes)
  const chores = new Chores(parts, sessions)

  async function answer(request: Request, common: Common): Promise<Response> {
    const early = await beforeTheSite(request, parts)
    if (early) return early
    return site.fetch(request, { common } satisfies Bindings)
  }

  return {
    routes,
    async fetch(request, peer) {
      const began = performance.now()
      const common = commonOf(request, peer)
      const response = await answer(request, common).catch((error) => lastResort(parts, common, error))
      const sent = await finish(request, response, common, headers)
      logRequest(parts, request, sent, common, performance.now() - began)
      return sent
    },
    tick: () => chores.run(),
    async close() {
      streams.close()
      await sessions.flush()
    },
  }

  function commonOf(request: Request, peer: Peer): Common {
    const { config, db, keys, now: clock } = parts
    const now = clock()
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
      safeNext: goTo,
      live: streams,
    }
  }
}

type Bindings = { common: Common }

/** What needs no session: a request that is none, another host, the files of the site, the health check. */
async function beforeTheSite(request: Request, parts: Parts): Promise<Response | undefined> {
  const path = pathOf(request)
  if (path === undefined) return refuse(parts, 400, 'This address cannot be read.')
  if (path === '/up')
    return isReading(request) ? up(parts) : refuse(parts, 405, 'Ask with GET.', { Allow: 'GET, HEAD' })
  const host = checkHost(request, parts.config)
  if (host && 'redirect' in host) {
    const { pathname, search } = new URL(request.url)
    return new Response(null, { status: 307, headers: { Location: host.redirect + pathname + search } })
  }
  if (host) return refuse(parts, 421, host.refuse)
  return serveAsset(request, path, parts.assets)
}

const isReading = (request: Request): boolean => request.method === 'GET' || request.method === 'HEAD'

/** The path, decoded once. Undefined when it is too long or no proper percent-encoded UTF-8. */
function pathOf(request: Request): string | undefined {
  if (request.url.length > 8192) return undefined
  try {
    return decodeURIComponent(new URL(request.url).pathname)
  } catch {
    return undefined
  }
}

async function up({ db }: Parts): Promise<Response> {
  try {
    await db.selectFrom('instance').select('id').limit(1).execute()
    return new Response('ok', { headers: { 'Content-Type': 'text/plain; charset=utf-8' } })
  } catch {
    return new Response('the database does not answer', { status: 503 })
  }
}

/** A change that another site asks for, or nobody knows who, goes no further: before anything is exempt from anything. */
function refuseForeign(c: C): void {
  const { common } = c.env as unknown as Bindings
  for (const [name, value] of Object.entries(common)) c.set(name as never, value as never)
  const hasSession = readCookie(c.req.header('Cookie') ?? null, 'sid', common.config) !== undefined
  if (isOurOwn(c.req.raw, common.config, hasSession)) return
  logEvent(common.parts.log, 'malicious_csrf', fromOf(c))
  throw new Refusal(
    'forbidden',
    'This form was sent from another site, so nothing was changed. Open the page here and send it again.',
  )
}

/** Finds out who sent the request. */
async function recognise(c: C, sessions: Sessions): Promise<void> {
  const { cookies, ip, now } = c.var
  const header = c.req.header('Cookie') ?? null
  const found = await sessions.find(header, { ip, now })
  if (found) {
    const { user, session } = found
    const visitor: Visitor = { user, session }
    if (found.cookie !== undefined) cookies.push(found.cookie)
    for (const [name, value] of Object.entries({ visitor, user, session })) c.set(name as never, value as never)
  }
  // A cookie that leads nowhere is left alone. This request may have crossed one that gave the browser a new
  // token under the same name; dropping the old one here would drop the new one there.
}

/** Lets a request in to its handler if its sender may go there, and keeps what the session was told to remember. */
async function admit(c: C, route: Route): Promise<Response> {
  const { visitor } = c.var
  if (route.access !== 'public') {
    if (!visitor) return toLogin(c)
    if (isOutbox(c) && isOthersOutbox(c)) return notYours(c)
    if (route.access !== 'user' && !visitor.session.isSudo()) return toConfirm(c)
    // Somebody who may not see a place does not learn that it is there.
    if (route.access === 'admin' && visitor.user.role !== 'admin') return nothingHere(c)
  }
  const response = await route.handler(c as unknown as Context<never>)
  if (visitor && response.status < 500) await (visitor.session as OpenSession).save()
  return response
}

/** Strangers are sent to log in; scripts are told in their own way. */
function toLogin(c: C): Response {
  if (isOutbox(c)) return refuseToOutbox(c, 'You are logged out.', 401)
  if (!acceptsPages(c)) return c.json({ error: 'Log in first.' }, 401)
  const { pathname, search } = new URL(c.req.url)
  const wanted = isReading(c.req.raw) ? pathname + search : refererPath(c)
  return c.redirect(loginWithNext(c.var.safeNext(wanted)), 303)
}

function acceptsPages(c: C): boolean {
  const accept = c.req.header('Accept') ?? '*/*'
  return /text\/html|\*\/\*|text\/\*/.test(accept)
}

/** The page where the password is typed once more, and after it the page of the form. */
function toConfirm(c: C): Response {
  const { pathname, search } = new URL(c.req.url)
  const wanted = c.var.safeNext(isReading(c.req.raw) ? pathname + search : (refererPath(c) ?? '/account/sessions'))
  return c.redirect(`/account/confirm?next=${encodeURIComponent(wanted)}`, 303)
}

/** The outbox of one person must not write into the lists of another who uses the same browser. */
function notYours(c: C): Response {
  const response = refuseToOutbox(c, 'Somebody else is logged in now.', 409)
  response.headers.set('X-Outbox-Owner', 'other')
  return response
}

function nowhere(c: C, routes: Route[]): Response | Promise<Response> {
  const offered = routesAt(routes, c.req.path)
  const isOpen = offered.length > 0 && offered.every((route) => route.access === 'public')
  if (!c.var.visitor && !isOpen) return toLogin(c)
  if (offered.length === 0) return nothingHere(c)
  const allow = offered.flatMap(({ method }) => (method === 'GET' ? ['GET', 'HEAD'] : [method])).join(', ')
  c.header('Allow', allow)
  return trouble(c, 405, 'This address does not take that kind of request.')
}

const nothingHere = (c: C): Promise<Response> =>
  trouble(c, 404, 'There is nothing at this address, or it is not yours to see.')

/** What was thrown becomes an answer: a refusal its sentence, the end of a session the login page, a bug a number. */
function explain(c: C, error: unknown): Response | Promise<Response> {
  if (error instanceof SessionEnded) return toLogin(c)
  if (error instanceof HTTPException) return trouble(c, error.status, 'This request cannot be answered.')
  if (!(error instanceof Refusal)) return lastResort(c.var.parts, c.var, error, isOutbox(c) ? c : undefined)
  const status = statusOf(error)
  if (error.details.retryAfterSeconds) c.header('Retry-After', String(error.details.retryAfterSeconds))
  if (error.reason === 'not-found') return trouble(c, 404, error.sentence)
  return trouble(c, status, error.sentence)
}

/** A page (or for the outbox a message) that says why not. */
async function trouble(c: C, status: number, sentence: string): Promise<Response> {
  if (isOutbox(c)) return refuseToOutbox(c, sentence, status)
  const heading = headingOf(status)
  if (!c.var.visitor) return c.html(troublePage(c.var.parts, { heading, sentence }), status as 400)
  return showPage(c, { title: heading, main: troubleView({ heading, sentence }) }, status)
}

/** A bug, or a database in trouble. Nothing of it is shown but a number under which it stands in the log. */
function lastResort(parts: Parts, common: Common, error: unknown, outbox?: C): Response {
  const { requestId } = common
  const known = troubleSentence(error)
  const status = known ? 503 : 500
  parts.log.error(known ? 'database_trouble' : 'bug', { id: requestId }, error)
  const sentence = known ?? 'This is our fault, not yours. What you sent was not kept; please try again.'
  if (outbox) return refuseToOutbox(outbox, sentence, status)
  return refuse(parts, status, sentence, known ? { 'Retry-After': '5' } : {}, requestId)
}

function refuse(
  parts: Parts,
  status: number,
  sentence: string,
  headers: Record<string, string> = {},
  requestId?: string,
): Response {
  const about = requestId === undefined ? {} : { requestId }
  const page = troublePage(parts, { heading: headingOf(status), sentence, ...about })
  return new Response(page, { status, headers: { 'Content-Type': 'text/html; charset=utf-8', ...headers } })
}

/** Puts on what goes with every answer: the headers, the cookies. */
async function finish(
  request: Request,
  response: Response,
  common: Common,
  headers: [string, string][],
): Promise<Response> {
  for (const [name, value] of headers) response.headers.set(name, value)
  if (!response.headers.has('Cache-Control')) response.headers.set('Cache-Control', 'no-store')
  const flashes = common.flashes.cookie(common.now)
  for (const cookie of flashes === undefined ? common.cookies : [...common.cookies, flashes]) {
    response.headers.append('Set-Cookie', cookie)
  }
  return squeeze(request, response)
}

function logRequest(parts: Parts, request: Request, response: Response, common: Common, ms: number): void {
  const { pathname } = new URL(request.url)
  if (pathname === '/up' || pathname.startsWith('/assets/')) return
  parts.log.info('request', {
    id: common.requestId,
    method: request.method,
    path: pathname.slice(0, 200),
    status: response.status,
    ms: Math.round(ms * 10) / 10,
    ip: common.ip,
  })
}

/** What has to be done now and then. */
class Chores {
  readonly #parts: Parts
  readonly #sessions: Sessions
  #pruned = 0

  constructor(parts: Parts, sessions: Sessions) {
    this.#parts = parts
    this.#sessions = sessions
  }

  async run(): Promise<void> {
    await this.#sessions.flush()
    const { db, now: clock } = this.#parts
    const now = clock()
    if (now.getTime() - this.#pruned < HOUR) return
    this.#pruned = now.getTime()
    for (const prune of [pruneSessions, pruneThrottles, pruneDevices, pruneEvents]) await prune(db, now)
  }
}

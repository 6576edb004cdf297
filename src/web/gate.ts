import type { Context } from 'hono'
import { nothingHere, trouble } from './answers.ts'
import { nearestPage, refererPath } from './back.ts'
import type { PublicEnv } from './env.ts'
import { isReading } from './methods.ts'
import { loginWithNext } from './next.ts'
import { type Route, routesAt } from './routes.ts'
import { isOthersOutbox, isOutbox, refuseToOutbox } from './streams.ts'

type C = Context<PublicEnv>

/** Lets a request in to its handler if its sender may go there, and keeps what the session was told to remember. */
export async function admit(c: C, route: Route): Promise<Response> {
  const { visitor } = c.var
  if (route.access === 'token') return admitProgram(c, route)
  if (route.access !== 'public') {
    if (!visitor) return toLogin(c)
    if (isOutbox(c) && isOthersOutbox(c)) return notYours(c)
    // Somebody who may not see a place does not learn that it is there, so this comes before the question who they are.
    if (route.access === 'admin' && visitor.user.role !== 'admin') return nothingHere(c)
    if (needsSecondStep(c, route)) return toSetUp(c)
    if (needsReview(c, route)) return c.redirect('/account/review', 303)
    if (route.access !== 'user' && !visitor.session.isSudo()) return toConfirm(c)
  }
  const response = await route.handler(c as unknown as Context<never>)
  if (visitor && response.status < 500) await visitor.session.save()
  return response
}

/** The pages by which somebody gets a second step, and proves again who they are: open to whoever still lacks it. */
const WAYS_TO_A_SECOND_STEP = /^\/account\/(two-factor|passkeys|confirm)(\/|$)/

/** Whether the site asks this visitor for two steps, and one of them was not shown in this session. */
function needsSecondStep(c: C, route: Route): boolean {
  const { visitor, site } = c.var
  if (!visitor || visitor.session.hasTwoSteps || !site.asksForTwoSteps(visitor.user)) return false
  return !WAYS_TO_A_SECOND_STEP.test(route.path)
}

/** Nothing is answered before. What an outbox sent waits on its device. */
function toSetUp(c: C): Response {
  const sentence = 'This site asks for a second step. Set one up under Account.'
  if (isOutbox(c)) return refuseToOutbox(c, sentence, 401)
  if (!acceptsPages(c)) return c.json({ error: sentence }, 401)
  return c.redirect('/account/two-factor', 303)
}

/** The pages on which somebody looks at their ways in, and takes them away. */
const WAYS_TO_REVIEW = /^\/account\/(review|passkeys|sign-in|two-factor|confirm)(\/|$)/

/**
 * Whether this page has to wait until its person has looked at what else logs them in. Only who came by the password is
 * asked: whoever has one of the other ways would say that it is theirs.
 */
function needsReview(c: C, route: Route): boolean {
  const { visitor } = c.var
  if (!visitor || visitor.user.review_since === null || !visitor.session.byPassword) return false
  return isReading(c.req.raw) && acceptsPages(c) && !WAYS_TO_REVIEW.test(route.path) && route.path !== '/events'
}

/** Lets a program in that has a token. Sessions count for nothing here: a browser cannot be made to come by one. */
async function admitProgram(c: C, route: Route): Promise<Response> {
  const holder = await c.var.holder()
  if (!holder) return askForToken(c)
  if (holder.token.scope === 'read' && !isReading(c.req.raw)) {
    return c.json({ error: 'This token may read, and change nothing.' }, 403)
  }
  Object.assign(c.var, holder)
  return route.handler(c as unknown as Context<never>)
}

function askForToken(c: C): Response {
  c.header('WWW-Authenticate', 'Bearer')
  return c.json({ error: 'Send a token that is good, in the header Authorization: Bearer gid_…' }, 401)
}

/** Answers a request for which there is no route: strangers learn no more than that they have to log in. */
export function nowhere(c: C, routes: Route[]): Response | Promise<Response> {
  if (isProgram(c)) return nowhereForPrograms(c, routes)
  const offered = routesAt(routes, c.req.path)
  const isOpen = offered.length > 0 && offered.every((route) => route.access === 'public')
  if (!c.var.visitor && !isOpen) return toLogin(c)
  if (offered.length === 0) return nothingHere(c)
  c.header('Allow', allowed(offered))
  return trouble(c, 405, OTHER_KIND)
}

const isProgram = (c: C): boolean => c.req.path.startsWith('/api/') && c.req.header('Authorization') !== undefined

/** The same to programs. They are not sent to a page for people: a login that answers 200 looks to them like success. */
async function nowhereForPrograms(c: C, routes: Route[]): Promise<Response> {
  if (!(await c.var.holder())) return askForToken(c)
  const offered = routesAt(routes, c.req.path)
  if (offered.length === 0) return c.json({ error: 'There is nothing at this address.' }, 404)
  c.header('Allow', allowed(offered))
  return c.json({ error: OTHER_KIND }, 405)
}

const OTHER_KIND = 'This address does not take that kind of request.'

const allowed = (offered: Route[]): string =>
  offered.flatMap(({ method }) => (method === 'GET' ? ['GET', 'HEAD'] : [method])).join(', ')

/** Sends a stranger to log in, and afterwards back; scripts are told in their own way. */
export function toLogin(c: C): Response {
  if (isOutbox(c)) return refuseToOutbox(c, 'You are logged out.', 401)
  if (!acceptsPages(c)) return c.json({ error: 'Log in first.' }, 401)
  return c.redirect(loginWithNext(c.var.safeNext(pageOf(c))), 303)
}

/** The page where the password is typed once more, and after it the page of the form. */
function toConfirm(c: C): Response {
  const wanted = c.var.safeNext(pageOf(c))
  return c.redirect(`/account/confirm?next=${encodeURIComponent(wanted)}`, 303)
}

/** The page that was asked for, or the one with the form that was sent. */
function pageOf(c: C): string {
  const { pathname, search } = new URL(c.req.url)
  return isReading(c.req.raw) ? pathname + search : (refererPath(c) ?? nearestPage(c, pathname))
}

function acceptsPages(c: C): boolean {
  const accept = c.req.header('Accept') ?? '*/*'
  return /text\/html|\*\/\*|text\/\*/.test(accept)
}

/** The outbox of one person must not write into the lists of another who uses the same browser. */
function notYours(c: C): Response {
  const response = refuseToOutbox(c, 'Somebody else is logged in now.', 409)
  response.headers.set('X-Outbox-Owner', 'other')
  return response
}

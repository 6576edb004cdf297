import type { Context } from 'hono'
import { HTTPException } from 'hono/http-exception'
import { Refusal } from '#core/refusal.ts'
import { troubleSentence } from '#db/db.ts'
import type { Common, PublicEnv } from './env.ts'
import { headingOf, type Plain, troublePage, troubleView } from './errors.ts'
import { statusOf } from './forms.ts'
import { isReading } from './methods.ts'
import { showPage } from './page.ts'
import { isOutbox, refuseToOutbox } from './streams.ts'

type C = Context<PublicEnv>

/** Makes an answer of what was thrown: of a refusal its sentence, of a bug a number. */
export function explain(c: C, error: unknown): Response | Promise<Response> {
  if (error instanceof HTTPException) return trouble(c, error.status, 'This request cannot be answered.')
  if (!(error instanceof Refusal)) return lastResort(c.req.raw, c.var, error, isOutbox(c) ? c : undefined)
  if (error.details.retryAfterSeconds) c.header('Retry-After', String(error.details.retryAfterSeconds))
  return trouble(c, statusOf(error), error.sentence)
}

/** A page (or for the outbox a message) that says why not. */
export async function trouble(c: C, status: number, sentence: string): Promise<Response> {
  if (isOutbox(c)) return refuseToOutbox(c, sentence, status)
  const heading = headingOf(status)
  if (!c.var.visitor) return c.html(troublePage(plainOf(c.var), { heading, sentence }), status as 400)
  return showPage(c, { title: heading, main: troubleView({ heading, sentence }) }, status)
}

/** The same for what is not there, and for what is somebody else's. */
export const nothingHere = (c: C): Promise<Response> =>
  trouble(c, 404, 'There is nothing at this address, or it is not yours to see.')

/** A bug, or a database in trouble. Nothing of it is shown but a number under which it stands in the log. */
export function lastResort(request: Request, common: Common, error: unknown, outbox?: C): Response {
  const { parts, requestId } = common
  const written = !isReading(request)
  const known = troubleSentence(error, { written })
  const status = known ? 503 : 500
  parts.log.error(known ? 'database_trouble' : 'bug', { id: requestId }, error)
  const advice = written ? 'Please look whether it was saved before you try again.' : 'Please try again.'
  const sentence = known ?? `This is our fault, not yours. ${advice}`
  const headers = known ? { 'Retry-After': '5' } : {}
  if (!outbox) return refuse(plainOf(common), status, sentence, { headers, requestId })
  const response = refuseToOutbox(outbox, sentence, status)
  for (const [name, value] of Object.entries(headers)) response.headers.set(name, value)
  return response
}

/** An error page for a request of which nothing is known, or too little to show more. */
export function refuse(
  plain: Plain,
  status: number,
  sentence: string,
  { headers = {}, requestId }: { headers?: Record<string, string>; requestId?: string } = {},
): Response {
  const about = requestId === undefined ? {} : { requestId }
  const page = troublePage(plain, { heading: headingOf(status), sentence, ...about })
  return new Response(page, { status, headers: { 'Content-Type': 'text/html; charset=utf-8', ...headers } })
}

const plainOf = ({ parts, site }: Common): Plain => ({ assets: parts.assets, brand: site.title })

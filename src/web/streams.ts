import type { Context } from 'hono'
import { countToday } from '#db/due.ts'
import { refererPath } from './back.ts'
import { todayFor } from './dates.ts'
import { type Any, type UserEnv, visitorOf } from './env.ts'
import { type Html, html, nothing } from './html.ts'
import { countsAfter } from './lists-around.ts'
import { errorToast, toasts } from './toasts.ts'

/** A change to the page that Turbo makes in the browser. `target` is the id of an element. */
export const stream = {
  prepend: (target: string, content: Html): Html => streamOf('prepend', target, content),
  append: (target: string, content: Html): Html => streamOf('append', target, content),
  before: (target: string, content: Html): Html => streamOf('before', target, content),
  after: (target: string, content: Html): Html => streamOf('after', target, content),
  replace: (target: string, content: Html): Html => streamOf('replace', target, content),
  update: (target: string, content: Html): Html => streamOf('update', target, content),
  remove: (target: string): Html => html`<turbo-stream action="remove" target="${target}"></turbo-stream>`,
  refresh: (): Html => html`<turbo-stream action="refresh"></turbo-stream>`,
}

/** Whether the outbox of a page sent this request: it wants changes to the page, not a page. */
export const isOutbox = (c: Any): boolean => c.req.header('X-Outbox') !== undefined

/**
 * The answer after a change. To the outbox: `streams`, the message and the new count, at once. Else the
 * message waits for the next page, which is `to`, or where the person came from. Without an `op` there is nothing to
 * undo; `about` are more words of ours for the message. The outbox is told where the form leads, too: its page may go
 * there.
 */
export async function changed(
  c: Context<UserEnv>,
  change: { what: string; op?: string; about?: string[]; streams: Html[]; to?: string },
): Promise<Response> {
  const { db, user, now, flashes } = c.var
  const { what, op, about = [] } = change
  if (!isOutbox(c)) {
    flashes.add(what, op, about)
    return c.redirect(change.to ?? refererPath(c) ?? '/', 303)
  }
  if (change.to !== undefined) c.header('X-Outbox-Next', change.to)
  const message = await toasts(db, user, [{ code: what, ...(op !== undefined && { op }), about }], now)
  const [counts, due] = await Promise.all([countsAfter(db, user, now, op ?? ''), countToday(db, todayFor(user, now))])
  return answerStreams(c, [
    ...change.streams,
    stream.update('flashes', message),
    ...counts.map(({ place, count }) => stream.update(place, html`${count || ''}`)),
    stream.update('today_count', html`${due || ''}`),
  ])
}

/** Tells the outbox why something was not done, and to which field of its form that belongs. */
export const refuseToOutbox = (c: Any, sentence: string, status: number, field?: string): Response =>
  answerStreams(c, [stream.update('flashes', errorToast(sentence, field))], status)

/** Whether the outbox that sent this belongs to somebody else than who is logged in now. */
export const isOthersOutbox = (c: Any): boolean => c.req.header('X-Outbox') !== visitorOf(c)?.user.public_id

const streamOf = (action: string, target: string, content: Html): Html =>
  html`<turbo-stream action="${action}" target="${target}"><template>${content}</template></turbo-stream>`

const answerStreams = (c: Any, streams: Html[], status = 200): Response =>
  c.body(String(html`${streams.length > 0 ? streams : nothing}`), status as 200, {
    'Content-Type': 'text/vnd.turbo-stream.html; charset=utf-8',
  })

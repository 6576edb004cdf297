import { html } from 'hono/html'

/**
 * A template literal of markup: every value in it is escaped, except what another `html` made. A value that is
 * `undefined`, `null` or `false` leaves nothing behind; an array leaves its items one after another.
 */
export { html }

/** A piece of markup, ready to be sent. */
export type Html = ReturnType<typeof html>

/** Nothing at all. */
export const nothing: Html = html``

/** A piece of markup, ready to be sent. Only `html` and `raw` make any. */
export class Html {
  readonly #text: string

  constructor(text: string) {
    this.#text = text
  }

  toString(): string {
    return this.#text
  }
}

/** What may stand in a template. */
export type Value = Html | string | number | false | null | undefined | Value[]

/**
 * A template literal of markup: every value in it is escaped, except what another `html` made. A value that is
 * `undefined`, `null` or `false` leaves nothing behind; an array leaves its items one after another.
 */
export function html(words: TemplateStringsArray, ...values: Value[]): Html {
  let text = words[0]!
  for (let i = 0; i < values.length; i++) text += shown(values[i]) + words[i + 1]!
  return new Html(text)
}

/** Text that is markup already. Nothing that came from outside may get here. */
export const raw = (text: string): Html => new Html(text)

/** Nothing at all. */
export const nothing: Html = raw('')

function shown(value: Value): string {
  if (typeof value === 'string') return escaped(value)
  if (value instanceof Html) return value.toString()
  if (Array.isArray(value)) return value.reduce<string>((text, item) => text + shown(item), '')
  return value === undefined || value === null || value === false ? '' : String(value)
}

// Most texts hold none of these, and looking is quicker than replacing.
const escaped = (text: string): string => (SPECIAL.test(text) ? text.replace(ALL_SPECIAL, (c) => ENTITIES[c]!) : text)

const SPECIAL = /[&<>"']/
const ALL_SPECIAL = /[&<>"']/g
const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

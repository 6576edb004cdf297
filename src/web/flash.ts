import type { Config } from '#config.ts'
import { MINUTE } from '#core/time.ts'
import type { KeyRing } from '#crypto/keys.ts'
import { dropCookie, readCookie, writeCookie } from './cookies.ts'

/**
 * One flash: what happened, as a word of ours, the op whose title and Undo go with it, and more words of ours or a
 * number. Never free text.
 */
export type Flash = { code: string; op?: string; about?: string[] }

const LIFE = 15 * MINUTE
const MOST = 10

/**
 * The messages that the next page will show, once. They travel in a signed cookie, so that a page that is
 * read writes nothing, and visitors without a session have them too.
 */
export class Flashes {
  readonly #keys: KeyRing
  readonly #config: Config
  readonly #came: Flash[]
  #added: Flash[] = []
  #shown = false

  constructor(keys: KeyRing, config: Config, cookieHeader: string | null, now: Date) {
    this.#keys = keys
    this.#config = config
    this.#came = read(keys, config, cookieHeader, now)
  }

  /** Keeps a message for the next page. */
  add(code: string, op?: string, about: string[] = []): void {
    this.#added.push({ code, ...(op !== undefined && { op }), ...(about.length > 0 && { about }) })
  }

  /** Whether a message with one of these codes waits for the next page. */
  tell(...codes: string[]): boolean {
    return [...this.#came, ...this.#added].some(({ code }) => codes.includes(code))
  }

  /** Everything there is to show; afterwards it is forgotten. */
  take(): Flash[] {
    const all = [...this.#came, ...this.#added].slice(-MOST)
    this.#added = []
    this.#shown = true
    return all
  }

  /** Forgets what came with the request: at login and logout another person may be looking. */
  forget(): void {
    this.#shown = true
  }

  /** The Set-Cookie header that the answer needs, if any. */
  cookie(now: Date): string | undefined {
    const left = [...(this.#shown ? [] : this.#came), ...this.#added].slice(-MOST)
    if (this.#added.length === 0 && !(this.#shown && this.#came.length > 0)) return undefined
    if (left.length === 0) return dropCookie('pre', this.#config)
    return writeCookie('pre', this.#keys.sign('pre', JSON.stringify(left), now), this.#config, LIFE)
  }
}

/**
 * Whether this request's answer is a page that a person looks at. A page fetched ahead, in the background, or
 * for a part of another page must not use a message up.
 */
export function isLookedAt(request: Request): boolean {
  const { headers } = request
  return (
    request.method === 'GET' &&
    (headers.get('Accept') ?? '').includes('text/html') &&
    !/prefetch|prerender/.test(`${headers.get('Sec-Purpose')} ${headers.get('X-Sec-Purpose')}`) &&
    !headers.has('Turbo-Frame') &&
    !headers.has('X-Background')
  )
}

function read(keys: KeyRing, config: Config, header: string | null, now: Date): Flash[] {
  const cookie = readCookie(header, 'pre', config)
  const text = cookie === undefined ? undefined : keys.open('pre', cookie, now, LIFE)
  return text === undefined ? [] : (JSON.parse(text) as Flash[])
}

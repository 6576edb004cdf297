import { uuidv7 } from '#core/ids.ts'

/** A new id as a browser makes it. */
export const newTaskId = (): string => uuidv7(Date.now(), crypto.getRandomValues(new Uint8Array(10)))

export const PASSWORD = 'a long walk by the sea'

/**
 * Somebody with a browser without script, over real HTTP. `base` is the address the site is known under, when
 * it is reached at another.
 */
export class Visitor {
  readonly email: string
  url: string
  base: string
  #cookies = new Map<string, string>()

  constructor(url: string, { email = 'ana@example.org', base = url } = {}) {
    this.url = url
    this.base = base
    this.email = email
  }

  /** The cookies as they are sent. */
  get cookie(): string {
    return [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ')
  }

  async get(path: string, init: RequestInit = {}): Promise<Response> {
    return this.#send(path, { ...init, method: 'GET' })
  }

  async post(path: string, fields: Record<string, string> = {}): Promise<Response> {
    return this.#send(path, { method: 'POST', body: new URLSearchParams(fields) })
  }

  async register(): Promise<Response> {
    return this.post('/register', { email: this.email, password: PASSWORD, verify: PASSWORD })
  }

  async logIn(password = PASSWORD): Promise<Response> {
    return this.post('/login', { email: this.email, password })
  }

  async #send(path: string, init: RequestInit): Promise<Response> {
    const response = await fetch(this.url + path, {
      ...init,
      headers: { host: new URL(this.base).host, origin: this.base, cookie: this.cookie, ...init.headers },
      redirect: 'manual',
    })
    for (const line of response.headers.getSetCookie()) this.#keep(line)
    return response
  }

  #keep(line: string) {
    const [pair = ''] = line.split(';')
    const at = pair.indexOf('=')
    if (/max-age=0(;|$)/i.test(line)) this.#cookies.delete(pair.slice(0, at))
    else this.#cookies.set(pair.slice(0, at), pair.slice(at + 1))
  }
}

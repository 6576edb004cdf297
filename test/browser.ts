import type { App } from '#app.ts'
import type { Config } from '#config.ts'

export type BrowserOptions = {
  /** The address it comes from. */
  ip?: string
  agent?: string
  /** What it says about where a form comes from: `modern` sends Sec-Fetch-Site, `old` only Origin, `none` neither. */
  says?: 'modern' | 'old' | 'none'
}

export type Sent = { headers?: Record<string, string>; from?: string }

/** A form: fields by name, or pairs where a name comes more than once. */
export type Fields = Record<string, string> | [string, string][]

export type Browser = ReturnType<typeof browser>

/** What a page says is wrong: the text of everything that screen readers are told at once. */
export const alertsIn = (page: string): string[] =>
  [...page.matchAll(/<(\w+)[^>]*role="alert"[^>]*>(.*?)<\/\1>/gs)].map(([, , inner = '']) => textOf(inner))

/** The messages that a page shows once. */
export const flashesIn = (page: string): string[] =>
  [...page.matchAll(/<div class="toast[^"]*"[^>]*>\s*<span>(.*?)<\/span>/gs)].map(([, inner = '']) => textOf(inner))

const textOf = (markup: string): string =>
  markup
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()

/**
 * A browser with a cookie jar and without JavaScript, in front of the real site. It follows no redirect by itself,
 * keeps cookies as browsers do, and leaves the way out of a test to its address bar: `request` sends anything.
 */
export function browser(
  app: App,
  config: Config,
  {
    ip = '127.0.0.1',
    agent = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
    says = 'modern',
  }: BrowserOptions = {},
) {
  const jar = new Map<string, string>()
  const host = new URL(config.baseUrl).host

  async function request(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = new Headers({ Host: host, Accept: 'text/html,application/xhtml+xml', 'User-Agent': agent })
    if (jar.size > 0) headers.set('Cookie', [...jar].map(([name, value]) => `${name}=${value}`).join('; '))
    for (const [name, value] of new Headers(init.headers)) {
      if (value === '') headers.delete(name)
      else headers.set(name, value)
    }
    const sent = new Request(config.baseUrl + path, { ...init, headers, redirect: 'manual' })
    const response = await app.fetch(sent, { address: ip, keepOpen() {} })
    keep(response)
    return response
  }

  function keep(response: Response) {
    for (const line of response.headers.getSetCookie()) {
      const [pair = '', ...attributes] = line.split('; ')
      const at = pair.indexOf('=')
      const name = pair.slice(0, at)
      if (attributes.includes('Max-Age=0')) jar.delete(name)
      else jar.set(name, pair.slice(at + 1))
    }
  }

  const origins: Record<string, Record<string, string>> = {
    modern: { 'Sec-Fetch-Site': 'same-origin', 'Sec-Fetch-Mode': 'navigate', Origin: config.baseUrl },
    old: { Origin: config.baseUrl },
    none: {},
  }

  return {
    jar,
    request,
    get: (path: string, headers: Record<string, string> = {}) => request(path, { headers }),

    /** Sends a form, as a page of ours would; `from` is that page. */
    post: (path: string, fields: Fields = {}, { headers = {}, from = '' }: Sent = {}) =>
      request(path, {
        method: 'POST',
        body: new URLSearchParams(fields).toString(),
        headers: {
          'Content-Type': 'application/x-www-form-urlencoded',
          ...origins[says],
          ...(from === '' ? {} : { Referer: config.baseUrl + from }),
          ...headers,
        },
      }),

    /** The text of a page. Follows redirects, as a person's browser does, at most five. */
    async page(path: string): Promise<string> {
      let response = await request(path)
      for (let hops = 0; response.status >= 300 && response.status < 400 && hops < 5; hops++) {
        response = await request(response.headers.get('Location') ?? '/')
      }
      return response.text()
    },

    /** The token in the session cookie. */
    get token(): string | undefined {
      return jar.get(config.secure ? '__Host-sid' : 'sid')
    },
  }
}

import { type Bench, type Figure, inboxShots, startApp } from './bench.ts'
import { spelled } from './numbers.ts'
import type { Running } from './processes.ts'

/** How many bytes a browser that was never here before loads for a page, with everything the page names. */
export async function measureFirstVisit(bench: Bench): Promise<Figure[]> {
  const server = await startApp(bench, bench.small)
  const login = await bytesOf(server, '/login', {})
  const inbox = await bytesOf(server, '/', inboxShots(bench.small.cookies)[0]!.headers)
  await server.stop()
  return [
    figure('h', 'Bytes of a first visit: the login page with all it loads', login),
    figure('', 'The same of the Inbox', inbox),
  ]
}

const figure = (mark: string, name: string, bytes: number): Figure => ({
  mark,
  name,
  figure: `${spelled(bytes / 1000, 1)} kB`,
  target: '≤ 60 kB',
  ok: bytes <= 60_000,
})

/** The page, what its head names, what the script loads at once, and the worker that the script registers. */
async function bytesOf({ url }: Running, path: string, headers: Record<string, string>): Promise<number> {
  const page = await loaded(url + path, headers)
  const head = page.text.split('</head>')[0]!
  const named = [...head.matchAll(/(?:href|src)="(\/[^"]+)"/g)].map((match) => match[1]!)
  const parts = await Promise.all([...new Set([...named, '/service-worker.js'])].map((part) => loaded(url + part)))
  return [page, ...parts].reduce((sum, part) => sum + part.bytes, 0)
}

async function loaded(url: string, headers: Record<string, string> = {}): Promise<{ bytes: number; text: string }> {
  const asked = { headers: { 'Accept-Encoding': 'gzip', Accept: 'text/html', ...headers } }
  const response = await fetch(url, { ...asked, decompress: false })
  if (response.status !== 200) throw new Error(`${url} answered ${response.status}.`)
  const body = await response.bytes()
  const isPacked = response.headers.get('Content-Encoding') === 'gzip'
  return { bytes: body.length, text: new TextDecoder().decode(isPacked ? Bun.gunzipSync(body) : body) }
}

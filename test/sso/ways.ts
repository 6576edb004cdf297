import type { Browser, Fields } from '#test/browser.ts'
import type { Elsewhere, Idp } from './idp.ts'

/** Presses the button for a provider on `tab`, and returns the address that it leads to. */
export async function setOut(
  tab: Browser,
  { path = '/auth/work', fields = {}, origin }: { path?: string; fields?: Record<string, string>; origin: string },
): Promise<URL> {
  const answer = await tab.post(path, { ...fields, origin } satisfies Fields)
  const to = answer.headers.get('Location') ?? ''
  if (answer.status !== 303 || !to.startsWith(origin)) throw new Error(`It went to ${answer.status} ${to}`)
  return new URL(to)
}

/** Goes to the provider as `name` and comes back. Returns what the site says then. */
export async function goThrough(
  tab: Browser,
  idp: Pick<Idp, 'issuer' | 'browser'>,
  name: string,
  { there = idp.browser(), ...how }: { path?: string; fields?: Record<string, string>; there?: Elsewhere } = {},
): Promise<Response> {
  const address = await setOut(tab, { ...how, origin: idp.issuer })
  return tab.get(await there.visit(address.href, name), {
    'Sec-Fetch-Site': 'cross-site',
    'Sec-Fetch-Mode': 'navigate',
  })
}

/** Where an answer leads, with its status. */
export const goesTo = (response: Response): [number, string | null] => [
  response.status,
  response.headers.get('Location'),
]

import { keeper } from './lists.ts'
import { tess } from './tasks.ts'
import { planners } from './views.ts'

/** Ana's five tasks, as they stand in her Inbox. */
export const ROWS = [
  'Renew the passport',
  'Send the invoice to Nadia before she leaves',
  'Water the plants',
  'Pack the kitchen',
  'Read chapter 4',
]

const DONE = ['Book the train', 'Buy bread, milk & eggs', 'Return the library books']

// A title of 500 characters, the most there can be.
export const LONG = 'Write to the landlord about the heating, the window and the neighbour’s dog. '
  .repeat(7)
  .slice(0, 500)

export const ARABIC = 'اتصل بالبنك بخصوص الحساب'

const PASSWORD = 'a kettle, two cups and rain'

/**
 * Has Ana with a few tasks, Nina with none, Mara with two hundred and Lena with long ones register at `url`, and those
 * whose pages are looked at elsewhere. Returns where the tasks of Tess are.
 */
export async function people(url: string): Promise<(title: string) => string> {
  const ana = await person(url, 'ana')
  await ana.add(...DONE)
  for (const title of DONE) await ana.post(`/tasks/${ana.idOf(title)}/complete`)
  await ana.add(...ROWS.toReversed())
  const notes = 'Two photographs, the old one, and the receipt.\n\nThe office is open on Tuesday and Thursday.'
  await ana.post(`/tasks/${ana.idOf(ROWS[0]!)}/edit`, { title: ROWS[0]!, notes })
  await person(url, 'nina')
  const mara = await person(url, 'mara')
  await mara.add(...Array.from({ length: 200 }, (_, i) => `${ROWS[i % ROWS.length]} (${200 - i})`))
  const lena = await person(url, 'lena')
  await planners((name) => person(url, name))
  await keeper((name) => person(url, name))
  await lena.add('Read chapter 4', 'Order the cake', 'Donaudampfschifffahrtsgesellschaft'.repeat(4), ARABIC, LONG)
  return tess((name) => person(url, name))
}

/** Somebody with a browser. */
export type Person = Awaited<ReturnType<typeof person>>

async function person(url: string, name: string) {
  const ids = new Map<string, string>()
  let cookie = ''
  const post = async (path: string, fields: Record<string, string> = {}) => {
    const headers = { 'Sec-Fetch-Site': 'same-origin', ...(cookie === '' ? {} : { Cookie: cookie }) }
    const body = new URLSearchParams(fields)
    const response = await fetch(url + path, { method: 'POST', headers, body, redirect: 'manual' })
    if (response.status !== 303) throw new Error(`${path} answered ${response.status}. ${await response.text()}`)
    return response
  }
  const email = `${name}@example.com`
  const answer = await post('/register', { email, password: PASSWORD, verify: PASSWORD })
  cookie =
    answer.headers
      .getSetCookie()
      .find((line) => line.startsWith('sid='))
      ?.split(';')[0] ?? ''
  return {
    post,
    idOf: (title: string): string => ids.get(title)!,
    async add(...titles: string[]) {
      for (const title of titles) {
        const id = Bun.randomUUIDv7()
        ids.set(title, id)
        await post('/tasks', { task: title, id })
      }
    },
  }
}

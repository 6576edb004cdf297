import { expect } from 'bun:test'
import { newId } from '#db/db.ts'
import type { Browser, Fields } from '#test/browser.ts'
import type { World } from '#test/world.ts'

/** The ids of the rows on a page, in its order. */
export const rowIds = (html: string): string[] =>
  [...withoutTemplates(html).matchAll(/<li id="task_([0-9a-f-]{36})"/g)].map((match) => match[1] ?? '')

/** The titles of the rows on a page, in its order, as they stand in the markup. */
export const titles = (html: string): string[] =>
  [...withoutTemplates(html).matchAll(/class="title"[^>]*>([^<]*)</g)].map((match) => match[1] ?? '')

/** The Undo forms of the toasts on a page or in a stream: the addresses they are sent to. */
export const undos = (html: string): string[] =>
  [...html.matchAll(/action="(\/undo\/[0-9a-f-]{36})"/g)].map((match) => match[1] ?? '')

/** What the toasts on a page or in a stream say. */
export const toasts = (html: string): string[] =>
  [...html.matchAll(/class="toast[^>]*><span>(.*?)<\/span>/gs)].map((match) =>
    (match[1] ?? '').replace(/<\/?bdi>/g, ''),
  )

/** What the page says is wrong. */
export const problems = (html: string): string[] =>
  [...html.matchAll(/role="alert"[^>]*>(?:<span>)?([^<]+)</g)].map((match) => match[1] ?? '')

/** Adds tasks by the form, the first at the top, and returns their ids in that order. */
export async function add(tab: Browser, ...tasks: string[]): Promise<string[]> {
  const ids: string[] = []
  for (const task of tasks.toReversed()) {
    const id = newId()
    expect((await tab.post('/tasks', { task, id }, { from: '/' })).status).toBe(303)
    ids.unshift(id)
  }
  return ids
}

/** An outbox in the browser of `name`: sends a form as script does, with a key, and reads the answer. */
export async function outboxOf(world: World, name: string, tab: Browser) {
  const { public_id } = await world.person(name)
  return async (path: string, fields: Fields = {}, key: string = newId()) => {
    const headers = { 'X-Outbox': public_id, 'Idempotency-Key': key, Accept: 'text/vnd.turbo-stream.html' }
    const response = await tab.post(path, fields, { headers })
    return { status: response.status, headers: response.headers, text: await response.text(), key }
  }
}

/** The streams in an answer: their actions and targets. */
export const streams = (text: string): string[] =>
  [...text.matchAll(/<turbo-stream action="(\w+)"(?: target="([^"]*)")?/g)].map((match) =>
    match[2] === undefined ? (match[1] ?? '') : `${match[1]} ${match[2]}`,
  )

const withoutTemplates = (html: string): string => html.replace(/<template id="row[\s\S]*?<\/template>/g, '')

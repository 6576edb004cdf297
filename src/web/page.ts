import type { Db } from '#db/db.ts'
import { countToday } from '#db/due.ts'
import type { User } from '#db/schema.ts'
import { todayFor } from './dates.ts'
import { type Any, visitorOf } from './env.ts'
import { isLookedAt } from './flash.ts'
import type { Html } from './html.ts'
import { cardPage, type Frame, type Page, type Person, personPage } from './layout.ts'
import { knownAs } from './start-page.ts'
import { toasts } from './toasts.ts'

/** Answers with a page for the person who is logged in, with the messages that wait for it. */
export async function showPage(c: Any, page: Page, status = 200): Promise<Response> {
  const person = await personOf(c, page)
  if (!person) throw new Error('This page is for somebody who is logged in.')
  const frame = await frameOf(c, page.title, person)
  return c.html(String(personPage({ ...frame, person }, page)), status as 200)
}

/** Answers with a card in the middle, for strangers and for questions that stand alone. */
export async function showCard(c: Any, card: { title: string; main: Html }, status = 200): Promise<Response> {
  const frame = await frameOf(c, card.title, await personOf(c))
  return c.html(String(cardPage(frame, card.main)), status as 200)
}

/** How many open tasks the Inbox of `user` has. */
export async function countInbox(db: Db, user: Pick<User, 'id'>): Promise<number> {
  const { open_tasks } = await db
    .selectFrom('lists')
    .select('open_tasks')
    .where('owner_id', '=', user.id)
    .where('kind', '=', 'inbox')
    .executeTakeFirstOrThrow()
  return open_tasks
}

async function frameOf(c: Any, title: string, person: Person | undefined): Promise<Frame> {
  const { db, parts, flashes } = c.var
  const waiting = isLookedAt(c.req.raw) ? flashes.take() : []
  return { title, assets: parts.assets, person, toasts: await toasts(db, visitorOf(c)?.user, waiting) }
}

async function personOf(c: Any, { openTasks, dueToday }: Partial<Page> = {}): Promise<Person | undefined> {
  const visitor = visitorOf(c)
  if (!visitor) return undefined
  const { user, session } = visitor
  return {
    publicId: user.public_id,
    email: user.email,
    name: user.name,
    theme: user.theme,
    singleKeys: user.single_keys === 1,
    remembered: session.persistent,
    openTasks: openTasks ?? (await countInbox(c.var.db, user)),
    dueToday: dueToday ?? (await countToday(c.var.db, todayFor(user, c.var.now))),
    start_page: user.start_page,
    path: knownAs(c.req.path, user),
  }
}

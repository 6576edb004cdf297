import { DAY, later } from '#core/time.ts'
import { countToday } from '#db/due.ts'
import type { User } from '#db/schema.ts'
import { momentTag, todayFor, todayOf } from './dates.ts'
import { type Any, type Visitor, visitorOf } from './env.ts'
import { filtersAround } from './filters-around.ts'
import { isLookedAt } from './flash.ts'
import type { Html } from './html.ts'
import { cardPage, type Frame, type Page, type Person, personPage } from './layout.ts'
import { type ListAround, listsAround } from './lists-around.ts'
import { listAddress } from './places.ts'
import { knownAs } from './start-page.ts'
import { toasts } from './toasts.ts'

/** Answers with a page for the person who is logged in, with the messages that wait for it. */
export async function showPage(c: Any, page: Page, status = 200): Promise<Response> {
  const visitor = visitorOf(c)
  if (!visitor) throw new Error('This page is for somebody who is logged in.')
  const { user } = visitor
  const { db, now } = c.var
  const person = personIn(visitor, now)
  const [lists, filters, dueToday] = await Promise.all([
    listsAround(db, user, now),
    filtersAround(db, user),
    page.dueToday ?? countToday(db, todayFor(user, now)),
  ])
  const around = {
    user,
    path: knownAs(c.req.path, user),
    place: page.place ?? placeOf(page, lists, user),
    lists,
    filters,
    dueToday,
  }
  const frame = await frameOf(c, page, person)
  return c.html(String(personPage({ ...frame, person }, around, page)), status as 200)
}

/** Answers with a card in the middle, for strangers and for questions that stand alone. */
export async function showCard(
  c: Any,
  card: Pick<Page, 'title' | 'main' | 'passkeys'>,
  status = 200,
): Promise<Response> {
  const visitor = visitorOf(c)
  const frame = await frameOf(c, card, visitor && personIn(visitor, c.var.now))
  return c.html(String(cardPage(frame, card.main)), status as 200)
}

/** A task belongs to its list, when that is one of those around. */
function placeOf({ task, lists: [id] = [] }: Page, lists: ListAround[], user: User): string | undefined {
  const list = task && lists.find((list) => list.id === id)
  return list && listAddress(list, user)
}

async function frameOf(
  c: Any,
  { title, passkeys = false }: Pick<Page, 'title' | 'passkeys'>,
  person: Person | undefined,
): Promise<Frame> {
  const { db, parts, flashes, site } = c.var
  const waiting = isLookedAt(c.req.raw) ? flashes.take() : []
  const said = await toasts(db, visitorOf(c)?.user, waiting, c.var.now)
  const alone = c.var.formTargets.length > 0
  return { title, brand: site.title, assets: parts.assets, person, alone, passkeys, toasts: said }
}

const personIn = ({ user, session }: Visitor, now: Date): Person => ({
  publicId: user.public_id,
  email: user.email,
  factorsReset: factorsReset(user, now),
  name: user.name,
  theme: user.theme,
  singleKeys: user.single_keys === 1,
  dates: [user.zone, user.day_starts, user.date_order, user.week_start, user.locale, todayOf(user, now)].join(' '),
  remembered: session.persistent,
})

/** For a day it stands on every page (OWASP ASVS 5.0, 6.4.4). */
function factorsReset(user: User, now: Date): Html | undefined {
  const at = user.factors_reset_at
  return at === null || at <= later(now, -DAY) ? undefined : momentTag(user, at, now)
}

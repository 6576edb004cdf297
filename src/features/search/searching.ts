import { type Filter, isPlainWords, parseSearch } from '#core/filter.ts'
import { isId } from '#core/ids.ts'
import { Refusal } from '#core/refusal.ts'
import type { Db } from '#db/db.ts'
import { type Found, find, numberOf } from '#db/finding.ts'
import type { User } from '#db/schema.ts'
import { listsOf } from '#features/lists/lists.ts'
import { PAGE } from '#features/tasks/listing.ts'
import { type Row, rowsById } from '#features/tasks/seen.ts'
import { todayOf, wordContext } from '#web/dates.ts'
import { matching } from './matching.ts'
import { asksForCompleted, type Context, canBe, conditionOf, countOf, hasText, listsNamed } from './meaning.ts'
import { namesIn } from './names.ts'
import { reachOf } from './reach.ts'

/** What somebody asks: words or a filter, in one text. */
export type Search = {
  text: string
  /** Completed tasks too, though the text does not speak of them. */
  completed?: boolean
  /** Where the page goes on: behind this task, in this part of what was found. */
  after?: { id: string; part: Part } | undefined
}

/** Open tasks with the words in their title, those with them in their notes, and the same of completed ones. */
export type Part = (typeof PARTS)[number]
export const PARTS = ['title', 'rest', 'done-title', 'done-rest'] as const

/** A page of tasks of one kind, and where the next page begins. */
export type Group = { rows: Row[]; next: { id: string; part: Part } | undefined }

/** What was found. A group that was not asked for, or that this page is not about, is missing. */
export type Results = { open: Group | undefined; done: Group | undefined; lists: string[]; isFilter: boolean }

type Reader = Pick<User, 'id' | 'zone' | 'day_starts' | 'date_order' | 'week_start'>

/**
 * Finds the tasks of `user` that a text asks for. Plain words are looked for, the best first; a filter lets tasks
 * through in the order in which they are due. Refuses a text that cannot be read and names that nothing has, with
 * the field `q`.
 */
export async function search(db: Db, user: Reader, { text, completed, after }: Search, now: Date): Promise<Results> {
  const filter = read(text, user, now)
  const asksDone = completed === true || asksForCompleted(filter)
  const all = await listsOf(db, user).execute()
  const isFilter = !isPlainWords(filter)
  const named = await namesIn(db, user, all, filter)
  const namedLists = listsNamed(filter, named)
  const lists = all.filter(({ id, archived_at }) => !isFilter || archived_at === null || namedLists.includes(id))
  const group = (isOpen: boolean): Promise<Group | undefined> => {
    if (!canBe(filter, isOpen) || (after && after.part.startsWith('done') === isOpen)) return Promise.resolve(undefined)
    const context = { db, user, today: todayOf(user, now), named, among: { lists, isOpen } }
    return isFilter ? filtered(filter, context, after) : worded(filter, context, after)
  }
  const [open, done] = [await group(true), asksDone ? await group(false) : undefined]
  return { open, done, lists: lists.map(({ id }) => id), isFilter }
}

/** Refuses a text that cannot be read, and names that nothing has, with the form's own field. */
export async function checkSearch(db: Db, user: Reader, text: string, now: Date, field: string): Promise<void> {
  try {
    await namesIn(db, user, await listsOf(db, user).execute(), read(text, user, now))
  } catch (error) {
    throw error instanceof Refusal ? new Refusal(error.reason, error.sentence, { field }) : error
  }
}

function read(text: string, user: Reader, now: Date): Filter {
  const answer = parseSearch(text, wordContext(user, now))
  if ('problem' in answer) throw new Refusal('invalid', answer.problem, { field: 'q' })
  return answer.filter
}

// One more than a page has, to see whether it goes on.
const MOST = PAGE + 1

async function filtered(filter: Filter, context: Context, after: Search['after']): Promise<Group> {
  const { db, user, today, named, among } = context
  const question = {
    condition: conditionOf(filter, context),
    conditions: countOf(filter),
    lists: among.lists.map(({ id }) => id),
    reach: reachOf(filter, today, named),
    isOpen: among.isOpen,
    // Words are looked up once for all lists.
    isOnce: hasText(filter),
  }
  const ids = await matching(db, user, question, MOST, after && isId(after.id) ? after.id : undefined)
  const last = ids[PAGE - 1]
  const next = ids.length === MOST && last ? { id: last, part: partOf('title', among.isOpen) } : undefined
  return { rows: await rowsIn(db, among, ids.slice(0, PAGE)), next }
}

async function worded(filter: Filter, { db, among }: Context, after: Search['after']): Promise<Group> {
  if (filter.is !== 'text') return { rows: [], next: undefined }
  const below = after && isId(after.id) ? await numberOf(db, after.id) : undefined
  const part = after?.part.endsWith('rest') ? 'rest' : 'title'
  const cursor = below === undefined ? undefined : ({ part, below } as const)
  const found = await find(db, { words: filter.words }, among, MOST, cursor)
  const page = found.slice(0, PAGE)
  return {
    rows: await rowsIn(db, among, idsOf(page)),
    next: found.length === MOST ? behind(page, among.isOpen) : undefined,
  }
}

function behind(page: Found[], isOpen: boolean): Group['next'] {
  const last = page.at(-1)
  return last && { id: last.id, part: partOf(last.part, isOpen) }
}

const partOf = (part: 'title' | 'rest', isOpen: boolean): Part => (isOpen ? part : `done-${part}`)

/** The rows of these tasks in this order. What was moved out of the lists since it was found is left out. */
async function rowsIn(db: Db, { lists }: Context['among'], ids: string[]): Promise<Row[]> {
  const visible = new Set(lists.map(({ id }) => id))
  return (await rowsById(db, ids)).filter((row) => visible.has(row.list_id))
}

const idsOf = (found: Found[]): string[] => found.map(({ id }) => id)

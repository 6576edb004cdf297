import type { Insertable } from 'kysely'
import { addDays } from '#core/days.ts'
import { nameKey } from '#core/names.ts'
import { positionsBetween } from '#core/order.ts'
import { DAY, instant } from '#core/time.ts'
import type { KeyRing } from '#crypto/keys.ts'
import { type Database, newId } from '#db/db.ts'
import { addPerson } from '#db/people.ts'
import type { Tables } from '#db/schema.ts'
import { keepAllWords } from '#db/words.ts'
import { sessionRow, userRow } from './seed.ts'
import { TITLES } from './titles.ts'

/** How much an account holds: so many tasks, of which so many are open. */
export type Size = { tasks: number; open: number }

/** What a page is opened by: the Cookie header of the person, and the ids of things in the account. */
export type Account = { cookie: string; list: string; label: string; filter: string; task: string }

const LISTS = 20
const SECTIONS = 4
const DELETED = 100
const DAYS_OF_HISTORY = 1000
// What others point to comes first.
const ORDER = ['lists', 'list_members', 'sections', 'labels', 'filters', 'tasks', 'task_labels', 'completions'] as const

/**
 * Puts one person with tasks in 20 lists into an empty database: two large lists (the Inbox and one with sections) and
 * eighteen others. Of the open tasks three in ten are due, a quarter of these by now; one in twenty starts later, one in
 * twenty has a deadline, two in five have the label “phone”, one in ten has “waiting”. It goes around the journal, which
 * would take minutes.
 */
export async function fillAccount(db: Database, keys: KeyRing, size: Size, now: Date): Promise<Account> {
  const account = new Filling(now, size)
  await db.transact(async (trx) => {
    await addPerson(trx, account.user)
    const inbox = await trx.selectFrom('lists').select('id').executeTakeFirstOrThrow()
    account.make(inbox.id)
    for (const table of ORDER) {
      const rows = account.rows.get(table) ?? []
      for (let i = 0; i < rows.length; i += 400) {
        await trx
          .insertInto(table)
          .values(rows.slice(i, i + 400) as never)
          .execute()
      }
    }
    await trx
      .updateTable('lists')
      .set({ open_tasks: account.openIn(inbox.id) })
      .where('id', '=', inbox.id)
      .execute()
    await keepAllWords(trx)
  })
  const { token, row } = sessionRow(keys, account.user.id)
  await db.insertInto('sessions').values(row).execute()
  return { cookie: `sid=${token}`, ...account.ids }
}

class Filling {
  readonly rows = new Map<keyof Tables, object[]>()
  readonly user: Insertable<Tables['users']> & { id: string }
  readonly ids = { list: newId(), label: newId(), filter: newId(), task: newId() }
  readonly #now: Date
  readonly #size: Size
  readonly #open = new Map<string, number>()
  readonly #today: string
  readonly #waiting = newId()

  constructor(now: Date, size: Size) {
    this.#now = now
    this.#size = size
    this.#today = instant(now).slice(0, 10)
    this.user = userRow('ana@example.com', null)
  }

  openIn = (list: string): number => this.#open.get(list) ?? 0

  make(inbox: string): void {
    const lists = [inbox, this.ids.list, ...Array.from({ length: LISTS - 2 }, () => newId())]
    const sections = Array.from({ length: SECTIONS }, () => newId())
    // More than a page of deleted ones.
    const all = this.#size.tasks + DELETED
    const places = positionsBetween(undefined, undefined, all)
    for (let i = 0; i < all; i++) this.#addTask(i, lists, sections, places[i]!)
    this.#addAround(lists, sections)
  }

  #addTask(i: number, lists: string[], sections: string[], position: string): void {
    // Spread evenly over the order, the lists and the years: every tenth task of a hundred thousand is open.
    const isDeleted = i >= this.#size.tasks
    const isOpen =
      !isDeleted &&
      Math.floor(((i + 1) * this.#size.open) / this.#size.tasks) > Math.floor((i * this.#size.open) / this.#size.tasks)
    const nth = isOpen ? Math.floor((i * this.#size.open) / this.#size.tasks) : i
    const list = listFor(nth, lists)
    const section_id = list === this.ids.list ? ([null, ...sections][nth % (SECTIONS + 1)] ?? null) : null
    const share = i / (this.#size.tasks + DELETED)
    const at = instant(new Date(this.#now.getTime() - (1 - share) * DAYS_OF_HISTORY * DAY))
    const id = newId()
    if (isOpen) this.#open.set(list, this.openIn(list) + 1)
    if (isOpen && nth % 5 < 2) this.#addLink(id, list, at)
    if (isOpen && nth % 10 === 7) this.#addLink(id, list, at, this.#waiting)
    if (!isOpen && !isDeleted) this.#addCompletion(id, list, at, i)
    this.#add('tasks', {
      id,
      list_id: list,
      section_id,
      title: titleOf(i),
      notes: i % 7 === 0 ? 'Ask Nadia first.\n\nThe number is in the **red** folder.' : '',
      position,
      priority: [4, 4, 4, 1, 2, 3][nth % 6],
      created_by: this.user.id,
      created_at: at,
      completed_at: isOpen ? null : at,
      deleted_at: isDeleted ? at : null,
      ...this.#datesOf(nth, isOpen),
    })
  }

  #datesOf(nth: number, isOpen: boolean) {
    const isDue = nth % 10 < 3
    const away = Math.floor(nth / 10) % 4 === 0 ? -(nth % 14) : 1 + (Math.floor(nth / 10) % 300)
    const due_day = isDue ? addDays(this.#today, away) : null
    const isZoned = isOpen && isDue && nth % 100 < 10
    return {
      due_day,
      due_time: isDue && nth % 3 === 0 ? '09:30' : null,
      due_zone: isZoned && nth % 3 === 0 ? 'UTC' : null,
      due_at: isZoned && nth % 3 === 0 ? `${due_day}T09:30:00.000Z` : null,
      start_day: nth % 20 === 5 ? addDays(this.#today, 3 + (nth % 90)) : null,
      deadline_day: nth % 20 === 15 ? addDays(this.#today, (Math.floor(nth / 20) % 120) - 5) : null,
    }
  }

  #addLink(task_id: string, list_id: string, created_at: string, label_id = this.ids.label): void {
    const link = { id: newId(), task_id, label_id, list_id, is_open: 1, created_at, deleted_at: null }
    this.#add('task_labels', link)
  }

  #addCompletion(task_id: string, list_id: string, completed_at: string, i: number): void {
    const done = { id: newId(), task_id, list_id, user_id: this.user.id, title: titleOf(i), completed_at }
    this.#add('completions', { ...done, due_day: null, due_time: null, kind: 'done', deleted_at: null })
  }

  #addAround(lists: string[], sections: string[]): void {
    const owner_id = this.user.id
    const at = instant(this.#now)
    const born = { created_at: at, deleted_at: null }
    const places = positionsBetween('a0', undefined, LISTS + 10)
    for (const [i, id] of lists.entries()) {
      if (i === 0) continue
      const list = { id, owner_id, kind: 'list', name: i === 1 ? 'Work' : `List ${i}`, position: places[i], seq: 0 }
      this.#add('lists', { ...list, open_tasks: this.openIn(id), ...born })
      this.#add('list_members', { list_id: id, user_id: owner_id, role: 'owner' })
    }
    for (const [i, id] of sections.entries())
      this.#add('sections', { id, list_id: this.ids.list, name: `Stage ${i + 1}`, position: places[i], ...born })
    const named = { owner_id, color: '', position: 'a0', ...born }
    for (const [id, name] of [
      [this.ids.label, 'phone'],
      [this.#waiting, 'waiting'],
    ] as const)
      this.#add('labels', { id, name, name_key: nameKey(name), ...named })
    this.#add('filters', { id: this.ids.filter, name: 'Soon', query: '(p1 | p2) & due before: +300 days', ...named })
    this.#addTaskWithAll(lists[1]!, at)
  }

  /** The task that is opened: notes, ten subtasks and the label. */
  #addTaskWithAll(list_id: string, created_at: string): void {
    const task = { list_id, notes: '', priority: 4, created_by: this.user.id, created_at, deleted_at: null }
    const notes = '# Plan\n\n- first\n- second\n\nSee <https://example.com>.'
    const open = { completed_at: null, parent_id: null, section_id: null, due_day: null }
    const rest = { due_time: null, due_zone: null, due_at: null, start_day: null, deadline_day: null }
    const { task: id } = this.ids
    this.#add('tasks', { id, title: 'Move to Lyon', position: 'Zz', ...task, ...open, ...rest, notes })
    for (let i = 0; i < 10; i++)
      this.#add('tasks', {
        id: newId(),
        title: titleOf(i),
        position: `a${i}`,
        ...task,
        ...open,
        ...rest,
        parent_id: id,
      })
    this.#addLink(id, list_id, created_at)
    this.#open.set(list_id, this.openIn(list_id) + 11)
  }

  #add(table: keyof Tables, row: object): void {
    const rows = this.rows.get(table) ?? []
    if (rows.length === 0) this.rows.set(table, rows)
    rows.push(row)
  }
}

/** Of twelve tasks four are in the large list, two in the Inbox, and one in each of the others in turn. */
function listFor(nth: number, lists: string[]): string {
  const place = nth % 12
  if (place < 4) return lists[1]!
  if (place < 6) return lists[0]!
  return lists[2 + ((Math.floor(nth / 12) * 6 + place - 6) % (LISTS - 2))]!
}

// Turned on by one every ten, so that open ones, every tenth, have all of them.
const titleOf = (i: number): string => `${TITLES[(i + Math.floor(i / 10)) % TITLES.length]} (${i})`

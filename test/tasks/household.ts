import { connect, type Database, newId } from '#db/db.ts'
import { addPerson } from '#db/people.ts'
import type { User } from '#db/schema.ts'
import { inboxOf } from '#features/lists/lists.ts'
import { addTask } from '#features/tasks/adding.ts'
import { tasksOf } from '#features/tasks/tasks.ts'
import { atTheEnd } from '#test/closing.ts'
import { freshDatabase } from '#test/databases.ts'

/** Noon on 1 May 2026. */
export const NOON = new Date('2026-05-01T12:00:00.000Z')

/** How somebody asks who never asks twice. */
export const asked = { now: NOON }

/** A database with nobody in it. It is closed after the last test. */
export async function emptyHouse(): Promise<Database> {
  const { place } = await freshDatabase()
  const db = connect(place)
  atTheEnd(() => db.close())
  return db
}

/** A person of that name, with an Inbox. */
export async function person(db: Database, name: string): Promise<User> {
  const id = newId()
  const email = `${name}-${id}@example.com`
  const user = {
    id,
    public_id: newId(),
    email,
    email_canon: email,
    email_verified_at: null,
    factors_reset_at: null,
    review_since: null,
    deletes_at: null,
    name,
    role: 'user',
    status: 'active',
    password_phc: null,
    cred_version: 1,
    zone: 'UTC',
    locale: 'en-GB',
    week_start: 'monday',
    theme: 'system',
    start_page: 'inbox',
    day_starts: '00:00',
    date_order: 'dmy',
    single_keys: 1,
    seq: 0,
    created_at: NOON.toISOString(),
  } satisfies User
  await db.transact((trx) => addPerson(trx, user))
  return user
}

/** Lets `user` into the list of somebody else. */
export async function share(db: Database, list: string, user: User, role: 'viewer' | 'editor' = 'editor') {
  await db.insertInto('list_members').values({ list_id: list, user_id: user.id, role }).execute()
}

/** Adds tasks to the Inbox of `user`, the first at the top, and returns their ids in that order. */
export async function addAll(db: Database, user: User, ...titles: string[]): Promise<string[]> {
  const ids: string[] = []
  for (const title of titles.toReversed()) ids.unshift((await addTask(db, user, { title }, asked)).task?.id ?? '')
  return ids
}

/** The titles of the open tasks in the Inbox of `user`, in order. */
export async function inboxTitles(db: Database, user: User): Promise<string[]> {
  const { id } = await inboxOf(db, user)
  const rows = await tasksOf(db, user)
    .select('tasks.title')
    .where('tasks.list_id', '=', id)
    .where('tasks.completed_at', 'is', null)
    .orderBy('tasks.position')
    .orderBy('tasks.id')
    .execute()
  return rows.map(({ title }) => title)
}

/** The task as the table has it, whoever it belongs to. */
export const stored = (db: Database, id: string) =>
  db.selectFrom('tasks').selectAll().where('id', '=', id).executeTakeFirstOrThrow()

/** The completions of a task that the logbook shows. */
export const completionsOf = (db: Database, id: string) =>
  db.selectFrom('completions').selectAll().where('task_id', '=', id).where('deleted_at', 'is', null).execute()

/** What went wrong, as the reason of the refusal. */
export async function reasonOf(work: Promise<unknown>): Promise<string> {
  try {
    await work
    return 'it was done'
  } catch (error) {
    return (error as { reason?: string }).reason ?? String(error)
  }
}

import type { Transaction } from 'kysely'
import { inOneLine, shortened } from '#core/line.ts'
import { positionsBetween } from '#core/order.ts'
import { Refusal } from '#core/refusal.ts'
import { instant } from '#core/time.ts'
import { readCourseHash } from '#crypto/course-hashes.ts'
import { isTooLong } from '#crypto/passwords.ts'
import type { Course, CoursePerson, CourseTask } from '#db/course-file.ts'
import { type Database, isDuplicate, newId } from '#db/db.ts'
import { journalIn, type Write } from '#db/journal.ts'
import type { News } from '#db/live.ts'
import { forgetTurn } from '#db/ops.ts'
import { addPerson } from '#db/people.ts'
import type { Tables, User } from '#db/schema.ts'
import { type Email, readEmail } from '#features/accounts/emails.ts'
import { type From, recordEvent } from '#features/accounts/events.ts'
import { newUser } from '#features/accounts/people.ts'
import { zoneFrom } from '#features/accounts/preferences.ts'
import { MOST_IN_TITLE, notes, title } from '#features/tasks/fields.ts'
import type { Parts } from '#web/env.ts'

/** What became of a person of the course: an account with so many tasks, or nothing. */
export type Brought =
  | { email: string; as: 'account'; open: number; completed: number; nameless: number; hasPassword: boolean }
  | { email: string; as: 'taken' | 'no-address' }

type Needed = Pick<Parts, 'db' | 'hashing' | 'log'>

/**
 * Makes an account of everybody in the course whose address is one and is free, with their tasks in their Inbox in the
 * order of the course, and those that were completed in the logbook. It all happens, or nothing. Returns what became of
 * each. A second time all addresses are taken, so nothing is there twice.
 */
export async function bringCourse(parts: Needed, course: Course, from: From): Promise<Brought[]> {
  const { arriving, others } = await apart(parts.db, course.people)
  const ready: Ready[] = []
  for (const one of arriving) ready.push({ ...one, phc: await storedOf(parts, one.person) })
  try {
    return await parts.db.transact(async (trx, announce) => {
      const brought: Brought[] = []
      for (const one of ready) brought.push(await bringOne(trx, announce, parts, one, from))
      return [...brought, ...others]
    })
  } catch (error) {
    if (!isDuplicate(error)) throw error
    throw new Refusal('conflict', 'Somebody took one of these addresses just now. Nothing was brought in: do it again.')
  }
}

type Arriving = { person: CoursePerson; address: Email }
type Ready = Arriving & { phc: string | null }

/** Those who can have an account, and what is said of the others. */
async function apart(db: Database, people: CoursePerson[]): Promise<{ arriving: Arriving[]; others: Brought[] }> {
  const arriving = new Map<string, Arriving>()
  const others: Brought[] = []
  const taken = await takenAmong(db, people)
  for (const person of people) {
    const { email } = person
    const address = readEmail(email)
    if (!address) others.push({ email, as: 'no-address' })
    else if (taken.has(address.canon) || arriving.has(address.canon)) others.push({ email, as: 'taken' })
    else arriving.set(address.canon, { person, address })
  }
  return { arriving: [...arriving.values()], others }
}

async function takenAmong(db: Database, people: CoursePerson[]): Promise<Set<string>> {
  const canons = people.map(({ email }) => readEmail(email)?.canon).filter((canon) => canon !== undefined)
  if (canons.length === 0) return new Set()
  const rows = await db.selectFrom('users').select('email_canon').where('email_canon', 'in', canons).execute()
  return new Set(rows.map((row) => row.email_canon))
}

/** How the password is stored from now on. Null when there is none that can be known again. */
async function storedOf({ hashing }: Pick<Parts, 'hashing'>, { secret, isHash }: CoursePerson): Promise<string | null> {
  const hash = readCourseHash(secret)
  if (hash) return hashing.wrap(hash)
  return isHash || secret === '' || isTooLong(secret) ? null : hashing.hash(secret)
}

async function bringOne(
  trx: Transaction<Tables>,
  announce: (news: News) => void,
  { log }: Needed,
  { person, address, phc }: Ready,
  from: From,
): Promise<Brought> {
  const user = newUser({ ...address, phc, zone: zoneFrom(), now: from.now })
  await addPerson(trx, user)
  await recordEvent(trx, log, 'user_created', from, { user: user.id, detail: { role: user.role, from: 'course' } })
  const tasks = person.tasks.map((task) => readable(task)).filter((task) => task !== undefined)
  if (tasks.length > 0) await addTasks(trx, announce, user, tasks, from.now)
  const completed = tasks.filter((task) => task.completed).length
  return {
    email: address.email,
    as: 'account',
    open: tasks.length - completed,
    completed,
    nameless: person.tasks.length - tasks.length,
    hasPassword: phc !== null,
  }
}

async function addTasks(
  trx: Transaction<Tables>,
  announce: (news: News) => void,
  user: User,
  tasks: Readable[],
  now: Date,
): Promise<void> {
  const { id: list } = await trx
    .selectFrom('lists')
    .select('id')
    .where('owner_id', '=', user.id)
    .where('kind', '=', 'inbox')
    .executeTakeFirstOrThrow()
  const op = newId()
  const act = { what: 'tasks.added', lists: [list], now, op }
  await journalIn(trx, announce, user, act, (write) => writeTasks(write, user, list, tasks))
  // They did not do this themselves: their first Undo must not take everything away.
  await forgetTurn(trx, user, op)
}

async function writeTasks(write: Write, user: User, list: string, tasks: Readable[]): Promise<void> {
  const positions = positionsBetween(undefined, undefined, tasks.length)
  const rows = tasks.map(({ title, notes, completed, completedAt }, i) => ({
    id: newId(),
    list_id: list,
    title,
    notes,
    position: positions[i] as string,
    created_by: user.id,
    created_at: instant(write.now),
    completed_at: completed ? instant(notAfter(completedAt, write.now)) : null,
    deleted_at: null,
  }))
  await write.insertAll('tasks', rows)
  const done = rows.flatMap(({ id, title, completed_at }) =>
    completed_at === null ? [] : [{ id, title, completed_at }],
  )
  await write.insertAll(
    'completions',
    done.map(({ id, title, completed_at }) => ({
      id: newId(),
      task_id: id,
      list_id: list,
      user_id: user.id,
      title,
      due_day: null,
      due_time: null,
      completed_at,
      kind: 'done' as const,
      deleted_at: null,
    })),
  )
}

const notAfter = (at: Date | undefined, now: Date): Date => (at && at < now ? at : now)

type Readable = CourseTask & { title: string; notes: string }

/** A task with a title as ours are; undefined when nothing of its name can be seen. A long name goes on in the notes. */
function readable(task: CourseTask): Readable | undefined {
  const name = inOneLine(task.name.replace(CONTROL, ' ').toWellFormed())
  if ([...name].length <= MOST_IN_TITLE) {
    const read = title.safeParse(name)
    return read.success ? { ...task, title: read.data, notes: '' } : undefined
  }
  const [short, long] = [title.safeParse(shortened(name, MOST_IN_TITLE)), notes.safeParse(name)]
  return short.success ? { ...task, title: short.data, notes: long.success ? long.data : '' } : undefined
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for.
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g

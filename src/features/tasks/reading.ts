import type { Day } from '#core/days.ts'
import { shortened } from '#core/line.ts'
import { called, nameKey } from '#core/names.ts'
import { parseQuickAdd, type QuickAdd, type Span } from '#core/quick-add.ts'
import { recurrenceText } from '#core/recurrence.ts'
import { Refusal } from '#core/refusal.ts'
import type { Db } from '#db/db.ts'
import type { User } from '#db/schema.ts'
import { inboxOf, listsOf } from '#features/lists/lists.ts'
import { namesIn, placeOf } from '#web/added.ts'
import { wordContext } from '#web/dates.ts'
import type { Wanted } from './adding.ts'
import { MOST_IN_TITLE, notes, title } from './fields.ts'
import type { Wish } from './home.ts'

type Reader = Pick<User, 'id' | 'zone' | 'day_starts' | 'date_order' | 'week_start'>

/** What somebody typed to add a task, and what goes with it unless the text says otherwise. */
export type Typed = Wish & {
  text: string
  /** The spans of the text that stay in the title, as `start-end`. */
  rejected?: readonly string[] | undefined
  /** One line of several: when it is too long for a title, the whole line goes into the notes. */
  isPasted?: boolean | undefined
  id?: string | undefined
  due_day?: Day | undefined
  /** The id of a label. */
  label?: string | undefined
}

/** The task that a line means, and where its title names lists and labels that are not there, as `start-end`. */
export type Line = { wanted: Wanted; unknown: string[] }

/**
 * Reads a line as quick add (docs/quick-add.md), by the clock and the habits of `user`. Names mean lists they may
 * write into, sections of that list, labels of theirs and people who see the list; accents and capitals make no
 * difference. A name that means none of these stays in the title, and so does a start after the day on which it is due.
 * Refuses a title or notes that no task can have.
 */
export async function readLine(db: Db, user: Reader, typed: Typed, now: Date): Promise<Line> {
  const context = wordContext(user, now)
  const asTyped = parseQuickAdd(typed.text, context, typed.rejected)
  const meant = await meantBy(db, user, asTyped, typed)
  const left = asTyped.spans.filter((span) => isLeft(span, asTyped, meant))
  const read = parseQuickAdd(typed.text, context, [...(typed.rejected ?? []), ...left.map(placeOf)])
  const line = typed.isPasted ? fitting(read, typed.text) : read
  return {
    wanted: {
      ...wishOf(typed, meant),
      ...fieldsOf(line, typed),
      assignee: meant.assignee,
      id: typed.id,
      labels: meant.labels,
    },
    unknown: namesIn(line.title, user, now)
      .filter(({ kind, value }) => left.some((span) => span.kind === kind && span.value === value))
      // A subtask stays with its task.
      .filter(({ kind }) => kind === 'label' || typed.parent === undefined)
      .slice(0, MOST_OFFERED)
      .map(placeOf),
  }
}

/** The id of the list that `user` calls `name` and may write into, if there is one. */
export async function listNamed(db: Db, user: Pick<User, 'id'>, name: string): Promise<string | undefined> {
  const lists = await listsOf(db, user)
    .where('lists.archived_at', 'is', null)
    .where('member.role', '!=', 'viewer')
    .orderBy('lists.position')
    .execute()
  return called(lists, name)?.id
}

// They travel in a cookie.
const MOST_OFFERED = 20

/** The ids of what a line names. */
type Meant = {
  list: string | undefined
  section: string | undefined
  labels: string[]
  labelKeys: Set<string>
  assignee: string | undefined
}

async function meantBy(db: Db, user: Reader, line: QuickAdd, typed: Typed): Promise<Meant> {
  const isNamed = typed.parent === undefined && line.list !== undefined
  const list = isNamed ? await listNamed(db, user, line.list ?? '') : undefined
  const isInHome = line.section !== undefined || line.assignee !== undefined
  const home = list ?? typed.list ?? (isInHome ? (await inboxOf(db, user)).id : '')
  const named = await labelsNamed(db, user, line.labels)
  return {
    list,
    section: typed.parent === undefined ? await sectionNamed(db, home, line.section) : undefined,
    labels: [...new Set([...named.map(({ id }) => id), ...(typed.label ? [typed.label] : [])])],
    labelKeys: new Set(named.map(({ name_key }) => name_key)),
    assignee: await memberNamed(db, home, line.assignee),
  }
}

/** Whether a span stays in the title, because it names what is not there or says what cannot be kept. */
function isLeft(span: Span, { dueDay, startDay }: QuickAdd, meant: Meant): boolean {
  if (span.kind === 'list') return meant.list === undefined
  if (span.kind === 'section') return meant.section === undefined
  if (span.kind === 'label') return !meant.labelKeys.has(nameKey(span.value))
  if (span.kind === 'assignee') return meant.assignee === undefined
  if (span.kind === 'start') return dueDay !== undefined && startDay !== undefined && startDay > dueDay
  return span.kind === 'reminder'
}

// Another list than that of the page has other sections.
const wishOf = ({ list, section, parent }: Typed, meant: Meant): Wish =>
  meant.list === undefined
    ? { list, section: meant.section ?? section, parent }
    : { list: meant.list, section: meant.section, parent }

function fieldsOf(line: QuickAdd, { due_day }: Typed): Omit<Wanted, keyof Wish | 'id' | 'labels' | 'assignee'> {
  const { dueTime, startDay, recurrence } = line
  // What starts later is not due on the day of the page.
  const usual = startDay !== undefined && due_day !== undefined && startDay > due_day ? undefined : due_day
  return {
    title: checked(title, line.title),
    notes: line.notes === undefined ? '' : checked(notes, line.notes),
    priority: line.priority ?? 4,
    due_day: line.dueDay ?? usual ?? null,
    due_time: dueTime ?? null,
    start_day: startDay ?? null,
    deadline_day: line.deadlineDay ?? null,
    minutes: line.minutes ?? null,
    recurrence: recurrence ? recurrenceText(recurrence) : null,
  }
}

/** What is too long for a title, as one that is not, with the whole line in the notes. */
function fitting(line: QuickAdd, text: string): QuickAdd {
  if ([...line.title].length <= MOST_IN_TITLE) return line
  return { ...line, title: shortened(line.title, MOST_IN_TITLE), notes: text }
}

function checked(shape: typeof title | typeof notes, text: string): string {
  const result = shape.safeParse(text)
  if (result.success) return result.data
  throw new Refusal('invalid', result.error.issues[0]?.message ?? 'This cannot be a task.', { field: 'task' })
}

async function sectionNamed(db: Db, list: string, name: string | undefined): Promise<string | undefined> {
  if (name === undefined) return undefined
  const sections = await db
    .selectFrom('sections')
    .select(['id', 'name'])
    .where('list_id', '=', list)
    .where('deleted_at', 'is', null)
    .orderBy('position')
    .execute()
  return sections.find((section) => isSame(section.name, name))?.id
}

async function labelsNamed(db: Db, user: Reader, names: string[]): Promise<{ id: string; name_key: string }[]> {
  if (names.length === 0) return []
  return db
    .selectFrom('labels')
    .select(['id', 'name_key'])
    .where('owner_id', '=', user.id)
    .where('name_key', 'in', names.map(nameKey))
    .where('deleted_at', 'is', null)
    .execute()
}

/** Who of those that see the list is called so: by their name, the first word of it, or what stands before the @. */
async function memberNamed(db: Db, list: string, name: string | undefined): Promise<string | undefined> {
  if (name === undefined) return undefined
  const members = await db
    .selectFrom('list_members')
    .innerJoin('users', 'users.id', 'list_members.user_id')
    .select(['users.id', 'users.name', 'users.email'])
    .where('list_members.list_id', '=', list)
    .execute()
  const meant = members.filter(({ name: own, email }) =>
    [own, own.split(' ')[0]!, email, email.split('@')[0]!].some((known) => known !== '' && isSame(known, name)),
  )
  return meant.length === 1 ? meant[0]!.id : undefined
}

const isSame = (one: string, other: string): boolean => nameKey(one) === nameKey(other)

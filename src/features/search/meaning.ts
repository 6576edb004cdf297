import { type Expression, expressionBuilder, type SqlBool, sql } from 'kysely'
import type { Day } from '#core/days.ts'
import type { Filter } from '#core/filter.ts'
import { instant } from '#core/time.ts'
import { instantOf } from '#core/wall-clock.ts'
import { type Db, kindOf } from '#db/db.ts'
import { type Among, idsWith } from '#db/finding.ts'
import type { Tables, User } from '#db/schema.ts'
import type { Named } from './names.ts'
import { dueSpan, LAST, LAST_SAFE, type Span, spanOf } from './spans.ts'

/** To whom a filter means something, when, and among which tasks: the open or the completed ones of some lists. */
export type Context = {
  db: Db
  user: Pick<User, 'id' | 'zone' | 'day_starts'>
  today: Day
  named: Named
  among: Among
}

/** What a filter asks of a task, as a part of a query on `tasks`. */
export function conditionOf(filter: Filter, context: Context): Expression<SqlBool> {
  switch (filter.is) {
    case 'and':
      return eb.and(filter.of.map((part) => conditionOf(part, context)))
    case 'or':
      return eb.or(filter.of.map((part) => partOf(part, context)))
    case 'not':
      return eb.not(partOf(filter.of, context))
    case 'text':
      return textIs(filter, context)
    case 'list':
      return eb('tasks.list_id', 'in', context.named('list', filter.name))
    case 'section':
      return eb.and([isThere('section_id'), eb('tasks.section_id', 'in', context.named('section', filter.name))])
    case 'label':
      return isLabelled(context.named('label', filter.name), context)
    case 'person':
      return eb.and([isThere('assignee_id'), eb('tasks.assignee_id', 'in', context.named('person', filter.name))])
    case 'priority':
      return eb('tasks.priority', '=', filter.priority)
    case 'day':
      return dayIs(filter, context)
    case 'next':
      return dueWhen(filter, context)
    default:
      return wordIs(filter, context)
  }
}

/** Whether a filter says something of completed tasks. Others do not look at them. */
export function asksForCompleted(filter: Filter): boolean {
  if ('of' in filter) return [filter.of].flat().some(asksForCompleted)
  return (
    (filter.is === 'word' && (filter.word === 'completed' || filter.word === 'cancelled')) ||
    (filter.is === 'day' && filter.field === 'completed')
  )
}

/** The ids of the lists that a filter names: it looks into them although they may be archived. */
export function listsNamed(filter: Filter, named: Named): string[] {
  if ('of' in filter) return [filter.of].flat().flatMap((part) => listsNamed(part, named))
  return filter.is === 'list' ? named('list', filter.name) : []
}

/** How many conditions a filter is made of. */
export const countOf = (filter: Filter): number =>
  'of' in filter ? [filter.of].flat().reduce((count, part) => count + countOf(part), 0) : 1

/** Whether a filter looks for words. */
export const hasText = (filter: Filter): boolean =>
  'of' in filter ? [filter.of].flat().some(hasText) : filter.is === 'text'

/** Whether there can be an open (or a completed) task that a filter lets through: nothing is read for those it cannot. */
export const canBe = (filter: Filter, isOpen: boolean): boolean => known(filter, isOpen) !== false

/** True or false when it is so for all open (or all completed) tasks; undefined when that depends on the task. */
function known(filter: Filter, isOpen: boolean): boolean | undefined {
  if (filter.is === 'not') {
    const is = known(filter.of, isOpen)
    return is === undefined ? undefined : !is
  }
  if (filter.is === 'and' || filter.is === 'or') {
    const parts = filter.of.map((part) => known(part, isOpen))
    const decides = filter.is === 'or'
    if (parts.includes(decides)) return decides
    return parts.includes(undefined) ? undefined : !decides
  }
  if (filter.is === 'word' && filter.word === 'completed') return !isOpen
  return isOpen && asksForCompleted(filter) ? false : undefined
}

const eb = expressionBuilder<Tables, 'tasks'>()

const isAlways = (is: boolean): Expression<SqlBool> => (is ? sql`1 = 1` : sql`1 = 0`)

// An unknown value is neither in a list nor not in it; only what is there can be asked.
const isThere = (column: 'section_id' | 'assignee_id'): Expression<SqlBool> => eb(`tasks.${column}`, 'is not', null)

function textIs({ words, exact }: Extract<Filter, { is: 'text' }>, { db, among }: Context): Expression<SqlBool> {
  const ids = idsWith(db, { words, exact }, among)
  return ids ? sql`tasks.id in (${ids})` : isAlways(false)
}

// An `exists` PostgreSQL would answer by reading all that have the label; a single row it looks up, for as many tasks as
// make a page.
const isLabelled = (labels: string[], { db }: Context): Expression<SqlBool> =>
  kindOf(db) === 'postgres' ? sql`(${linksTo(labels).limit(1)}) is not null` : eb.exists(linksTo(labels))

/** The same as a part of something else. There PostgreSQL reads what has the label only if that is less. */
const partOf = (filter: Filter, context: Context): Expression<SqlBool> =>
  filter.is === 'label' ? eb.exists(linksTo(context.named('label', filter.name))) : conditionOf(filter, context)

const linksTo = (labels: string[]) =>
  eb
    .selectFrom('task_labels')
    .select('task_labels.id')
    .whereRef('task_labels.task_id', '=', 'tasks.id')
    .where('task_labels.label_id', 'in', labels)
    .where('task_labels.deleted_at', 'is', null)

function wordIs(filter: Extract<Filter, { is: 'word' }>, context: Context): Expression<SqlBool> {
  switch (filter.word) {
    case 'today':
    case 'tomorrow':
    case 'yesterday':
    case 'overdue':
      return dueWhen(filter, context)
    case 'no date':
      return eb('tasks.due_day', 'is', null)
    case 'no time':
      return eb('tasks.due_time', 'is', null)
    case 'no start':
      return eb('tasks.start_day', 'is', null)
    case 'no deadline':
      return eb('tasks.deadline_day', 'is', null)
    case 'no section':
      return eb('tasks.section_id', 'is', null)
    case 'no assignee':
      return eb('tasks.assignee_id', 'is', null)
    case 'no priority':
      return eb('tasks.priority', '=', 4)
    case 'no notes':
      return eb('tasks.notes', '=', '')
    case 'no label':
      return eb.not(anyLabel)
    case 'completed':
      return isAlways(!context.among.isOpen)
    case 'cancelled':
      return context.among.isOpen ? isAlways(false) : eb('tasks.cancelled', '=', 1)
    case 'repeating':
      return eb('tasks.recurrence', 'is not', null)
    case 'subtask':
      return eb('tasks.parent_id', 'is not', null)
  }
}

// A label that was deleted leaves its links behind: it comes back to its tasks by Undo.
const anyLabel = eb.exists(
  eb
    .selectFrom('task_labels')
    .innerJoin('labels', 'labels.id', 'task_labels.label_id')
    .select('task_labels.id')
    .whereRef('task_labels.task_id', '=', 'tasks.id')
    .where('task_labels.deleted_at', 'is', null)
    .where('labels.deleted_at', 'is', null),
)

function dayIs(filter: Extract<Filter, { is: 'day' }>, context: Context): Expression<SqlBool> {
  const span = spanOf(filter)
  switch (filter.field) {
    case 'due':
      return dueWhen(filter, context)
    case 'deadline':
      return within(sql.ref('tasks.deadline_day'), span.from, span.until)
    case 'start':
      return within(sql.ref('tasks.start_day'), span.from, span.until)
    case 'created':
      return instantsIn('tasks.created_at', span, context)
    case 'completed':
      return context.among.isOpen ? isAlways(false) : instantsIn('tasks.completed_at', span, context)
  }
}

/** A task with a zone of its own is due on the day that the reader's clocks show at that moment. */
function dueWhen(filter: Filter, { user, today }: Context): Expression<SqlBool> {
  const span = dueSpan(filter, today) ?? {}
  const [from, until] = [span.from, span.until].map((day) => day && beginOf(day, '00:00', user.zone))
  // How far it reaches is said besides (reach.ts): another way to it would tempt PostgreSQL to read all that is due.
  return eb
    .case()
    .when('tasks.due_at', 'is', null)
    .then(within(sql.ref('tasks.due_day'), span.from, span.until))
    .else(within(sql.ref('tasks.due_at'), from, until))
    .end()
}

function instantsIn(column: string, span: Span, { user }: Context): Expression<SqlBool> {
  const [from, until] = [span.from, span.until].map((day) => day && beginOf(day, user.day_starts, user.zone))
  return within(sql.ref(column), from, until)
}

// False, not unknown, where there is no value: the opposite of it has to be true.
const within = (
  column: Expression<unknown>,
  from: string | undefined,
  until: string | undefined,
): Expression<SqlBool> =>
  eb.and([
    sql<SqlBool>`${column} is not null`,
    ...(from === undefined ? [] : [sql<SqlBool>`${column} >= ${from}`]),
    ...(until === undefined ? [] : [sql<SqlBool>`${column} < ${until}`]),
  ])

function beginOf(day: Day, time: string, zone: string): string {
  // Instants are compared as texts, which end with the year 9999.
  return day > LAST_SAFE ? `${LAST}T23:59:59.999Z` : instant(instantOf(day, time, zone))
}

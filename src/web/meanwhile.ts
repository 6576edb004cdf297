import type { Db } from '#db/db.ts'
import type { User } from '#db/schema.ts'
import { listsInSight } from '#db/sight.ts'
import { type Html, html, nothing } from './html.ts'
import { listed, quoted, taskEntriesOf } from './things.ts'

type Person = Pick<User, 'id'>

/**
 * Who had changed these columns of a task before the op `op` of `user` wrote over them, in a sentence. Nothing when the
 * journal does not know any more, or when `user` may not see the task any more.
 */
export async function meanwhile(
  db: Db,
  user: Person,
  op: string,
  columns: string[],
): Promise<{ words: Html; offer: Html }> {
  const entry = await taskEntriesOf(db, user, op)
    .select(['changes.id', 'changes.row_id', 'changes.before'])
    .where('changes.before', 'is not', null)
    .orderBy('changes.id', 'desc')
    .limit(1)
    .executeTakeFirst()
  if (!entry) return unknown
  const before = JSON.parse(entry.before ?? '{}') as Record<string, unknown>
  const known = columns.filter((column) => column in before && column in WORDS)
  const authors = await Promise.all(known.map((column) => authorOf(db, user, entry, column)))
  const byAuthor = Map.groupBy(known, (column) => authors[known.indexOf(column)] ?? 'somebody')
  if (byAuthor.size === 0) return unknown
  const parts = [...byAuthor].map(
    ([who, theirs]) => html`${who} had changed ${listed(theirs.map((column) => said(column, before)))}`,
  )
  return { words: html` Meanwhile ${listed(parts)}; that is in the history.`, offer: nothing }
}

const unknown = { words: nothing, offer: nothing }

/** What a field is called, with what stood in it where that is short enough to be said. */
const said = (column: string, before: Record<string, unknown>): Html =>
  column === 'title' ? html`the title to ${quoted(shortened(String(before.title)))}` : html`${WORDS[column]}`

const WORDS: Record<string, string> = {
  title: 'the title',
  notes: 'the notes',
  priority: 'the priority',
  due_day: 'the day it is due',
  due_time: 'the time it is due',
  due_zone: 'the time zone',
  start_day: 'the day it starts',
  deadline_day: 'the deadline',
  minutes: 'how long it takes',
  list_id: 'the list',
  section_id: 'the section',
  parent_id: 'what it is a part of',
  assignee_id: 'who it is assigned to',
}

const shortened = (text: string): string => {
  const letters = [...text]
  return letters.length > 60 ? `${letters.slice(0, 59).join('')}…` : text
}

/** Who wrote a column last, as far as that was in a list in which `user` may look: else it is nobody of theirs. */
async function authorOf(
  db: Db,
  user: Person,
  { id, row_id }: { id: string; row_id: string },
  column: string,
): Promise<string | undefined> {
  const last = await db
    .selectFrom('changes')
    .innerJoin('users', 'users.id', 'changes.user_id')
    .select(['users.id', 'users.name', 'users.email', 'changes.list_id'])
    .where('changes.row_id', '=', row_id)
    .where('changes.table_name', '=', 'tasks')
    .where('changes.id', '<', id)
    // Fields stand in the journal as JSON, in which a quotation mark in a text is preceded by a backslash.
    .where('changes.after', 'like', `%"${column}":%`)
    .orderBy('changes.id', 'desc')
    .limit(1)
    .executeTakeFirst()
  if (last?.id === user.id) return 'you'
  const lists = listsInSight(db, user).where('list_id', '=', last?.list_id ?? '')
  return last && (await lists.executeTakeFirst()) && (last.name || last.email)
}

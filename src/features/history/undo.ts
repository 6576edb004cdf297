import { isId } from '#core/ids.ts'
import { Refusal } from '#core/refusal.ts'
import { instant } from '#core/time.ts'
import type { Database, Db } from '#db/db.ts'
import { changesOf, type Entry, type Fields, journal, type Write } from '#db/journal.ts'
import type { User } from '#db/schema.ts'
import { listsOf } from '#features/lists/lists.ts'
import type { Asked } from '#web/op.ts'

type Person = Pick<User, 'id'>

/**
 * How far an undo came: everything is as it was before, which for what was new means gone; a part of it; or nothing,
 * because all was changed again, or because all was like that already.
 */
export type Outcome = 'done' | 'gone' | 'partly' | 'nothing' | 'already'

/**
 * Takes back what the op `undone` of this person did, as an op of its own, which can be undone in turn.
 * A field that somebody has changed since keeps their value, and what is in a list that the person may no
 * longer change stays as it is. Refuses an op that is not theirs.
 */
export async function undo(
  db: Database,
  user: Person,
  undone: string,
  asked: Asked,
): Promise<{ op: string; outcome: Outcome; isRedo: boolean }> {
  const { entries, isRedo } = await entriesOf(db, user, undone)
  const lists = await changeable(db, user, entries)
  const done = await journal(
    db,
    user,
    { ...asked, what: isRedo ? 'redo' : 'undo', lists, undoes: undone },
    async (write) => {
      const still = await changeable(write.trx, user, entries)
      await takeBack(
        write,
        entries.filter(({ list }) => list !== null && still.includes(list)),
      )
    },
  )
  const outcome = await outcomeOf(db, entries, lists)
  const wasSoBefore = outcome === 'done' && (await changesOf(db, user, done.op)).length === 0
  return { op: done.op, outcome: wasSoBefore ? 'already' : outcome, isRedo }
}

async function entriesOf(db: Db, user: Person, op: string): Promise<{ entries: Entry[]; isRedo: boolean }> {
  const known = isId(op)
    ? await db
        .selectFrom('ops')
        .select('what')
        .where('user_id', '=', user.id)
        .where('op_id', '=', op)
        .executeTakeFirst()
    : undefined
  if (!known) throw new Refusal('not-found', 'There is nothing of yours here that could be undone.')
  const entries = (await changesOf(db, user, op)).filter(({ table }) => table !== 'lists')
  // What takes back an undo does the thing again; what takes back that is an undo once more.
  return { entries, isRedo: known.what === 'undo' }
}

/** The lists of `entries` that `user` may change at this moment. */
async function changeable(db: Db, user: Person, entries: Entry[]): Promise<string[]> {
  const wanted = [...new Set(entries.map(({ list }) => list).filter((list) => list !== null))]
  if (wanted.length === 0) return []
  const lists = await listsOf(db, user).where('lists.id', 'in', wanted).where('member.role', '<>', 'viewer').execute()
  return lists.map(({ id }) => id)
}

async function takeBack(write: Write, entries: Entry[]): Promise<void> {
  const rows = await rowsOf(write.trx, entries)
  const broken = brokenCompletions(entries, rows)
  for (const entry of entries.toReversed()) {
    const row = rows.get(entry.id)
    if (!row || row.list_id !== entry.list) continue
    const fields = pick(before(entry, write.now), (name) => stillEquals(entry, row, name))
    if (broken.has(taskOf(entry, row))) delete fields[entry.table === 'tasks' ? 'completed_at' : 'deleted_at']
    if (Object.keys(fields).length > 0) await write.update(entry.table, entry.id, fields)
  }
}

/** The fields as they were. A row that did not exist is taken out of sight. */
const before = (entry: Entry, now: Date): Fields => entry.before ?? { deleted_at: instant(now) }

const stillEquals = ({ after }: Entry, row: Fields, name: string): boolean => row[name] === (after?.[name] ?? null)

/**
 * The tasks whose completion cannot be taken back as a whole. That a task is completed stands in the task and in
 * the logbook: the two change together or not at all, else the logbook would say what is not so.
 */
function brokenCompletions(entries: Entry[], rows: Map<string, Fields>): Set<string> {
  const broken = new Set<string>()
  for (const entry of entries) {
    const row = rows.get(entry.id)
    const name = entry.table === 'tasks' ? 'completed_at' : 'deleted_at'
    const isAbout = entry.table === 'completions' || (entry.before !== undefined && name in entry.before)
    if (row && isAbout && !stillEquals(entry, row, name)) broken.add(taskOf(entry, row))
  }
  return broken
}

const taskOf = (entry: Entry, row: Fields): string => (entry.table === 'tasks' ? entry.id : String(row.task_id))

// Asked of what is there now, so a repeat of the request gets the same answer.
async function outcomeOf(db: Db, entries: Entry[], lists: string[]): Promise<Outcome> {
  const rows = await rowsOf(db, entries)
  const back = entries.flatMap((entry) => {
    const row = rows.get(entry.id)
    const mayKnow = entry.list !== null && lists.includes(entry.list)
    return fieldsOf(entry).map((name) => mayKnow && row !== undefined && isAsBefore(entry, row, name))
  })
  if (back.length > 0 && back.every((is) => is)) return entries.every(isNewTask) ? 'gone' : 'done'
  return back.some((is) => is) ? 'partly' : 'nothing'
}

const isNewTask = ({ table, before }: Entry): boolean => table === 'tasks' && before === undefined

const fieldsOf = (entry: Entry): string[] => Object.keys(entry.before ?? { deleted_at: null })

const isAsBefore = (entry: Entry, row: Fields, name: string): boolean =>
  entry.before === undefined ? row.deleted_at !== null : row[name] === entry.before[name]

async function rowsOf(db: Db, entries: Entry[]): Promise<Map<string, Fields>> {
  const rows = new Map<string, Fields>()
  for (const table of ['tasks', 'completions'] as const) {
    const ids = [...new Set(entries.filter((entry) => entry.table === table).map(({ id }) => id))]
    if (ids.length === 0) continue
    for (const row of await db.selectFrom(table).selectAll().where('id', 'in', ids).execute()) {
      rows.set(row.id as string, row)
    }
  }
  return rows
}

const pick = (fields: Fields, isWanted: (name: string) => boolean): Fields =>
  Object.fromEntries(Object.entries(fields).filter(([name]) => isWanted(name)))

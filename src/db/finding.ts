import { type RawBuilder, sql } from 'kysely'
import { phrasesOf, wordsOf } from '#core/words.ts'
import { type Db, kindOf } from './db.ts'
import { scopeOf, scopeOfOwner } from './words.ts'

/** What is looked for: words that all have to stand in a task, or with `exact` whole words next to each other. */
export type Sought = { words: string; exact?: boolean | undefined }

/** Among which tasks: those of these lists, the open or the completed ones. */
export type Among = { lists: { id: string; owner_id: string }[]; isOpen: boolean }

/** Where a page goes on: in the tasks whose title has the words, or in the rest; below this number. */
export type FoundCursor = { part: Part; below: number }
type Part = 'title' | 'rest'

/** A task that was found, and where it stands among the others. */
export type Found = Numbered & { part: Part }
type Numbered = { id: string; number: number }

/**
 * One page of the tasks in which the words stand, `most` at the most: first those that have them in their title, then
 * the rest, each the newest first. The beginning of a word is enough, accents and capitals do not matter.
 */
export async function find(db: Db, sought: Sought, among: Among, most: number, after?: FoundCursor): Promise<Found[]> {
  const phrases = phrasesIn(sought)
  if (phrases.length === 0 || among.lists.length === 0) return []
  const asked = { phrases, isExact: sought.exact === true, among }
  return (await few(db, asked, most, after)) ?? inParts(db, asked, most, after)
}

async function inParts(db: Db, asked: Asked, most: number, after?: FoundCursor): Promise<Found[]> {
  const from = async (part: Part, count: number): Promise<Found[]> => {
    const below = after?.part === part ? after.below : undefined
    const rows = await pages[kindOf(db)](db, { ...asked, part, most: count, below })
    return rows.map((row) => ({ ...row, part }))
  }
  const inTitle = after?.part === 'rest' ? [] : await from('title', most)
  return inTitle.length === most ? inTitle : [...inTitle, ...(await from('rest', most - inTitle.length))]
}

/** The ids of the tasks in which the words stand: of the `most` at the most that were added last. */
export async function newestWith(db: Db, sought: Sought, among: Among, most: number): Promise<string[]> {
  const phrases = phrasesIn(sought)
  if (phrases.length === 0 || among.lists.length === 0) return []
  const asked = { phrases, isExact: sought.exact === true, among, part: 'all', most, below: undefined } as const
  const found = await pages[kindOf(db)](db, asked)
  return found.map(({ id }) => id)
}

/**
 * The ids of the tasks in which the words stand, as a query to look something up in; undefined when there is no letter
 * and no digit in them. Whether the tasks are open is not asked on PostgreSQL: whoever looks them up does.
 */
export function idsWith(db: Db, sought: Sought, among: Among[]): RawBuilder<{ task_id: string }> | undefined {
  const phrases = phrasesIn(sought)
  const [first] = among
  if (phrases.length === 0 || !first || first.lists.length === 0) return undefined
  const isExact = sought.exact === true
  if (kindOf(db) === 'postgres') {
    return sql`select task_id from task_words where words @@ ${vectorQuery(phrases, isExact, first, 'all')}::tsquery`
  }
  const match = among.map((part) => `(${sqliteQuery(phrases, isExact, part, 'all')})`).join(' OR ')
  return sql`select task_id from task_numbers where number in
    (select rowid from task_words where task_words match ${match})`
}

/** The number under which the words of a task are kept: tasks that were added later have higher ones. */
export async function numberOf(db: Db, task: string): Promise<number | undefined> {
  const numbers = kindOf(db) === 'sqlite' ? sql`task_numbers` : sql`task_words`
  const { rows } = await sql<{ number: number }>`select number from ${numbers} where task_id = ${task}`.execute(db)
  return rows[0]?.number
}

function phrasesIn({ words, exact }: Sought): string[][] {
  if (!exact) return phrasesOf(words)
  const phrase = wordsOf(words)
  return phrase.length > 0 ? [phrase] : []
}

type Asked = { phrases: string[][]; isExact: boolean; among: Among }
type PageOf = Asked & {
  part: Part | 'all'
  most: number
  below: number | undefined
}

const pages = {
  sqlite: (db: Db, page: PageOf) => sqlitePage(db, page),
  postgres: (db: Db, page: PageOf) => postgresPage(db, page),
}

// Along the numbers, downwards: what was found is there at once, however many more there are.
async function sqlitePage(db: Db, { phrases, isExact, among, part, most, below }: PageOf): Promise<Numbered[]> {
  const { rows } = await sql<Numbered>`select task_id as id, number
    from task_words join task_numbers on number = task_words.rowid
    where task_words match ${sqliteQuery(phrases, isExact, among, part)}
    and task_words.rowid < ${below ?? Number.MAX_SAFE_INTEGER}
    order by task_words.rowid desc limit ${most}`.execute(db)
  return rows
}

// Words are letters, digits and marks, so that no sign of the language of FTS5 stands in them.
function sqliteQuery(phrases: string[][], isExact: boolean, { lists, isOpen }: Among, part: Part | 'all'): string {
  const wanted = phrases.map((phrase) => `"${phrase.join(' ')}"${isExact ? '' : ' *'}`).join(' AND ')
  const scope = `scope : (${lists.map(({ id }) => scopeOf(id, isOpen)).join(' OR ')})`
  if (part === 'title') return `${scope} AND title : (${wanted})`
  const all = `${scope} AND {title notes} : (${wanted})`
  return part === 'all' ? all : `(${all}) NOT title : (${wanted})`
}

/**
 * An index of words knows no order. A word that stands nearly everywhere is therefore looked for among the newest
 * tasks one by one; only when they do not make a page the index is asked, for the word is rare then.
 */
async function postgresPage(db: Db, { phrases, isExact, among, part, most, below }: PageOf): Promise<Numbered[]> {
  const [all, title] = [vectorQuery(phrases, isExact, among, 'all'), vectorQuery(phrases, isExact, among, 'title')]
  const wanted = part === 'title' ? title : all
  const isIn = sql`words @@ ${wanted}::tsquery`
  const isWanted = part === 'rest' ? sql`${isIn} and not words @@ ${title}::tsquery` : isIn
  const from = async (tasks: RawBuilder<unknown>) => {
    const { rows } = await sql<Numbered>`select task_id as id, number from ${tasks} as tasks
      where ${isWanted} and number < ${below ?? Number.MAX_SAFE_INTEGER} order by number desc limit ${most}`.execute(db)
    return rows
  }
  const quick = await from(newestOf(among, below))
  return quick.length === most ? quick : from(indexed(among, wanted))
}

/**
 * On PostgreSQL, the page out of all that was found, if that is not much: one question instead of four. Undefined when
 * it is, or when the newest titles make a page already.
 */
async function few(db: Db, asked: Asked, most: number, after?: FoundCursor): Promise<Found[] | undefined> {
  if (kindOf(db) === 'sqlite') return undefined
  const { phrases, isExact, among } = asked
  const [all, title] = [vectorQuery(phrases, isExact, among, 'all'), vectorQuery(phrases, isExact, among, 'title')]
  const titles = sql`select 1 from ${newestOf(among)} as tasks where words @@ ${title}::tsquery limit ${most}`
  if (after?.part !== 'rest' && (await titles.execute(db)).rows.length === most) return undefined
  const { rows } = await sql<Numbered & { inTitle: boolean }>`
    select task_id as id, number, words @@ ${title}::tsquery as "inTitle" from ${indexed(among, all)} as tasks
    limit ${FEW + 1}`.execute(db)
  if (rows.length > FEW) return undefined
  const found = rows.map(({ id, number, inTitle }): Found => ({ id, number, part: inTitle ? 'title' : 'rest' }))
  return found
    .sort((a, b) => (a.part === b.part ? b.number - a.number : a.part === 'title' ? -1 : 1))
    .filter((one) => isBehind(one, after))
    .slice(0, most)
}

const FEW = 500

const isBehind = ({ part, number }: Found, after?: FoundCursor): boolean =>
  after === undefined || (part === after.part ? number < after.below : part === 'rest')

/** The newest tasks of the lists. Each list is read along its index, and no further than needed. */
function newestOf({ lists, isOpen }: Among, below = Number.MAX_SAFE_INTEGER): RawBuilder<unknown> {
  const each = lists.map(
    ({ id }) => sql`(select number, task_id, words from task_words
      where list_id = ${id} and state = ${isOpen ? 'open' : 'done'} and number < ${below}
      order by number desc limit ${NEWEST})`,
  )
  return sql`(select * from (${sql.join(each, sql` union all `)}) as each order by number desc limit ${NEWEST})`
}

const NEWEST = 1000

// The offset keeps PostgreSQL from looking at one task after another until there is a page.
const indexed = ({ lists, isOpen }: Among, wanted: string): RawBuilder<unknown> =>
  sql`(select number, task_id, words from (
      select number, task_id, words, list_id, state from task_words where words @@ ${wanted}::tsquery offset 0) as found
    where state = ${isOpen ? 'open' : 'done'} and list_id in (${sql.join(lists.map(({ id }) => id))}))`

// Words are letters, digits and marks, so that no sign of the language of PostgreSQL stands in them.
function vectorQuery(phrases: string[][], isExact: boolean, { lists }: Among, part: 'all' | 'title'): string {
  const mark = part === 'title' ? '^' : ''
  const wanted = phrases.map(
    (phrase) => `(${phrase.map((word) => `'${mark}${word}'`).join(' <-> ')}${isExact ? '' : ':*'})`,
  )
  const owners = [...new Set(lists.map(({ owner_id }) => `'${scopeOfOwner(owner_id)}'`))]
  return `(${owners.join(' | ')}) & ${wanted.join(' & ')}`
}

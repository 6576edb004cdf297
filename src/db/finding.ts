import { type RawBuilder, sql } from 'kysely'
import { phrasesOf, wordsOf } from '#core/words.ts'
import { type Db, kindOf } from './db.ts'
import type { List } from './schema.ts'
import { scopeOf, scopeOfOwner } from './words.ts'

/** What is looked for: words that all have to stand in a task, or with `exact` whole words next to each other. */
export type Sought = { words: string; exact?: boolean | undefined }

/** Among which tasks: those of these lists, the open or the completed ones. */
export type Among = { lists: Pick<List, 'id' | 'owner_id' | 'open_tasks'>[]; isOpen: boolean }

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
  const from = async (part: Part, count: number): Promise<Found[]> => {
    const below = after?.part === part ? after.below : undefined
    const page = { phrases, isExact: sought.exact === true, among, part, most: count, below }
    return (await pageOf(db, page)).map((row) => ({ ...row, part }))
  }
  const inTitle = after?.part === 'rest' ? [] : await from('title', most)
  return inTitle.length === most ? inTitle : [...inTitle, ...(await from('rest', most - inTitle.length))]
}

/** The ids of the tasks in which the words stand: of the `most` at the most that were added last. */
export async function newestWith(db: Db, sought: Sought, among: Among, most: number): Promise<string[]> {
  const phrases = phrasesIn(sought)
  if (phrases.length === 0 || among.lists.length === 0) return []
  const asked = { phrases, isExact: sought.exact === true, among, part: 'all', most, below: undefined } as const
  const found = await pageOf(db, asked)
  return found.map(({ id }) => id)
}

/**
 * The ids of the tasks in which the words stand, as a query to look something up in; undefined when there is no letter
 * and no digit in them. There may be tasks of other lists among them, and completed ones: whoever looks them up asks for
 * what they want.
 */
export function idsWith(db: Db, sought: Sought, among: Among): RawBuilder<{ task_id: string }> | undefined {
  const phrases = phrasesIn(sought)
  if (phrases.length === 0 || among.lists.length === 0) return undefined
  const isExact = sought.exact === true
  if (kindOf(db) === 'postgres') {
    return sql`select task_id from task_words where words @@ ${vectorQuery(phrases, isExact, scopesOf(among), 'all')}::tsquery
      union all select task_id from task_words_long where words @@ ${vectorQuery(phrases, isExact, [''], 'all')}::tsquery`
  }
  return sql`select task_id from task_numbers where number in (
    select rowid from task_words where task_words match ${textQuery(phrases, isExact, 'all', scopeQuery(among))}
    union all select rowid from task_words_long where task_words_long match ${textQuery(phrases, isExact, 'all')})`
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

type PageOf = {
  phrases: string[][]
  isExact: boolean
  among: Among
  part: Part | 'all'
  most: number
  below: number | undefined
}

const pages = { sqlite: sqlitePage, postgres: postgresPage }
const longPages = { sqlite: longSqlitePage, postgres: longPostgresPage }

/** What has long notes is kept apart, but for the words of its title. */
async function pageOf(db: Db, page: PageOf): Promise<Numbered[]> {
  if (page.part === 'title') return pages[kindOf(db)](db, page)
  const all = (await Promise.all([pages, longPages].map((of) => of[kindOf(db)](db, page)))).flat()
  const byNumber = new Map(all.map((one) => [one.number, one]))
  return [...byNumber.values()].sort((a, b) => b.number - a.number).slice(0, page.most)
}

// Along the numbers, downwards: what was found is there at once, however many more there are.
async function sqlitePage(db: Db, { phrases, isExact, among, part, most, below }: PageOf): Promise<Numbered[]> {
  const wanted = textQuery(phrases, isExact, part, scopeQuery(among))
  const { rows } = await sql<Numbered>`select task_id as id, number
    from task_words join task_numbers on number = task_words.rowid
    where task_words match ${wanted} and task_words.rowid < ${below ?? Number.MAX_SAFE_INTEGER}
    order by task_words.rowid desc limit ${most}`.execute(db)
  return rows
}

// The index knows no scope here: what it finds is asked one after another, without looking at the tasks themselves.
async function longSqlitePage(db: Db, { phrases, isExact, among, part, most, below }: PageOf): Promise<Numbered[]> {
  const { rows } = await sql<Numbered>`select task_id as id, number
    from task_words_long cross join task_numbers on number = task_words_long.rowid
    where task_words_long match ${textQuery(phrases, isExact, part)}
    and task_words_long.rowid < ${below ?? Number.MAX_SAFE_INTEGER} and scope in (${sql.join(sqliteScopes(among))})
    order by task_words_long.rowid desc limit ${most}`.execute(db)
  return rows
}

// Words are letters, digits and marks, so that no sign of the language of FTS5 stands in them.
function textQuery(phrases: string[][], isExact: boolean, part: Part | 'all', within = ''): string {
  const wanted = phrases.map((phrase) => `"${phrase.join(' ')}"${isExact ? '' : ' *'}`).join(' AND ')
  if (part === 'title') return `${within}title : (${wanted})`
  const all = `${within}{title notes} : (${wanted})`
  return part === 'all' ? all : `(${all}) NOT title : (${wanted})`
}

const scopeQuery = (among: Among): string => `scope : (${sqliteScopes(among).join(' OR ')}) AND `

const sqliteScopes = ({ lists, isOpen }: Among): string[] =>
  lists.map(({ id }) => scopeOf(id, isOpen ? 'open' : 'done'))

/**
 * An index of words knows no order: all that it finds is put in order. Among many tasks words that stand in several of the
 * newest are looked for from there on, one task after another: they soon make a page. Only when they do not, the index is
 * asked after all.
 */
async function postgresPage(db: Db, { phrases, isExact, among, part, most, below }: PageOf): Promise<Numbered[]> {
  const [all, title] = (['all', 'title'] as const).map((place) =>
    vectorQuery(phrases, isExact, scopesOf(among), place),
  ) as [string, string]
  const wanted = part === 'title' ? title : all
  const isBelow = sql`number < ${below ?? Number.MAX_SAFE_INTEGER}`
  const isWanted = part === 'rest' ? sql`${isBelow} and not words @@ ${title}::tsquery` : isBelow
  const newest = (count: number) =>
    sql`(select * from ${newestOf(among, count, below)} as tasks where words @@ ${wanted}::tsquery)`
  if (mayBeMany(among) && most <= NEWEST && (await countOf(db, newest(SAMPLE), isWanted)) >= SEVERAL) {
    const found = await firstOf(db, newest(NEWEST), isWanted, most)
    if (found.length === most) return found
  }
  return firstOf(db, indexed(among, wanted), isWanted, most)
}

// Of a word that stands in six of a hundred tasks a page, 50 and one more, is to be found in a thousand.
const NEWEST = 1000
const SAMPLE = 100
const SEVERAL = 6

/** Whether it would take long to put all of these tasks in order. Nobody has counted those that are completed. */
const mayBeMany = ({ lists, isOpen }: Among): boolean =>
  !isOpen || lists.reduce((count, { open_tasks }) => count + open_tasks, 0) > NEWEST

async function countOf(db: Db, tasks: RawBuilder<unknown>, isWanted: RawBuilder<unknown>): Promise<number> {
  const count = sql<{ count: number }>`select count(*) as count from ${tasks} as tasks where ${isWanted}`
  return (await count.execute(db)).rows[0]?.count ?? 0
}

async function firstOf(db: Db, tasks: RawBuilder<unknown>, isWanted: RawBuilder<unknown>, most: number) {
  const first = sql<Numbered>`select task_id as id, number from ${tasks} as tasks
    where ${isWanted} order by number desc limit ${most}`
  return (await first.execute(db)).rows
}

/** There are not many of them, and what is found of them is all put in order. */
async function longPostgresPage(db: Db, { phrases, isExact, among, part, most, below }: PageOf): Promise<Numbered[]> {
  const isThere = (place: 'all' | 'title') => sql`long.words @@ ${vectorQuery(phrases, isExact, [''], place)}::tsquery`
  const { rows } = await sql<Numbered>`select task_id as id, number
    from task_words_long as long join task_words using (task_id)
    where ${isThere('all')} ${part === 'rest' ? sql`and not ${isThere('title')}` : sql``} and ${isIn(among)}
    and scope in (${sql.join(scopesOf(among))}) and number < ${below ?? Number.MAX_SAFE_INTEGER}
    order by number desc limit ${most}`.execute(db)
  return rows
}

/** The `most` newest of these tasks, read along an index and no further than needed. */
function newestOf(among: Among, most: number, below = Number.MAX_SAFE_INTEGER): RawBuilder<unknown> {
  const each = scopesOf(among).map(
    (scope) => sql`(select number, task_id, words from task_words
      where scope = ${scope} and number < ${below} and ${isIn(among)} order by number desc limit ${most})`,
  )
  return sql`(select * from (${sql.join(each, sql` union all `)}) as each order by number desc limit ${most})`
}

// The offset keeps PostgreSQL from looking at one task after another until there is a page.
const indexed = (among: Among, wanted: string): RawBuilder<unknown> =>
  sql`(select number, task_id, words from (
      select number, task_id, words, list_id from task_words where words @@ ${wanted}::tsquery offset 0) as found
    where ${isIn(among)})`

// One value, however many lists there are: several times in a statement they would take longer to read than to look for.
const isIn = ({ lists }: Among): RawBuilder<unknown> => sql`list_id = any(${lists.map(({ id }) => id)}::text[])`

const scopesOf = ({ lists, isOpen }: Among): string[] => [
  ...new Set(lists.map(({ owner_id }) => scopeOfOwner(owner_id, isOpen ? 'open' : 'done'))),
]

// Words are letters, digits and marks, so that no sign of the language of PostgreSQL stands in them.
function vectorQuery(phrases: string[][], isExact: boolean, scopes: string[], part: 'all' | 'title'): string {
  const wanted = scopes.map((scope) => {
    const start = part === 'title' ? `${scope}^` : scope
    const each = phrases.map((phrase) => phrase.map((word) => `'${start}${word}'`).join(' <-> '))
    return each.map((phrase) => `(${phrase}${isExact ? '' : ':*'})`).join(' & ')
  })
  return wanted.map((one) => `(${one})`).join(' | ')
}

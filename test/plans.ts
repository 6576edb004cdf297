import type { KyselyPlugin, RootOperationNode } from 'kysely'
import { type Db, newId } from '#db/db.ts'

type Work = (db: Db) => Promise<unknown>

/** The queries that `work` asks. */
export async function queriesOf(db: Db, work: Work): Promise<RootOperationNode[]> {
  const asked: RootOperationNode[] = []
  const note: KyselyPlugin = {
    transformQuery({ node }) {
      asked.push(node)
      return node
    },
    transformResult: async ({ result }) => result,
  }
  await work(db.withPlugin(note))
  return asked
}

/** How SQLite finds what a query asks for, a line for each step. */
export async function planOf(db: Db, node: RootOperationNode): Promise<string[]> {
  const rows = await explained<{ detail: string }>(db, node, 'explain query plan')
  return rows.map(({ detail }) => detail)
}

/** The same for all that `work` asks, a line for each step of each query. */
export const plansOf = async (db: Db, work: Work): Promise<string[]> =>
  (await Promise.all((await queriesOf(db, work)).map((node) => planOf(db, node)))).flat()

/** How many rows of `table` PostgreSQL looked at for what `work` asks: those it took and those it put back. */
export async function rowsRead(db: Db, table: string, work: Work): Promise<number> {
  let read = 0
  for (const node of await queriesOf(db, work)) {
    const [row] = await explained<{ 'QUERY PLAN': [{ Plan: Step }] }>(db, node, 'explain (analyze, format json)')
    for (const step of stepsIn(row!['QUERY PLAN'][0].Plan)) if (step['Relation Name'] === table) read += lookedAt(step)
  }
  return read
}

/** What a step of a plan of PostgreSQL did when it was carried out, and the steps below it. */
type Step = Record<string, unknown> & { Plans?: Step[] }

const stepsIn = (step: Step): Step[] => [step, ...(step.Plans ?? []).flatMap(stepsIn)]

const lookedAt = (step: Step): number =>
  ['Actual Rows', 'Rows Removed by Filter', 'Rows Removed by Index Recheck']
    .map((name) => Number(step[name] ?? 0) * Number(step['Actual Loops']))
    .reduce((a, b) => a + b)

async function explained<R>(db: Db, node: RootOperationNode, explain: string): Promise<R[]> {
  const { sql: text, parameters } = db.getExecutor().compileQuery(node, { queryId: newId() } as never)
  const query = { query: node, queryId: { queryId: newId() }, sql: `${explain} ${text}`, parameters }
  return (await db.executeQuery<R>(query)).rows
}

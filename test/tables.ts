import { sql } from 'kysely'
import type { Database } from '#db/db.ts'

/** Every row of every table, as text: to see whether anything was written, or whether a secret stands anywhere. */
export async function everythingIn(db: Database): Promise<string> {
  const found: string[] = []
  for (const { name } of await db.introspection.getTables()) {
    const { rows } = await sql`select * from ${sql.table(name)}`.execute(db)
    const lines = rows.map((row) => JSON.stringify(row)).sort()
    found.push(`${name}\n${lines.join('\n')}`)
  }
  return found.join('\n\n')
}

/** How many rows `table` has. */
export async function countIn(db: Database, table: string): Promise<number> {
  const { rows } = await sql<{ n: number }>`select count(*) as n from ${sql.table(table)}`.execute(db)
  return Number(rows[0]!.n)
}

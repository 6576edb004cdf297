import { Database as File, type SQLQueryBindings } from 'bun:sqlite'

/** A statement as SQLite got it. */
export type Said = { sql: string; values: SQLQueryBindings[] }

/**
 * From now on, hands every prepared statement that is carried out in this process to `hear`. It stands between the app
 * and SQLite, so it hears what is asked whoever asks.
 */
export function listenToSqlite(hear: (said: Said) => void): void {
  const prepare = File.prototype.prepare
  File.prototype.prepare = function (this: File, sql: string) {
    const statement = prepare.call(this, sql)
    for (const way of ['all', 'get', 'run', 'values'] as const) {
      const original = statement[way].bind(statement) as (...values: SQLQueryBindings[]) => unknown
      Object.assign(statement, {
        [way]: (...values: SQLQueryBindings[]) => {
          hear({ sql, values })
          return original(...values)
        },
      })
    }
    return statement
  } as typeof prepare
}

import type { Compilable, CompiledQuery } from 'kysely'
import type { Db } from './db.ts'

/**
 * A query that is built and compiled once for each database and from then on only carried out, for the few that
 * every page needs: building one takes several times as long as SQLite takes to answer it. `build` must make the same
 * query whatever the values are. It does not see them: in `places` stands something to be filled in later.
 */
export function built<V extends Values, R>(
  build: (db: Db, places: V) => Compilable<R>,
): (db: Db, values: V) => Promise<R[]> {
  const known = new WeakMap<Db, CompiledQuery<R>>()
  return async (db, values) => {
    const query = known.get(db) ?? build(db, places<V>()).compile()
    known.set(db, query)
    const parameters = query.parameters.map((value) => (value instanceof Place ? values[value.name] : value))
    const { rows } = await db.executeQuery<R>({ ...query, parameters })
    return rows
  }
}

type Values = Record<string, string | number>

/** Stands in a query for the value called `name`. */
class Place {
  readonly name: string

  constructor(name: string) {
    this.name = name
  }
}

// A place has no type but that of the value it stands for: that is how a query is written around it.
const places = <V extends Values>(): V =>
  new Proxy({} as V, { get: (_, name) => new Place(String(name)) as unknown as string })

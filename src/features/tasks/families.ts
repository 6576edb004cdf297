import type { Row } from './seen.ts'

/** The rows in their order, each child moved below its parent if that is among them. `depth` says how far. */
export function familiesIn<R extends Pick<Row, 'id' | 'parent_id'>>(rows: R[]): (R & { depth: number })[] {
  const here = new Set(rows.map(({ id }) => id))
  const isBelow = (parent: string | null) => parent !== null && here.has(parent)
  const children = Map.groupBy(rows, ({ parent_id }) => (isBelow(parent_id) ? parent_id : null))
  const family = (row: R, depth: number): (R & { depth: number })[] => [
    { ...row, depth },
    ...(children.get(row.id) ?? []).flatMap((child) => family(child, depth + 1)),
  ]
  return (children.get(null) ?? []).flatMap((row) => family(row, 0))
}

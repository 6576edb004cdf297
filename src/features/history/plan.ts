import { instant } from '#core/time.ts'
import type { Fields } from '#db/journal.ts'
import type { JournaledTable } from '#db/schema.ts'
import { type Net, type Row, type RowsByTable, rowOf } from './nets.ts'

/** Why something stays as it is. */
export type Why =
  | 'changed'
  | 'forbidden'
  | 'purged'
  | 'list-gone'
  | 'parent-gone'
  | 'parent-done'
  | 'open-below'
  | 'section-gone'
  | 'circle'
  | 'levels'
  | 'name-taken'
  | 'not-empty'

/** What stays as it is, and why. */
export type Kept = { id: string; why: Why; fields: string[] }

/** What will be written: for each row the fields as they were. What stays, and how much is as it was already. */
export class Plan {
  readonly #patches = new Map<JournaledTable, Map<string, Fields>>()
  readonly kept: Kept[] = []
  there = 0

  /** Writes `fields` too. */
  patch(table: JournaledTable, id: string, fields: Fields): void {
    this.#of(table).set(id, { ...this.#of(table).get(id), ...fields })
  }

  /** Leaves fields of a row as they are after all. Without a reason they are as they should be. */
  drop(table: JournaledTable, id: string, names: string[], why?: Why): void {
    const fields = this.#of(table).get(id) ?? {}
    const dropped = names.filter((name) => name in fields)
    for (const name of dropped) delete fields[name]
    if (Object.keys(fields).length === 0) this.#of(table).delete(id)
    if (why) this.kept.push({ id, why, fields: dropped })
    else this.there += 1
  }

  /** Whether one of these fields will be written. */
  has(table: JournaledTable, id: string, ...names: string[]): boolean {
    const fields = this.#of(table).get(id) ?? {}
    return names.some((name) => name in fields)
  }

  /** The row of `table` as it will be. */
  result(table: JournaledTable, row: Row): Row {
    const fields = this.#of(table).get(row.id)
    return fields ? { ...row, ...fields } : row
  }

  /** What will be written into `table`, as it stands now. */
  in(table: JournaledTable): Map<string, Fields> {
    return new Map(this.#of(table))
  }

  #of(table: JournaledTable): Map<string, Fields> {
    const known = this.#patches.get(table) ?? new Map<string, Fields>()
    this.#patches.set(table, known)
    return known
  }
}

/**
 * What is to be written so that the rows are as they were before an op: those of its fields that still have the value it
 * gave them. Fields that mean something only together go back together or not at all. What was new is taken out of sight
 * as of `now`. `whyNot` says of a row why this person may not do that, if so.
 */
export function planOf(
  nets: Net[],
  rows: RowsByTable,
  whyNot: (net: Net, row: Row) => Why | undefined,
  now: Date,
): Plan {
  const plan = new Plan()
  const parts = nets.flatMap((net) => unitsOf(net).map((names) => partOf(net, names, rowOf(rows, net), now)))
  const broken = brokenCompletions(parts)
  for (const part of parts) {
    const { net, names, row } = part
    const why = row ? whyNot(net, row) : 'purged'
    if (part.isThere) plan.there += 1
    else if (why) plan.kept.push({ id: net.id, why, fields: names })
    else if (!part.isFree || (part.completion !== undefined && broken.has(part.completion)))
      plan.kept.push({ id: net.id, why: 'changed', fields: names })
    else plan.patch(net.table, net.id, part.fields)
  }
  return plan
}

/** Some fields of a row that go back together. */
type Part = {
  net: Net
  row: Row | undefined
  names: string[]
  /** What they were before the op. */
  fields: Fields
  /** They are as they were before the op already. */
  isThere: boolean
  /** Each has the value that the op gave it, or the one from before. */
  isFree: boolean
  /** The task whose being completed these fields say something about. */
  completion: string | undefined
}

function partOf(net: Net, names: string[], row: Row | undefined, now: Date): Part {
  const fields = net.before ? pick(net.before, names) : { deleted_at: instant(now) }
  const isThere = row !== undefined && names.every((name) => isAsBefore(net, row, name))
  const isFree =
    row !== undefined &&
    names.every((name) => isAsBefore(net, row, name) || isUntouched(net, row, name)) &&
    !(names.some(isOf(DUE)) && hasOtherDue(net, row))
  return { net, row, names, fields: withPosition(net, names, fields), isThere, isFree, completion: completionOf() }

  function completionOf(): string | undefined {
    if (net.table === 'completions') return String(row?.task_id)
    return net.table === 'tasks' && names.some(isOf([...DONE, ...DUE, 'recurrence'])) ? net.id : undefined
  }
}

const isAsBefore = ({ before }: Net, row: Row, name: string): boolean =>
  before ? row[name] === before[name] : row.deleted_at !== null

const isUntouched = ({ after }: Net, row: Row, name: string): boolean => row[name] === (after[name] ?? null)

// The instant follows from day, time and zone. When somebody gave the task a zone since, it would not fit any more.
const hasOtherDue = ({ before }: Net, row: Row): boolean =>
  row.due_at !== null && before !== undefined && !('due_at' in before)

/**
 * The tasks whose completion cannot be taken back as a whole. That a task is completed stands in the task and in the
 * logbook, and one that repeats is due again: all of it goes back or none, else the logbook would say what is not so.
 */
function brokenCompletions(parts: Part[]): Set<string> {
  const logged = new Set(parts.filter(({ net }) => net.table === 'completions').map(({ completion }) => completion))
  const broken = parts.filter(({ completion, row, net, names }) => {
    if (completion === undefined || !logged.has(completion) || !row) return false
    return !names.every((name) => isUntouched(net, row, name))
  })
  return new Set(broken.map(({ completion }) => completion as string))
}

// --- what belongs together ---

const DUE = ['due_day', 'due_time', 'due_zone', 'due_at']
export const DONE = ['completed_at', 'cancelled']
const NAME = ['name', 'name_key']
/** Where a task is. Its position is one among others there, so it goes back with them. */
export const PLACE = ['list_id', 'section_id', 'parent_id']

/** The fields of a net, in the groups that go back together. */
function unitsOf({ table, before }: Net): string[][] {
  if (!before) return [['deleted_at']]
  const names = Object.keys(before)
  const groups = table === 'tasks' ? [DUE, PLACE, DONE] : [NAME]
  const together = groups.map((group) => names.filter(isOf(group))).filter((some) => some.length > 0)
  const isMoved = table === 'tasks' && names.some(isOf(PLACE))
  const alone = names.filter((name) => !isOf(groups.flat())(name) && !(isMoved && name === 'position'))
  return [...together, ...alone.map((name) => [name])]
}

function withPosition({ table, before }: Net, names: string[], fields: Fields): Fields {
  const goesAlong = table === 'tasks' && names.some(isOf(PLACE)) && before !== undefined && 'position' in before
  return goesAlong ? { ...fields, position: before.position } : fields
}

const isOf =
  (group: string[]) =>
  (name: string): boolean =>
    group.includes(name)

const pick = (fields: Fields, names: string[]): Fields => Object.fromEntries(names.map((name) => [name, fields[name]]))

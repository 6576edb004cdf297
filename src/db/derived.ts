import { sql, type Transaction } from 'kysely'
import type { JournaledTable, Tables } from './schema.ts'
import { keepWords, type Worded } from './words.ts'

type Row = Record<string, unknown>

/**
 * What is kept ready because counting or joining it for every page would take longer the more there is. It follows from
 * the rows that the journal writes, is written in the same transaction, and by nobody else: how many tasks are open in
 * each list, which labels stand on open tasks, and by which words a task is found.
 */
export class Derived {
  readonly #trx: Transaction<Tables>
  readonly #opened = new Map<string, number>()
  readonly #worded = new Map<string, Worded>()

  constructor(trx: Transaction<Tables>) {
    this.#trx = trx
  }

  /** Takes note that a row of `table` was `before` (undefined: not there) and is `after` now. */
  async follow(table: JournaledTable, before: Row | undefined, after: Row): Promise<void> {
    if (table !== 'tasks') return
    if (before && isOpen(before)) this.#count(before.list_id, -1)
    if (isOpen(after)) this.#count(after.list_id, 1)
    if (!before || WORDED.some((name) => before[name] !== after[name]))
      this.#worded.set(after.id as string, after as Worded)
    if (before && (isOpen(before) !== isOpen(after) || before.list_id !== after.list_id)) await this.#relabel(after)
  }

  /** Writes the counts and the words. To be called once, at the end of the work. */
  async flush(): Promise<void> {
    await keepWords(this.#trx, [...this.#worded.values()])
    for (const [id, count] of this.#opened) {
      if (count === 0) continue
      await this.#trx
        .updateTable('lists')
        .set({ open_tasks: sql`open_tasks + ${count}` })
        .where('id', '=', id)
        .execute()
    }
  }

  #count(list: unknown, by: number): void {
    this.#opened.set(list as string, (this.#opened.get(list as string) ?? 0) + by)
  }

  async #relabel(task: Row): Promise<void> {
    await this.#trx
      .updateTable('task_labels')
      .set({ list_id: task.list_id as string, is_open: isOpen(task) ? 1 : 0 })
      .where('task_id', '=', task.id as string)
      .where('deleted_at', 'is', null)
      .execute()
  }
}

const WORDED = ['title', 'notes', 'list_id', 'completed_at', 'deleted_at'] as const

const isOpen = (task: Row): boolean => (task.completed_at ?? null) === null && (task.deleted_at ?? null) === null

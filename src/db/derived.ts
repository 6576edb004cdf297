import { sql, type Transaction } from 'kysely'
import type { JournaledTable, Tables } from './schema.ts'
import { keepScopes, keepWords, type Scoped, type Worded } from './words.ts'

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
  readonly #rescoped = new Map<string, Scoped>()
  readonly #relabeled = new Set<string>()

  constructor(trx: Transaction<Tables>) {
    this.#trx = trx
  }

  /** Takes note that a row of `table` was `before` (undefined: not there) and is `after` now. */
  follow(table: JournaledTable, before: Row | undefined, after: Row): void {
    if (table === 'task_labels') this.#relabeled.add(after.task_id as string)
    if (table !== 'tasks') return
    if (before && isOpen(before)) this.#count(before.list_id, -1)
    if (isOpen(after)) this.#count(after.list_id, 1)
    this.#followWords(before, after as Row & Worded)
    if (before && (isOpen(before) !== isOpen(after) || before.list_id !== after.list_id)) {
      this.#relabeled.add(after.id as string)
    }
  }

  /** Writes the counts, the words, and what links to labels say of their tasks. To be called once, at the end of the work. */
  async flush(): Promise<void> {
    await keepWords(this.#trx, [...this.#worded.values()])
    await keepScopes(this.#trx, [...this.#rescoped.values()])
    for (const [id, count] of this.#opened) {
      if (count === 0) continue
      await this.#trx
        .updateTable('lists')
        .set({ open_tasks: sql`open_tasks + ${count}` })
        .where('id', '=', id)
        .execute()
    }
    const tasks = [...this.#relabeled]
    for (let i = 0; i < tasks.length; i += 1000) await this.#relabel(tasks.slice(i, i + 1000))
  }

  // What is to be written whole is written as it is in the end.
  #followWords(before: Row | undefined, after: Row & Worded): void {
    const differs = (name: keyof Worded) => before?.[name] !== after[name]
    if (!before || this.#worded.has(after.id) || WORDED.some(differs)) {
      this.#worded.set(after.id, after)
      this.#rescoped.delete(after.id)
    } else if (SCOPED.some(differs)) this.#rescoped.set(after.id, after)
  }

  #count(list: unknown, by: number): void {
    this.#opened.set(list as string, (this.#opened.get(list as string) ?? 0) + by)
  }

  async #relabel(tasks: string[]): Promise<void> {
    await this.#trx
      .updateTable('task_labels')
      .set({
        list_id: sql`(select list_id from tasks where tasks.id = task_labels.task_id)`,
        is_open: sql`(select case when task_labels.deleted_at is null and tasks.completed_at is null
          and tasks.deleted_at is null then 1 else 0 end from tasks where tasks.id = task_labels.task_id)`,
      })
      .where('task_id', 'in', tasks)
      .execute()
  }
}

const WORDED = ['title', 'notes'] as const
const SCOPED = ['list_id', 'completed_at', 'deleted_at'] as const

const isOpen = (task: Row): boolean => (task.completed_at ?? null) === null && (task.deleted_at ?? null) === null

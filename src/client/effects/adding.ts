import { branchOf, depthOf, fits, setDepth } from '../branches.ts'
import { asTitle, type Change, type Effect, field } from '../change.ts'
import { loadReader, reader } from '../reading.ts'
import { rowOf, setTitle, titleOf } from '../rows.ts'
import { cloneOf } from './page.ts'

/** A new row, where the server will put it: on top of its section or list, or below the other parts of its task. */
export function add(id: string, change: Change): Effect | undefined {
  const row = cloneOf('row', id)
  if (!row || rowOf(id)) return undefined
  const text = asTitle(field(change, 'task') ?? '')
  const reads = reader()
  if (!reads) setTitle(row, text)
  else if (!reads.dress(row, change)) return undefined
  if (!put(row, change)) return undefined
  if (!reads) void dressLater(id, text, change)
  return { delta: 1, takeBack: () => rowOf(id)?.remove() }
}

/** What reads the line is not here yet: until it is, the row shows it as it was typed. */
async function dressLater(id: string, text: string, change: Change): Promise<void> {
  const reads = await loadReader()
  const row = rowOf(id)
  // The server may have been quicker.
  if (row && titleOf(row) === text && reads?.dress(row, change) === false) row.remove()
}

function put(row: HTMLElement, change: Change): boolean {
  const parent = field(change, 'parent')
  if (parent) return putBelow(row, rowOf(parent))
  const section = field(change, 'section')
  const list = document.getElementById(section ? `tasks_${section}` : 'tasks')
  list?.prepend(row)
  return !!list
}

function putBelow(row: HTMLElement, parent: HTMLElement | null): boolean {
  // On its own page its parts are the list.
  const list = document.getElementById('tasks')
  if (!parent || !fits([row], depthOf(parent) + 1)) {
    list?.append(row)
    return !!list
  }
  setDepth(row, depthOf(parent) + 1)
  branchOf(parent).at(-1)?.after(row)
  return true
}

import { inOneLine, itemsOf } from '#core/line.ts'
import { branchOf, depthOf, fits, setDepth } from '../branches.ts'
import { type Change, type Effect, field } from '../change.ts'
import { loadReader, reader } from '../reading.ts'
import { rowOf, setTitle, titleOf } from '../rows.ts'
import { cloneOf } from './page.ts'

/** A new row, or one for each line, where the server will put it: on top, or below the other parts of its task. */
export function add(id: string, change: Change): Effect | undefined {
  if (rowOf(id)) return undefined
  const text = field(change, 'task') ?? ''
  const lines = field(change, 'lines') === 'each' ? itemsOf(text) : [inOneLine(text)]
  const rows = lines.map((line, i) => newRow(id, i, line, change)).filter((row) => row !== undefined)
  if (rows.length === 0 || !put(rows, change)) return undefined
  return {
    delta: rows.length,
    takeBack: () => {
      for (const { id } of rows) document.getElementById(id)?.remove()
    },
  }
}

/** The row of one line; undefined when the task does not belong on this page. */
function newRow(id: string, number: number, line: string, change: Change): HTMLElement | undefined {
  const row = cloneOf('row', number === 0 ? id : `${id}-${number}`)
  if (!row) return undefined
  // Only the server knows the ids of the others: until it has said them, nothing can be done to them.
  row.inert = number > 0
  const alone = {
    ...change,
    fields: change.fields.map((one): [string, string] => (one[0] === 'task' ? ['task', line] : one)),
  }
  const reads = reader()
  if (reads) return reads.dress(row, alone) ? row : undefined
  if (!isAddedHere(change)) return undefined
  setTitle(row, line)
  void dressLater(row.id, line, alone)
  return row
}

/** What the page's own field gives to each task besides its words, by which they belong there. */
export const placesOfField = (): Record<string, string | undefined> => {
  const form = document.querySelector<HTMLInputElement>('#task')?.form
  const typed = form ? [...new FormData(form)] : []
  return Object.fromEntries(typed.filter(([name]) => PLACES.includes(name))) as Record<string, string>
}

const PLACES = ['list', 'parent', 'due_day', 'label']

/** True for what was added on this page, or on one that is about the same. Of any other, only its line says where. */
function isAddedHere(change: Change): boolean {
  const places = placesOfField()
  return PLACES.every((name) => places[name] === field(change, name))
}

/** What reads the line is not here yet: until it is, the row shows it as it was typed. */
async function dressLater(id: string, text: string, change: Change): Promise<void> {
  const reads = await loadReader()
  const row = document.getElementById(id)
  // The server may have been quicker.
  if (row && titleOf(row) === text && reads?.dress(row, change) === false) row.remove()
}

function put(rows: HTMLElement[], change: Change): boolean {
  const parent = field(change, 'parent')
  if (parent) return putBelow(rows, rowOf(parent))
  const section = field(change, 'section')
  const list = document.getElementById(section ? `tasks_${section}` : 'tasks')
  list?.prepend(...rows)
  return !!list
}

function putBelow(rows: HTMLElement[], parent: HTMLElement | null): boolean {
  // On its own page its parts are the list.
  const list = document.getElementById('tasks')
  if (!parent || !fits(rows, depthOf(parent) + 1)) {
    list?.append(...rows)
    return !!list
  }
  for (const row of rows) setDepth(row, depthOf(parent) + 1)
  branchOf(parent)
    .at(-1)
    ?.after(...rows)
  return true
}

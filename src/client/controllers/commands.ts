import * as Turbo from '@hotwired/turbo'
import type { Command } from '#core/keyboard.ts'
import { ask } from '../asking/ahead.ts'
import { put } from '../outbox.ts'
import { taskPage } from '../page.ts'
import { focusPage, focusRow, idOf, priorityOf, rowOf } from '../rows.ts'
import { latestWaiting } from '../shown.ts'
import { movePlace } from './arranging.ts'
import { doToSelected, endSelecting, selected, toggle } from './select.ts'
import { indentRow, moveRow, outdentRow } from './sort.ts'
import { nextRow, rowHere } from './walk.ts'

/** What each key does. `false` says that there was nothing to do, and the key keeps its usual meaning. */
export const commands: Record<Command, () => unknown> = {
  help: () => visit('/help/keys'),
  'quick-add': () => quickAdd(),
  search: () => search(),
  palette,
  down: () => walk(1),
  up: () => walk(-1),
  lower: () => reorder(1),
  raise: () => reorder(-1),
  open: () => rowHere()?.querySelector<HTMLElement>('.title')?.click() ?? false,
  select,
  complete,
  schedule: () => question('askWhen'),
  'priority-1': () => prioritise('1'),
  'priority-2': () => prioritise('2'),
  'priority-3': () => prioritise('3'),
  'priority-4': () => prioritise('4'),
  move: () => question('askList'),
  label: () => question('askLabel'),
  indent: () => !!rowHere() && indentRow(rowHere() as HTMLElement),
  outdent: () => !!rowHere() && outdentRow(rowHere() as HTMLElement),
  undo,
  redo: () => put({ kind: 'undo', action: '/redo', fields: [] }),
  'go-inbox': () => go('/inbox', '/'),
  'go-today': () => go('/today'),
  'go-upcoming': () => go('/upcoming'),
  'go-completed': () => go('/completed'),
  save,
  close,
}

const visit = (address: string): void => Turbo.visit(address)

const quickAdd = (): void => focusOn('#task', document.querySelector('.side [data-list]')?.getAttribute('href') ?? '/')

const search = (): void => focusOn('main input[type="search"]', '/search')

/** Puts the cursor into a field: here, or on the page that has it. */
function focusOn(field: string, address: string): void {
  const focus = () => document.querySelector<HTMLElement>(field)?.focus()
  if (document.querySelector(field)) focus()
  else {
    document.addEventListener('turbo:load', focus, { once: true })
    visit(address)
  }
}

async function palette(): Promise<void> {
  await ask(async () => {
    const { openPalette } = await import('../asking/palette.ts')
    return () => openPalette((command) => commands[command]())
  })
}

function walk(step: 1 | -1): boolean {
  const row = nextRow(step)
  if (row) focusRow(row)
  return row !== undefined
}

function reorder(step: 1 | -1): boolean {
  const row = rowHere()
  return row ? moveRow(row, step) : movePlace(step)
}

/** The task whose page this is, if it is one's page. */
const taskHere = (): string | undefined => taskPage()?.dataset.task

function select(): boolean {
  const row = rowHere()
  if (row) toggle(row)
  return !!row
}

/** True when there is something that the question can be about. */
function question(what: 'askWhen' | 'askList' | 'askLabel'): boolean {
  if (selected().length === 0 && !rowHere() && !taskHere()) return false
  void ask(async () => (await import('../asking/pick.ts'))[what])
  return true
}

function complete(): boolean {
  if (doToSelected('complete')) return true
  const button =
    rowHere()?.querySelector<HTMLElement>('.check') ??
    taskPage()?.querySelector<HTMLElement>('form:is([data-outbox="complete"], [data-outbox="reopen"]) button')
  button?.click()
  return !!button
}

function prioritise(priority: string): boolean {
  if (doToSelected('priority', priority)) return true
  const row = rowHere()
  const id = row ? idOf(row) : taskHere()
  if (!id) return false
  const was = priorityOf(rowOf(id) ?? taskPage())
  if (was === priority) return true
  return put({
    kind: 'edit',
    action: `/tasks/${id}/edit`,
    fields: [
      ['priority', priority],
      ['was-priority', was],
    ],
  })
}

/** What still waits is known by its id; else the server knows what was last. */
function undo(): boolean {
  return put({ kind: 'undo', action: latestWaiting() ?? '/undo', fields: [] })
}

function go(...addresses: string[]): void {
  const [address = '/'] = addresses.filter((one) => document.querySelector(`.side a[href="${one}"]`))
  visit(address)
}

function save(): boolean {
  const form = document.activeElement?.closest('form')
  form?.requestSubmit()
  return !!form
}

/** Out of the field, out of the frame: one step towards the page itself. */
function close(): boolean {
  if (!document.activeElement?.matches('input, textarea, select') && endSelecting()) return true
  const active = document.activeElement
  if (!(active instanceof HTMLElement) || active === document.body) return false
  if (active.matches('.task')) active.querySelector<HTMLElement>('.title')?.focus({ preventScroll: true })
  else if (active.matches('input, textarea, select')) focusPage()
  else return false
  return true
}

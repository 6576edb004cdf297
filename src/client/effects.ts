import * as Turbo from '@hotwired/turbo'
import { isDone, keepFocus, openRows, rowOf, setDone, setTitle, settleRow, titleOf, turn } from './rows.ts'

/** A change as its form says it. */
export type Change = { kind: string; action: string; fields: [string, string][] }

/** What was shown: by how much it changed the number of open tasks, and how to take it back. */
export type Effect = { delta: number; takeBack: () => void }

/**
 * Shows on this page what `change` will do, before the server has heard of it. Returns undefined when there is nothing
 * to show, also when it is shown already: laying an effect over a page twice changes nothing.
 */
export function showEffect(change: Change): Effect | undefined {
  const id = change.kind === 'add' ? field(change, 'id') : change.action.split('/')[2]
  return id ? effects[change.kind]?.(id, change) : undefined
}

/** What stands in the field `name` of a change. */
export const field = (change: Change, name: string): string | undefined =>
  change.fields.find(([key]) => key === name)?.[1]

/** A title as the server will keep it: one line, no space around it. */
export const asTitle = (text: string): string => text.trim().replace(/\s+/g, ' ')

const effects: Record<string, (id: string, change: Change) => Effect | undefined> = {
  add,
  complete: (id) => finish(id, true),
  reopen: (id) => finish(id, false),
  edit,
  delete: remove,
  move,
}

function add(id: string, change: Change): Effect | undefined {
  const list = document.getElementById('tasks')
  const row = cloneOf('row', id)
  if (!list || !row || rowOf(id)) return undefined
  setTitle(row, asTitle(field(change, 'task') ?? ''))
  list.prepend(row)
  return { delta: 1, takeBack: () => rowOf(id)?.remove() }
}

function finish(id: string, done: boolean): Effect | undefined {
  const row = rowOf(id)
  if (!row) return finishOnItsPage(id, done)
  if (isDone(row) === done) return undefined
  const back = placeOf(row)
  setDone(row, done)
  settleRow(row)
  return {
    delta: done ? -1 : 1,
    takeBack: () => {
      const now = rowOf(id) ?? back()
      setDone(now, !done)
      settleRow(now)
    },
  }
}

function finishOnItsPage(id: string, done: boolean): Effect | undefined {
  const form = pageOf(id)?.querySelector<HTMLFormElement>(`form[data-outbox="${done ? 'complete' : 'reopen'}"]`)
  if (!form) return undefined
  const show = (now: boolean) => {
    turn(form, id, now)
    const button = form.querySelector('button')
    if (button) button.textContent = now ? 'Reopen' : 'Complete'
    pageOf(id)?.classList.toggle('done', now)
  }
  show(done)
  return { delta: done ? -1 : 1, takeBack: () => show(!done) }
}

function edit(id: string, change: Change): Effect | undefined {
  const title = field(change, 'title')
  const row = rowOf(id)
  const before = row && titleOf(row)
  if (!row || title === undefined) return editOnItsPage(id, change)
  if (before === null || before === asTitle(title)) return undefined
  setTitle(row, asTitle(title))
  return {
    delta: 0,
    takeBack: () => {
      const now = rowOf(id)
      if (now) setTitle(now, before)
    },
  }
}

/** On the task's own page what was typed is now what is saved: the form is no draft any more. */
function editOnItsPage(id: string, change: Change): Effect | undefined {
  const page = pageOf(id)
  const form = page?.querySelector<HTMLFormElement>('form[data-outbox="edit"]')
  if (!page || !form) return undefined
  const before = new Map<HTMLInputElement | HTMLTextAreaElement, string>()
  for (const [name, value] of change.fields) {
    if (name.startsWith('was-')) continue
    const input = form.elements.namedItem(name)
    const was = form.elements.namedItem(`was-${name}`)
    if (!isTextField(input) || input.defaultValue === value) continue
    before.set(input, input.defaultValue)
    if (input.value === input.defaultValue) input.value = value
    input.defaultValue = value
    if (was instanceof HTMLInputElement) {
      before.set(was, was.value)
      was.value = value
    }
  }
  if (before.size === 0) return undefined
  const heading = page.querySelector('h1')
  const headingBefore = heading?.textContent ?? ''
  const title = field(change, 'title')
  if (heading && title) heading.textContent = asTitle(title)
  return {
    delta: 0,
    takeBack: () => {
      for (const [input, value] of before) input.defaultValue = value
      if (heading) heading.textContent = headingBefore
    },
  }
}

function remove(id: string): Effect | undefined {
  const row = rowOf(id)
  if (!row) {
    if (pageOf(id)) Turbo.visit('/')
    return undefined
  }
  const back = placeOf(row)
  keepFocus(() => row.remove())
  return { delta: isDone(row) ? 0 : -1, takeBack: () => void (rowOf(id) ?? back()) }
}

function move(id: string, change: Change): Effect | undefined {
  const row = rowOf(id)
  const above = field(change, 'after')
  const below = field(change, 'before')
  const other = rowOf(above ?? below ?? '')
  if (!row || !other || row === other || standsRight(row, other, above !== undefined)) return undefined
  const back = placeOf(row)
  keepFocus(() => (above === undefined ? other.before(row) : other.after(row)))
  return { delta: 0, takeBack: () => keepFocus(() => void back()) }
}

function standsRight(row: HTMLElement, other: HTMLElement, isBelow: boolean): boolean {
  const rows = openRows()
  return rows.indexOf(row) - rows.indexOf(other) === (isBelow ? 1 : -1)
}

/** Remembers where the row stands; the function puts it there again, if its list is still there. */
function placeOf(row: HTMLElement): () => HTMLElement {
  const list = row.parentElement
  const next = row.nextElementSibling
  return () => {
    row.classList.remove('leaving')
    if (list?.isConnected) list.insertBefore(row, next?.parentElement === list ? next : null)
    return row
  }
}

/** The first element of the template `name`, made for the thing `id`. */
export function cloneOf(name: string, id: string): HTMLElement | undefined {
  const template = document.getElementById(name)
  if (!(template instanceof HTMLTemplateElement)) return undefined
  const fragment = document.importNode(template.content, true)
  for (const element of fragment.querySelectorAll('*')) {
    for (const name of ['id', 'href', 'action', 'for', 'name', 'aria-describedby']) {
      const value = element.getAttribute(name)
      if (value?.includes('ID')) element.setAttribute(name, value.replaceAll('ID', id))
    }
  }
  return (fragment.firstElementChild as HTMLElement | null) ?? undefined
}

const pageOf = (id: string): HTMLElement | null => document.querySelector<HTMLElement>(`main[data-task="${id}"]`)

const isTextField = (input: unknown): input is HTMLInputElement | HTMLTextAreaElement =>
  input instanceof HTMLInputElement || input instanceof HTMLTextAreaElement

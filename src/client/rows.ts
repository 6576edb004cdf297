import { mainPart, sleep } from './page.ts'

const STAYS_MS = 1000
const FADES_MS = 180

export const rowOf = (id: string): HTMLElement | null => document.getElementById(`task_${id}`)

export const idOf = (row: Element): string => row.id.slice('task_'.length)

/** All rows that can be ordered, in the order of the page, over all its lists. */
export const openRows = (): HTMLElement[] => [
  ...document.querySelectorAll<HTMLElement>('[data-keeps="open"] > .task:not(.leaving)'),
]

export const isDone = (row: Element): boolean => row.classList.contains('done')

export const titleOf = (row: Element): string => row.querySelector('.title')?.textContent ?? ''

/** The priority of a row, or of a task's own page, from '1' to '4' (none). */
export const priorityOf = (element: Element | undefined): string =>
  /\bp([123])\b/.exec(element?.className ?? '')?.[1] ?? '4'

/** Puts the frame around a row: keys do things to it. */
export function focusRow(row: HTMLElement): void {
  row.tabIndex = -1
  row.focus({ preventScroll: true })
  row.scrollIntoView({ block: 'nearest' })
}

/** Writes the title as text (never as markup), and into what is said about the row. */
export function setTitle(row: Element, title: string): void {
  const link = row.querySelector('.title')
  if (link) link.textContent = title
  row.querySelector('.more')?.setAttribute('aria-label', `More for ${title}`)
  nameCheck(row, title)
}

/** Draws the row as done or open, and turns its button's action round: what was completed can now be reopened. */
export function setDone(row: HTMLElement, done: boolean): void {
  row.classList.toggle('done', done)
  const form = row.querySelector<HTMLFormElement>('form:has(> .check)')
  if (form) turn(form, idOf(row), done)
  nameCheck(row, titleOf(row))
}

/** Turns a complete or reopen form into the one that is possible next. */
export function turn(form: HTMLFormElement, id: string, done: boolean): void {
  const next = done ? 'reopen' : 'complete'
  form.setAttribute('action', `/tasks/${id}/${next}`)
  form.dataset.outbox = next
}

/**
 * True while the row's menu or rename form is open. Such a row must be left as it is, with what is typed in it; it is
 * noted that news for it came, and `wasLeft` says so when it is closed.
 */
export function leaveOpened(row: Element): boolean {
  const isOpen = row.querySelector('.menu, .title[hidden] + form.rename') !== null
  if (isOpen) row.setAttribute('data-stale', '')
  return isOpen
}

/** True, once, when news for the row came while it was open. */
export function wasLeft(row: Element | null | undefined): boolean {
  return row?.hasAttribute('data-stale') ? !row.toggleAttribute('data-stale', false) : false
}

/**
 * Lets a row that no longer belongs into its list (a done one among the open) stand about a second, so that the hand
 * can take it back, and then go. A row that belongs again stays.
 */
export function settleRow(row: Element): void {
  const id = row.id
  if (belongs(row)) {
    clearTimeout(leaving.get(id))
    leaving.delete(id)
  } else if (!leaving.has(id)) {
    const go = () => void letGo(id)
    leaving.set(id, setTimeout(go, STAYS_MS))
  }
}

/** False for a row that has no place in its list any more, and stands there a moment longer. */
export function belongs(row: Element): boolean {
  const keeps = row.parentElement?.dataset.keeps
  return keeps === undefined || keeps === (isDone(row) ? 'done' : 'open')
}

/** Does `work` and gives the focus back afterwards, as `rememberFocus` says. */
export function keepFocus(work: () => void): void {
  const giveBack = rememberFocus()
  work()
  giveBack()
}

/**
 * Notes what has the focus. The function gives it back after the page has changed: to the same thing in the same row
 * (which may be a new element by then), else to the next row's checkbox, else to the add field or the page itself.
 */
export function rememberFocus(): () => void {
  const active = document.activeElement
  const row = active?.closest<HTMLElement>('.task')
  if (!(active instanceof HTMLElement) || active === document.body) return () => {}
  if (!row) return () => void (active.isConnected || focusSomewhere())
  const part = partOf(active)
  const all = document.querySelectorAll('.task')
  return () => {
    if (document.activeElement === active) return
    const again = document.getElementById(row.id)
    const framed = active === row ? (again ?? rowOfFirst(neighboursOf(row, all))) : null
    if (framed) return focusRow(framed)
    const same = again?.querySelector<HTMLElement>(part) ?? again?.querySelector<HTMLElement>('.check')
    const target = same ?? checkOfFirst(neighboursOf(row, all))
    if (target) target.focus({ preventScroll: true })
    else focusSomewhere()
  }
}

/**
 * The last resort when what had the focus is gone: the add field, else the page's content. Not the field on a touch
 * screen, where its keyboard would jump up.
 */
export function focusSomewhere(): void {
  const field = matchMedia('(pointer: coarse)').matches ? null : document.getElementById('task')
  if (field) field.focus({ preventScroll: true })
  else focusPage()
}

/** Puts the focus on the page's content, where the next Tab leads into it. */
export function focusPage(): void {
  const main = mainPart()
  main?.setAttribute('tabindex', '-1')
  main?.focus({ preventScroll: true })
}

// By id, not by element: a stream replaces the row while it waits to go.
const leaving = new Map<string, ReturnType<typeof setTimeout>>()

async function letGo(id: string): Promise<void> {
  const row = document.getElementById(id)
  row?.classList.add('leaving')
  if (row && !matchMedia('(prefers-reduced-motion: reduce)').matches) await sleep(FADES_MS)
  leaving.delete(id)
  const now = document.getElementById(id)
  if (!now) return
  if (belongs(now)) now.classList.remove('leaving')
  else keepFocus(() => now.remove())
}

function nameCheck(row: Element, title: string): void {
  row.querySelector('.check')?.setAttribute('aria-label', `${isDone(row) ? 'Reopen' : 'Complete'} ${title}`)
}

function partOf(element: Element): string {
  if (element.matches('.title')) return '.title'
  if (element.matches('input[name="title"]')) return 'input[name="title"]'
  return element.closest('.more, .menu') ? '.more' : '.check'
}

/** The ids of the rows that stood below `row`, and then of those above it, among all that there were. */
function neighboursOf(row: Element, rows: NodeListOf<Element>): string[] {
  const all = [...rows]
  const at = all.indexOf(row)
  return [...all.slice(at + 1), ...all.slice(0, at).reverse()].map((other) => other.id)
}

const rowOfFirst = (ids: string[]): HTMLElement | null =>
  ids.map((id) => document.getElementById(id)).find((row) => row !== null) ?? null

function checkOfFirst(ids: string[]): HTMLElement | null {
  for (const id of ids) {
    const check = document.getElementById(id)?.querySelector<HTMLElement>('.check')
    if (check) return check
  }
  return null
}

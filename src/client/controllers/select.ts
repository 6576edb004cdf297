import { put } from '../outbox.ts'
import { focusRow, idOf, isDone, keepFocus } from '../rows.ts'
import { APPLIED } from '../streams.ts'
import { announce } from './saying.ts'
import { allRows } from './walk.ts'

const CLICK_FOLLOWS_MS = 500

/**
 * Selecting several rows, to do one thing to all of them: with `x`, a click with Shift, a long touch, or the link
 * "Select". As long as some are selected a bar at the foot of the page says how many, with what can be done; Escape ends
 * it.
 */
export function startSelect(): void {
  addEventListener('click', onClick, true)
  document.addEventListener('turbo:render', paintAgain)
  document.addEventListener('turbo:frame-load', paintAgain)
  document.addEventListener(APPLIED, paintAgain)
  document.addEventListener('turbo:before-cache', () => endSelecting())
  // Another page shows other rows.
  document.addEventListener('turbo:load', drop)
}

/** The ids of what is selected, in the order of the page. */
export const selected = (): string[] => rowsSelected().map(idOf)

/** Selects a row, or takes it out again. */
export function toggle(row: HTMLElement): void {
  const box = row.querySelector<HTMLElement>('input[form="selection"]')
  // A page that came with boxes selects with them.
  if (box) box.click()
  else choose(row)
}

function choose(row: HTMLElement): void {
  const id = idOf(row)
  if (!chosen.delete(id)) chosen.add(id)
  last = row.id
  isOn = isOn || chosen.size > 0
  paint()
  announce(`${chosen.has(id) ? 'Selected' : 'Not selected'}. ${inWords(chosen.size)} selected.`)
}

/** Ends selecting. False when nothing was being selected. */
export function endSelecting(): boolean {
  if (!isOn) return false
  leaveBar()
  isOn = false
  chosen.clear()
  keepFocus(paint)
  return true
}

/** The bar goes: what had the focus in it gives that to the row that was selected last. */
function leaveBar(): void {
  const row = document.getElementById(last) ?? rowsSelected().at(-1)
  if (row && document.getElementById('bulk')?.contains(document.activeElement)) focusRow(row)
}

/** A finger held a row and let it go where it was: that selects it. The click that follows is none. */
export function selectHeld(row: HTMLElement): void {
  heldUntil = Date.now() + CLICK_FOLLOWS_MS
  toggle(row)
}

/**
 * Does one thing to all that are selected, as one change. What is still open on the page after that stays selected, for
 * it is likely to be wanted for the next thing too; with the last that is done or has left, selecting ends.
 */
export function doToSelected(what: string, value = ''): boolean {
  const rows = rowsSelected()
  if (rows.length === 0) return false
  const fields = [...rows.flatMap(fieldsOf), ['do', what] as [string, string], ['value', value] as [string, string]]
  const pressed = document.activeElement
  leaveBar()
  keepFocus(() => {
    put({ kind: 'bulk', action: '/tasks/bulk', fields })
    for (const row of rows) if (!row.isConnected || isDone(row)) chosen.delete(idOf(row))
    if (chosen.size === 0) endSelecting()
    else paint()
  })
  if (isOn && pressed?.closest('#bulk')) (pressed as HTMLElement).focus({ preventScroll: true })
  return true
}

/** Which row, and of one that repeats, which occurrence its button stands for. */
function fieldsOf(row: HTMLElement): [string, string][] {
  const was = row.querySelector<HTMLInputElement>('input[name="was-due_day"]')
  return [['id', idOf(row)], ...(was ? [['was', `${idOf(row)}_${was.value}`] as [string, string]] : [])]
}

/** So many tasks, in words. */
export const inWords = (count: number): string => (count === 1 ? '1 task' : `${count} tasks`)

const chosen = new Set<string>()
let isOn = false
let last = ''
let heldUntil = 0

const rowsSelected = (): HTMLElement[] => (chosen.size === 0 ? [] : allRows().filter((row) => chosen.has(idOf(row))))

function drop(): void {
  if (!isOn) return
  const here = new Set(allRows().map(idOf))
  for (const id of chosen) if (!here.has(id)) chosen.delete(id)
  if (here.size === 0) endSelecting()
  paint()
}

/** What a morph, a frame or an answer brought is marked again. */
function paintAgain(): void {
  if (isOn) paint()
}

function onClick(event: MouseEvent): void {
  const target = event.target as Element
  if (document.getElementById('selection')) return
  const link = target.closest?.('a[href$="?select"], a[href$="&select"]')
  const row = target.closest?.<HTMLElement>('main .tasks > .task') ?? undefined
  if (row && Date.now() < heldUntil) heldUntil = 0
  else if (link && !event.ctrlKey && !event.metaKey) begin()
  else if (row && event.shiftKey) selectTo(row)
  else if (row && isOn && !target.closest('.more, .menu, form.rename')) toggle(row)
  else return
  event.preventDefault()
  event.stopImmediatePropagation()
}

function begin(): void {
  isOn = !isOn
  if (!isOn) chosen.clear()
  paint()
  announce(isOn ? 'Choose tasks.' : 'No tasks are selected.')
}

/** From the row that was selected last to this one. */
function selectTo(row: HTMLElement): void {
  const rows = allRows()
  const from = rows.findIndex(({ id }) => id === last)
  const to = rows.indexOf(row)
  const range = from < 0 ? [row] : rows.slice(Math.min(from, to), Math.max(from, to) + 1)
  for (const one of range) chosen.add(idOf(one))
  isOn = true
  last = row.id
  paint()
  announce(`${inWords(chosen.size)} selected.`)
}

/** Marks the rows, and shows the bar. */
function paint(): void {
  document.documentElement.classList.toggle('selecting', isOn)
  const rows = rowsSelected()
  for (const row of document.querySelectorAll('.task.selected')) if (!chosen.has(idOf(row))) mark(row, false)
  for (const row of rows) mark(row, true)
  if (isOn) showBar(rows.length)
  else document.getElementById('bulk')?.remove()
}

function mark(row: Element, is: boolean): void {
  row.classList.toggle('selected', is)
  const title = row.querySelector('.title')
  if (is) title?.setAttribute('aria-description', 'Selected')
  else if (title?.getAttribute('aria-description') === 'Selected') title.removeAttribute('aria-description')
}

function showBar(count: number): void {
  const bar = document.getElementById('bulk') ?? newBar()
  const words = bar.querySelector('.how-many')
  if (words) words.textContent = count === 0 ? 'Choose tasks' : `${inWords(count)} selected`
  for (const button of bar.querySelectorAll<HTMLButtonElement>('button[data-does]')) button.disabled = count === 0
}

function newBar(): HTMLElement {
  const bar = document.createElement('div')
  bar.id = 'bulk'
  bar.className = 'bulk'
  bar.setAttribute('role', 'region')
  bar.setAttribute('aria-label', 'Selected tasks')
  const words = document.createElement('span')
  words.className = 'how-many'
  const buttons = DEEDS.map(([does, word]) => button(word, () => deeds[does]?.(), does))
  bar.append(
    words,
    ...buttons,
    button('End selection', () => void endSelecting()),
  )
  // Beside the body: a page that is brought up to date would take it away, with the focus in it.
  document.documentElement.append(bar)
  return bar
}

function button(word: string, press: () => void, does?: string): HTMLElement {
  const button = document.createElement('button')
  button.type = 'button'
  button.textContent = word
  if (does) button.dataset.does = does
  button.addEventListener('click', press)
  return button
}

const DEEDS: [string, string][] = [
  ['complete', 'Complete'],
  ['schedule', 'When'],
  ['move', 'Move to…'],
  ['label', 'Label'],
  ['priority', 'Priority'],
  ['delete', 'Delete'],
]

const ask = async (what: 'askWhen' | 'askList' | 'askLabel' | 'askPriority'): Promise<void> =>
  (await import('../asking/pick.ts'))[what]()

const deeds: Record<string, () => unknown> = {
  complete: () => doToSelected('complete'),
  schedule: () => ask('askWhen'),
  move: () => ask('askList'),
  label: () => ask('askLabel'),
  priority: () => ask('askPriority'),
  delete: () => doToSelected('delete'),
}

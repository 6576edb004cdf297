import type { Effect } from './change.ts'
import { loadHands } from './controllers/near.ts'
import { isKnown, showEffect } from './effects.ts'
import type { Entry } from './queue.ts'
import { loadReader, reader } from './reading.ts'

/** An entry whose answer has not come, with what this page shows of it. */
export type Shown = {
  entry: Entry
  effect: Effect | undefined
  /** The id of the element whose count it changes. */
  place: string
  isMine: boolean
  /** True when its undoing waits behind it: it is shown no more. */
  isUndone: boolean
}

const shown = new Map<string, Shown>()
let changes = 0
let isKept = false

/**
 * Grows with every change made and every answer that came. A page that was fetched when it was lower may lack one of
 * them, so it must not be put on the screen.
 */
export const changesSoFar = (): number => changes

/** Lays the effect of `entry` over this page. `isMine`: it was made in this tab. */
export function show(entry: Entry, isMine: boolean): void {
  if (shown.has(entry.id)) return
  changes++
  const effect = entry.kind === 'undo' ? undoWaiting(entry) : showEffect(entry)
  const place = countHere()
  shown.set(entry.id, { entry, effect, place, isMine, isUndone: false })
  if (effect) addToCount(place, effect.delta)
  if (!isKnown(entry.kind)) void loadHands().then(layOverRows)
  readLines()
}

/** True while the answer to entry `id` has not come, and nobody has undone it. */
export const isWaiting = (id: string): boolean => shown.get(id)?.isUndone === false

/** The address that undoes what this tab did last, while its answer has not come. */
export function latestWaiting(): string | undefined {
  const last = [...shown.values()].findLast(
    ({ isMine, isUndone, entry }) => isMine && !isUndone && entry.kind !== 'undo',
  )
  return last && `/undo/${last.entry.id}`
}

/** What waits is undone by a change behind it, and taken back on the page at once. */
function undoWaiting(undo: Entry): undefined {
  const one = shown.get(undo.action.split('/')[2] ?? '')
  if (!one) return
  takeBack(one)
  one.effect = undefined
  one.isUndone = true
}

/** The answer to entry `id` has come: from now on its effect is the server's matter. */
export function settle(id: string): Shown | undefined {
  changes++
  const one = shown.get(id)
  shown.delete(id)
  return one
}

/** Takes back what a refused entry had shown. */
export function takeBack(one: Shown): void {
  if (!one.effect) return
  one.effect.takeBack()
  addToCount(one.place, -one.effect.delta)
}

/** Says that the next page is not put on the screen: what lies over this one stays as it is. */
export function keepShown(): void {
  isKept = true
}

/** Lays what still waits over a page that the server (or the worker) has just given. */
export function layOverNewPage(): void {
  const isNew = !isKept
  isKept = false
  if (!isNew) return
  for (const one of still()) {
    one.effect = showEffect(one.entry)
    one.place = countHere()
    if (one.effect) addToCount(one.place, one.effect.delta)
  }
  readLines()
}

/** Whether a task that was added on another page stands on this one too, only its line says. */
function readLines(): void {
  const isUnread = still().some(({ entry, effect }) => entry.kind === 'add' && !effect)
  if (isUnread && !reader()) void loadReader().then(layOverRows)
}

/** Lays what still waits over rows that have just come, by a stream or by a frame. What was counted is not counted twice. */
export function layOverRows(): void {
  for (const one of still()) {
    const again = showEffect(one.entry)
    if (!again) continue
    if (!one.effect) addToCount(one.place, again.delta)
    one.effect = { ...again, delta: one.effect?.delta ?? again.delta }
  }
}

/** Shows the server's number of open tasks in the element `place`, with what still waits counted in. */
export function setCount(place: string, ofServer: number): void {
  let sum = ofServer
  for (const one of shown.values()) if (one.place === place) sum += one.effect?.delta ?? 0
  writeCount(place, sum)
}

const still = (): Shown[] => [...shown.values()].filter((one) => !one.isUndone)

/** The count in the navigation that speaks of this page. */
const countHere = (): string => document.querySelector('.side .item[aria-current] .count')?.id ?? 'inbox_count'

function addToCount(place: string, delta: number): void {
  if (delta) writeCount(place, Number(document.getElementById(place)?.textContent ?? 0) + delta)
}

function writeCount(place: string, count: number): void {
  const element = document.getElementById(place)
  if (element) element.textContent = count > 0 ? String(count) : ''
}

import type { Trouble } from '../channel.ts'
import { keptAt, onEveryPage, person } from '../page.ts'
import { countOf } from '../queue.ts'
import { notice } from './notices.ts'

/** Says that changes wait, and why; and that a page comes from this device. */
export function startWaiting(): void {
  onEveryPage(say)
  addEventListener('offline', say)
  addEventListener('online', say)
}

/** How many changes wait, as far as this tab knows. */
export const waiting = (): number => count

/** Why what waits cannot be sent, if so. */
export const trouble = (): Trouble => why

/** Notes one more change, before it is stored. */
export function oneMoreWaits(): void {
  count++
}

/** Counts again what waits. */
export async function countWaiting(): Promise<void> {
  const me = person()
  count = me ? await countOf(me) : 0
  say()
}

/** Notes why nothing can be sent, or that it can be again. */
export function setTrouble(now: Trouble): void {
  why = now
  say()
}

/** The sentence of the notice, or undefined when there is nothing to say. */
export function sentence(count: number, why: Trouble, kept?: string): string | undefined {
  if (!why && !kept) return undefined
  const start = why === 'server' ? 'The server is not answering.' : 'You are offline.'
  const changes = count === 1 ? '1 change is waiting.' : `${count} changes are waiting.`
  return [start, kept && `This page is from ${kept}.`, count > 0 && changes].filter(Boolean).join(' ')
}

let count = 0
let why: Trouble

function say(): void {
  const now = why ?? (navigator.onLine ? undefined : 'offline')
  const kept = keptAt()
  const when = kept && new Date(kept).toLocaleString([], { dateStyle: 'medium', timeStyle: 'short' })
  notice('waiting', sentence(count, now, when))
}

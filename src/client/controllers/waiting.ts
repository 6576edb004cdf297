import type { Trouble } from '../channel.ts'
import { keptAt, onEveryPage } from '../page.ts'
import { notice } from './notices.ts'

/** Says that changes wait, and why; and that a page comes from this device. */
export function startWaiting(): void {
  onEveryPage(say)
  addEventListener('offline', say)
  addEventListener('online', say)
}

/** Says that `count` changes wait because of `why`. */
export function tellWaiting(count: number, why: Trouble): void {
  waiting = count
  trouble = why
  say()
}

/** The sentence of the notice, or undefined when there is nothing to say. */
export function sentence(count: number, why: Trouble, kept?: string): string | undefined {
  if (!why && !kept) return undefined
  const start = why === 'server' ? 'The server is not answering.' : 'You are offline.'
  const changes = count === 1 ? '1 change is waiting.' : `${count} changes are waiting.`
  return [start, kept && `This page is from ${kept}.`, count > 0 && changes].filter(Boolean).join(' ')
}

let waiting = 0
let trouble: Trouble

function say(): void {
  const why = trouble ?? (navigator.onLine ? undefined : 'offline')
  const kept = keptAt()
  const when = kept && new Date(kept).toLocaleString([], { dateStyle: 'medium', timeStyle: 'short' })
  notice('waiting', sentence(waiting, why, when))
}

import type { Answer } from './answers.ts'
import type { Entry } from './queue.ts'

/** What the tabs of one browser tell each other. */
export type Message =
  | { type: 'entry'; entry: Entry }
  | { type: 'answer'; id: string; answer: Answer }
  | { type: 'aside' }
  | { type: 'trouble'; trouble: Trouble }
  | { type: 'change'; op: string; lists: string[] }
  | { type: 'refresh' }
  | { type: 'person'; person: string }
  | { type: 'signed-out' }
  | { type: 'leaving'; person: string }
  | { type: 'left'; person: string }

/** Why nothing can be sent at the moment, or undefined. */
export type Trouble = 'offline' | 'server' | undefined

const channel = typeof BroadcastChannel === 'function' ? new BroadcastChannel('get-it-done') : undefined

/** Tells the other tabs of this browser; this tab does not hear itself. */
export const tell = (message: Message): void => channel?.postMessage(message)

/** Hears what the other tabs tell. */
export function hear(listen: (message: Message) => void): void {
  channel?.addEventListener('message', (event: MessageEvent<Message>) => listen(event.data))
}

import { type Change, type Effect, taskIn } from './change.ts'
import { add } from './effects/adding.ts'
import { finish } from './effects/finishing.ts'

/** Shows what a change will do to the task `id`; undefined when there is nothing to show, or it is shown already. */
export type Show = (id: string, change: Change) => Effect | undefined

/**
 * Shows on this page what `change` will do, before the server has heard of it. Returns undefined when there is nothing
 * to show, also when it is shown already: laying an effect over a page twice changes nothing.
 */
export const showEffect = (change: Change): Effect | undefined => effects[change.kind]?.(taskIn(change) ?? '', change)

/** False for a kind whose effect is in a part that is not loaded yet. */
export const isKnown = (kind: string): boolean => kind in effects

/** Adds the effects of what only hands can do (hands.ts). */
export const addEffects = (more: Record<string, Show>): void => void Object.assign(effects, more)

// What may be the first thing that somebody does on a page is shown within a frame, so it is here at once.
const effects: Record<string, Show> = {
  add,
  complete: (id) => finish(id, true),
  reopen: (id) => finish(id, false),
  // What is undone is taken back where it is shown.
  undo: () => undefined,
  redo: () => undefined,
}

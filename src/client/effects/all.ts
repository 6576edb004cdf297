import { addEffects, showEffect } from '../effects.ts'
import { edit } from './editing.ts'
import { finish } from './finishing.ts'
import { remove, reschedule, restore, skip } from './leaving.ts'
import { many } from './many.ts'
import { move } from './moving.ts'
import { form } from './places.ts'

/** Makes the effects known of all that can be done to a task once a hand is at it. */
export const startEffects = (): void =>
  addEffects({
    edit,
    form,
    move,
    skip,
    restore,
    reschedule,
    delete: remove,
    cancel: (id) => finish(id, true),
    bulk: (_, change) => many(change, showEffect),
  })

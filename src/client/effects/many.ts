import { type Change, type Effect, field, fieldsOf } from '../change.ts'
import { rowOf } from '../rows.ts'
import { labelsOf } from './chips.ts'

/** A change of several tasks at once shows each as if it were done alone, and is taken back as a whole. */
export function many(change: Change, showEffect: (change: Change) => Effect | undefined): Effect | undefined {
  const what = field(change, 'do') ?? ''
  const value = field(change, 'value') ?? ''
  const effects = fieldsOf(change, 'id')
    .map((id) => showEffect(one(id, what, value)))
    .filter((effect) => effect !== undefined)
  if (effects.length === 0) return undefined
  return {
    delta: effects.reduce((sum, { delta }) => sum + delta, 0),
    takeBack: () => {
      for (const effect of effects.toReversed()) effect.takeBack()
    },
  }
}

/** What is done to one of them, as the form for one would say it. */
function one(id: string, what: string, value: string): Change {
  const edit = (...fields: [string, string][]): Change => ({ kind: 'edit', action: `/tasks/${id}/edit`, fields })
  if (what === 'date') return edit(...dueIn(value))
  if (what === 'priority') return edit(['priority', value])
  if (what === 'label') return edit(...[...labelsNow(id), value].map((label): [string, string] => ['label', label]))
  return { kind: what, action: `/tasks/${id}/${what}`, fields: what === 'move' ? [placeIn(value)] : [] }
}

/** A list by its id, or a section as `section:ID`. */
const placeIn = (value: string): [string, string] =>
  value.startsWith('section:') ? ['section', value.slice('section:'.length)] : ['list', value]

/** A day, perhaps with a time behind it. */
function dueIn(value: string): [string, string][] {
  const [day = '', time] = value.split(' ')
  return time === undefined
    ? [['due_day', day]]
    : [
        ['due_day', day],
        ['due_time', time],
      ]
}

function labelsNow(id: string): string[] {
  const row = rowOf(id)
  return row ? labelsOf(row).map((label) => label.id || label.name) : []
}

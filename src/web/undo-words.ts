import { type Html, html, nothing } from './html.ts'
import type { Thing } from './things.ts'

/**
 * What is said after undoing or redoing. `code` is how far it came (`undo.partly`), `about` why the rest stays as it is
 * and, when it was changed meanwhile, which fields. Undefined for any other code.
 */
export function undoWords(code: string, thing: Thing, about: string[]): Html | undefined {
  const [kind = '', outcome = ''] = code.split('.')
  return { undo: undone, redo: redone }[kind]?.[outcome]?.(thing, about)
}

type Words = Record<string, (thing: Thing, about: string[]) => Html>

const undone: Words = {
  done: (thing) => html`Undone: ${thing.words} ${thing.isMany ? 'are as they were' : 'is as it was'}${aside(thing)}`,
  gone: ({ words, isMany }) => html`Undone: ${words} ${isMany ? 'are' : 'is'} gone again`,
  partly: (thing, about) => html`Undone as far as possible: ${reason(thing, about)}`,
  nothing: (thing, about) => html`Nothing was undone: ${reason(thing, about)}`,
  already: ({ words, isMany }) =>
    html`Nothing to undo: ${words} ${isMany ? 'are as they were' : 'is as it was'} already`,
  none: () => html`There is nothing to undo.`,
}

const redone: Words = {
  done: (thing) => html`Done again: ${thing.words}${aside(thing)}`,
  gone: ({ words, isMany }) => html`Done again: ${words} ${isMany ? 'are' : 'is'} gone`,
  partly: (thing, about) => html`Done again as far as possible: ${reason(thing, about)}`,
  nothing: (thing, about) => html`Nothing was done again: ${reason(thing, about)}`,
  already: ({ words, isMany }) =>
    html`Nothing to do again: ${words} ${isMany ? 'are like that' : 'is like that'} already`,
  none: () => html`There is nothing to redo.`,
}

// Nobody finds by the navigation what came back into a list that was archived meanwhile.
const aside = ({ isAside, isMany, where }: Thing): Html =>
  isAside ? html`, ${isMany ? 'some of them ' : ''}in the archived list ${where}` : nothing

/** Why something stays as it is. */
function reason({ words, isMany }: Thing, [why = 'changed', ...fields]: string[]): Html {
  const named = fields.map((name) => FIELDS[name]).filter((word) => word !== undefined)
  const which = named.length > 0 ? html` (${[...new Set(named)].join(', ')})` : ''
  const reasons: Record<string, Html> = {
    changed: isMany
      ? html`some of it was changed again meanwhile${which}`
      : html`${words} was changed again meanwhile${which}`,
    forbidden: html`you may not change all of it any more`,
    purged: html`some of it is deleted for good`,
    'list-gone': html`the list is deleted`,
    'parent-gone': html`the task that ${isMany ? 'one of them' : words} is a part of is deleted`,
    'parent-done': html`the task that ${isMany ? 'one of them' : words} is a part of is completed`,
    'open-below': html`a subtask of ${isMany ? 'one of them' : words} is open`,
    'section-gone': html`the section is deleted`,
    circle: html`${isMany ? 'one of them' : words} would be a part of itself`,
    levels: html`tasks and their subtasks would go more than four levels deep`,
    'name-taken': html`another label has this name by now`,
    'not-empty': html`other tasks are in the new list`,
  }
  return reasons[why] ?? html`some of it was changed again meanwhile`
}

const FIELDS: Record<string, string> = {
  title: 'title',
  notes: 'notes',
  priority: 'priority',
  assignee_id: 'who does it',
  due_day: 'date',
  due_time: 'date',
  due_zone: 'date',
  due_at: 'date',
  start_day: 'start',
  deadline_day: 'deadline',
  minutes: 'estimate',
  recurrence: 'repetition',
  completed_at: 'completion',
  cancelled: 'completion',
  list_id: 'place',
  section_id: 'place',
  parent_id: 'place',
  position: 'place',
  name: 'name',
  name_key: 'name',
  color: 'colour',
  query: 'search',
  archived_at: 'archive',
}

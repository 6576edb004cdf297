// The words of the filter language in English, in one place so that another language can stand beside it.

/** What a filter can ask by a word or two that stand alone. */
export const WORDS = {
  today: 'today',
  tomorrow: 'tomorrow',
  yesterday: 'yesterday',
  overdue: 'overdue',
  'no date': 'no date',
  'no due date': 'no date',
  'no time': 'no time',
  'no start': 'no start',
  'no deadline': 'no deadline',
  'no label': 'no label',
  'no labels': 'no label',
  'no section': 'no section',
  'no priority': 'no priority',
  'no notes': 'no notes',
  'no assignee': 'no assignee',
  unassigned: 'no assignee',
  completed: 'completed',
  cancelled: 'cancelled',
  canceled: 'cancelled',
  repeating: 'repeating',
  recurring: 'repeating',
  subtask: 'subtask',
  subtasks: 'subtask',
} as const

/** A word that stands alone, in the spelling that we write. */
export type Word = (typeof WORDS)[keyof typeof WORDS]

/** Which word `text` (in any case) is, if it is one. */
export const wordIn = (text: string): Word | undefined =>
  Object.hasOwn(WORDS, text.toLowerCase()) ? WORDS[text.toLowerCase() as keyof typeof WORDS] : undefined

/** `next 7 days`: how many days, from 1 to 366. */
export function daysIn(text: string): number | undefined {
  const [, digits] = /^next (\d{1,3}) days?$/i.exec(text) ?? []
  const days = Number(digits)
  return days >= 1 && days <= 366 ? days : undefined
}

/** What can be compared with a day: `due before: friday`. */
export const FIELDS = ['due', 'deadline', 'start', 'created', 'completed'] as const
export type DayField = (typeof FIELDS)[number]

/** How it can be compared. */
export const SIDES = ['before', 'after', 'on'] as const
export type Side = (typeof SIDES)[number]

/** What a marker says: `#Work` is a list. */
export const MARKERS = { '#': 'list', '/': 'section', '@': 'label', '+': 'person' } as const
export type Marker = keyof typeof MARKERS
export type NamedKind = (typeof MARKERS)[Marker]

/** The marker of a kind of name. */
export const markerOf = (kind: NamedKind): Marker =>
  (Object.keys(MARKERS) as Marker[]).find((marker) => MARKERS[marker] === kind)!

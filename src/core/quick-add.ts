import type { WordContext } from './date-words.ts'
import type { Day, Time } from './days.ts'
import { inOneLine } from './line.ts'
import { spansIn } from './quick-add-spans.ts'
import { composed } from './quick-add-values.ts'
import type { Recurrence } from './recurrence.ts'

/** A piece of the text that was read as something, from `start` up to, but not including, `end`. */
export type Span = { start: number; end: number } & (
  | { kind: 'list' | 'section' | 'label' | 'assignee' | 'notes' | 'literal'; value: string }
  | { kind: 'priority'; value: Priority }
  | { kind: 'due'; value: { day?: Day; time?: Time } }
  | { kind: 'recurrence'; value: { recurrence: Recurrence; time?: Time; startsOn?: Day } }
  | { kind: 'start' | 'deadline'; value: Day }
  /** In minutes: how long it takes, and how long before it is due. */
  | { kind: 'duration' | 'reminder'; value: number }
)

/** 1 is the most urgent, 4 is none. */
export type Priority = 1 | 2 | 3 | 4

/** What a line says about a task. Names are as they were typed: whether there is such a list is another question. */
export type QuickAdd = {
  title: string
  spans: Span[]
  notes?: string
  list?: string
  section?: string
  labels: string[]
  priority?: Priority
  assignee?: string
  dueDay?: Day
  dueTime?: Time
  recurrence?: Recurrence
  startDay?: Day
  deadlineDay?: Day
  minutes?: number
  reminderMinutes?: number
}

/**
 * Reads what somebody typed to add a task: `Call the plumber tomorrow at 9 p1 #Home`. The title is the text without
 * its `spans`, which are in order, do not overlap, and never take the whole text. `rejected` names spans as
 * `start-end` in the text: they stay in the title, and what else was read stays as it was. Any text can be read; of
 * one that is longer than a title may be by far, nothing is taken but its notes.
 *
 * What counts as a date or a rule is said in docs/quick-add.md.
 */
export function parseQuickAdd(text: string, context: WordContext, rejected: readonly string[] = []): QuickAdd {
  const spans = spansIn(text, context).filter(({ start, end }) => !rejected.includes(`${start}-${end}`))
  return { title: withoutSpans(text, spans), spans, ...composed(spans, context) }
}

/** A title without some of the spans that were found in it, in their order. */
export const titleWithout = (title: string, spans: readonly Span[]): string => withoutSpans(title, spans)

/** The text outside the spans, in one line as titles are. */
function withoutSpans(text: string, spans: readonly Span[]): string {
  const pieces = ['']
  let done = 0
  for (const { start, end, kind } of spans) {
    pieces.push(pieces.pop() + text.slice(done, start))
    // A backslash leaves no gap.
    if (kind !== 'literal') pieces.push('')
    done = end
  }
  pieces.push(pieces.pop() + text.slice(done))
  return pieces.map(inOneLine).filter(Boolean).join(' ')
}

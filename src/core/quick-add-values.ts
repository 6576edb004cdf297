import { nextDayAt, type WordContext } from './date-words.ts'
import { firstDay } from './first-day.ts'
import type { QuickAdd, Span } from './quick-add.ts'

/** What the spans of a line say together. A time alone is its next occurrence; a rule begins on its first day. */
export function composed(spans: readonly Span[], context: WordContext): Omit<QuickAdd, 'title' | 'spans'> {
  const values: Omit<QuickAdd, 'title' | 'spans'> = { labels: [] }
  for (const span of spans) collect(values, span)
  if (values.recurrence) return repeating(values, spans, context)
  if (values.dueTime === undefined || values.dueDay !== undefined) return values
  const day = nextDayAt(values.dueTime, context)
  return day === undefined ? values : { ...values, dueDay: day }
}

function collect(values: Omit<QuickAdd, 'title' | 'spans'>, span: Span): void {
  if (span.kind === 'label') {
    if (!values.labels.includes(span.value)) values.labels.push(span.value)
  } else if (span.kind === 'due') {
    if (span.value.day !== undefined) values.dueDay = span.value.day
    if (span.value.time !== undefined) values.dueTime = span.value.time
  } else if (span.kind === 'recurrence') {
    values.recurrence = span.value.recurrence
    if (span.value.time !== undefined) values.dueTime = span.value.time
  } else if (span.kind !== 'literal') {
    Object.assign(values, { [FIELDS[span.kind]]: span.value })
  }
}

const FIELDS = {
  list: 'list',
  section: 'section',
  assignee: 'assignee',
  notes: 'notes',
  priority: 'priority',
  start: 'startDay',
  deadline: 'deadlineDay',
  duration: 'minutes',
  reminder: 'reminderMinutes',
} as const satisfies Partial<Record<Span['kind'], keyof QuickAdd>>

/** A day beside the rule says when it is due first; without one it is due on the first day of the rule. */
function repeating(
  values: Omit<QuickAdd, 'title' | 'spans'>,
  spans: readonly Span[],
  { today }: WordContext,
): typeof values {
  const { recurrence, dueDay } = values
  if (!recurrence || dueDay === undefined) return { ...values, dueDay: recurrence?.anchor ?? today }
  const starts = spans.some(
    ({ kind, value }) => kind === 'recurrence' && typeof value === 'object' && 'startsOn' in value,
  )
  const anchor = starts ? recurrence.anchor : (firstDay(recurrence.rule, dueDay) ?? recurrence.anchor)
  return { ...values, recurrence: { ...recurrence, anchor } }
}

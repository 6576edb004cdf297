import type { WordContext } from '#core/date-words.ts'
import { parseQuickAdd, type QuickAdd } from '#core/quick-add.ts'
import type { Recurrence } from '#core/recurrence.ts'

/** Monday, 23 November 2026, ten in the morning; days before months, weeks from Monday. */
export const MONDAY: WordContext = { today: '2026-11-23', now: '10:00', order: 'dmy', weekStart: 'monday' }

/** What was read in a line besides its title, in short. */
export function said(text: string, context: Partial<WordContext> = {}): { title: string; read: string } {
  const line = parseQuickAdd(text, { ...MONDAY, ...context })
  return { title: line.title, read: inShort(line) }
}

/** A line in short: what it says besides its title, in a fixed order. */
export function inShort(line: QuickAdd): string {
  const { dueDay, dueTime, recurrence, startDay, deadlineDay, minutes, reminderMinutes } = line
  return [
    dueDay && `${dueDay}${dueTime ? ` ${dueTime}` : ''}`,
    recurrence && ruleInShort(recurrence),
    startDay && `from ${startDay}`,
    deadlineDay && `{${deadlineDay}}`,
    minutes && `${minutes}min`,
    reminderMinutes !== undefined && `!${reminderMinutes}`,
    line.priority && `p${line.priority}`,
    line.list && `#${line.list}`,
    line.section && `/${line.section}`,
    ...line.labels.map((label) => `@${label}`),
    line.assignee && `+${line.assignee}`,
    line.notes && `// ${line.notes}`,
  ]
    .filter(Boolean)
    .join(' · ')
}

/** `daily`, `weekly 2 mo fr`, `monthly 3fr`, `monthly -1 x5`, `yearly 1/27`; `!` when it counts from completion. */
export function ruleInShort({ rule, mode }: Recurrence): string {
  const days = rule.byday?.map(({ day, nth = '' }) => `${nth}${day}`)
  const dates = rule.bymonthday?.map((date) => (rule.bymonth ? `${rule.bymonth.join('+')}/${date}` : String(date)))
  const of = rule.bymonth && !rule.bymonthday ? `of ${rule.bymonth}` : undefined
  const parts = [
    `${rule.freq}${mode === 'completion' ? '!' : ''}`,
    rule.interval > 1 ? String(rule.interval) : undefined,
    ...(days ?? []),
    ...(dates ?? []),
    of,
    rule.count && `x${rule.count}`,
    rule.until && `until ${rule.until}`,
    rule.weekStart && `week ${rule.weekStart}`,
  ]
  return parts.filter(Boolean).join(' ')
}

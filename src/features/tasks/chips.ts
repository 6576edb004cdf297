import { addDays, type Day, dayIn, daysBetween } from '#core/days.ts'
import { type Lateness, lateness } from '#core/late.ts'
import { parseRecurrence } from '#core/recurrence.ts'
import { ruleInWords } from '#core/rule-words.ts'
import { dayTitle, type Reader, shortDay, timeOfDay, wallTime, weekdayName } from '#web/dates.ts'
import { type Html, html, nothing } from '#web/html.ts'
import { icons } from '#web/icons.ts'
import type { Row, Seen } from './seen.ts'

/** The quiet words below the title of a row: when it is due, whether it repeats, what it belongs to. */
export function chips(row: Row, seen: Seen): Html {
  const { reader, today } = seen
  return html`${dueChip(row, seen)}${deadlineChip(row, reader, today)}${startChip(row, reader, today)}${
    row.recurrence === null ? nothing : html`<span class="repeats">${icons.repeats}${repeatsIn(row.recurrence)}</span>`
  }${row.steps ? html`<span class="steps">${icons.steps}${row.steps.done} of ${row.steps.all}</span>` : nothing}${
    row.minutes === null ? nothing : html`<span class="estimate">${inHours(row.minutes)}</span>`
  }${row.labels.map(({ id, name, color }) => html`<a class="label${color === '' ? '' : ` ${color}`}" href="/labels/${id}">@${name}</a>`)}${
    row.parent === undefined ? nothing : html`<span class="parent" dir="auto">${icons.steps}${row.parent}</span>`
  }<span class="of-list">${row.listKind === 'inbox' ? icons.inbox : dot(row.listColor)}<bdi>${row.listName}</bdi></span>${
    row.hasNotes ? notesChip : nothing
  }${row.cancelled ? html`<span>Won’t do</span>` : nothing}`
}

/** How a task repeats: “Every 2 weeks”. */
function repeatsIn(recurrence: string): string {
  const read = parseRecurrence(recurrence)
  const words = read ? ruleInWords(read) : 'repeats'
  return `${words[0]!.toUpperCase()}${words.slice(1)}`
}

/** A small disc in the colour of a list. It says nothing that is not said in words beside it. */
export const dot = (color: string): Html => html`<span class="dot${color === '' ? '' : ` ${color}`}"></span>`

/** An estimate in words: `90` is "1 h 30 min". */
export function inHours(minutes: number): string {
  const hours = Math.floor(minutes / 60)
  const rest = minutes % 60
  return [hours > 0 ? `${hours} h` : '', rest > 0 || hours === 0 ? `${rest} min` : ''].filter(Boolean).join(' ')
}

/** The day and time at which a task is due, by the reader's own clock. */
export function dueFor(
  row: Pick<Row, 'due_day' | 'due_time' | 'due_at'>,
  reader: Reader,
): { day: Day; time: string | undefined } | undefined {
  if (row.due_day === null) return undefined
  if (row.due_at === null) return { day: row.due_day, time: row.due_time ?? undefined }
  const at = new Date(row.due_at)
  return { day: dayIn(reader.zone, at), time: wallTime(reader.zone, at) }
}

function dueChip(row: Row, seen: Seen): Html {
  const { reader, today } = seen
  const due = dueFor(row, reader)
  if (!due) return nothing
  const behind = row.completed_at === null ? lateness(due, seen) : undefined
  const look = behind ? 'due late' : due.day === today ? 'due today' : 'due'
  const time = due.time === undefined || behind === 'overdue' ? '' : ` ${timeOfDay(due.time, reader)}`
  // What stands in the task itself, so that who changes it can say what they saw.
  const stands = [row.due_day, row.due_time].filter((part) => part !== null).join(' ')
  return html`<span class="${look}" data-due="${stands}"${row.due_at === null ? nothing : html` data-at="${due.day} ${due.time}"`} title="${dayTitle(due.day, reader)}${time}">${icons.calendar}${dueWords(due.day, behind, seen)}${time}</span>`
}

function dueWords(day: Day, behind: Lateness | undefined, { reader, today }: Seen): string {
  if (behind === 'late') return 'Late since'
  return behind === 'overdue' ? `Overdue since ${sinceDay(day, today, reader)}` : nearWords(day, today, reader)
}

function deadlineChip({ deadline_day, completed_at }: Row, reader: Reader, today: Day): Html {
  if (deadline_day === null) return nothing
  const isLate = completed_at === null && deadline_day <= today
  const isOver = completed_at === null && deadline_day < today
  const words = isOver ? 'Deadline passed' : `Deadline ${inSentence(nearWords(deadline_day, today, reader))}`
  return html`<span class="${isLate ? 'deadline late' : 'deadline'}" title="${dayTitle(deadline_day, reader)}">${icons.flag}${words}</span>`
}

const startChip = ({ start_day }: Row, reader: Reader, today: Day): Html =>
  start_day === null || start_day <= today
    ? nothing
    : html`<span class="starts" title="${dayTitle(start_day, reader)}">Starts ${inSentence(nearWords(start_day, today, reader))}</span>`

/** A day as people say it: "Today", "Tomorrow", "Friday" within the week, else the date. */
export function nearWords(day: Day, today: Day, reader: Reader): string {
  const ahead = daysBetween(today, day)
  if (ahead === 0) return 'Today'
  if (ahead === 1) return 'Tomorrow'
  if (ahead === -1) return 'Yesterday'
  return ahead > 1 && ahead < 7 ? weekdayName(day) : shortDay(day, today, reader)
}

/** The same in the middle of a sentence: "today", "on Friday", "on 12 Nov". */
export function nearInSentence(day: Day, today: Day, reader: Reader): string {
  const words = inSentence(nearWords(day, today, reader))
  return /^[a-z]/.test(words) ? words : `on ${words}`
}

const inSentence = (words: string): string => (/^(Today|Tomorrow|Yesterday)$/.test(words) ? words.toLowerCase() : words)

function sinceDay(day: Day, today: Day, reader: Reader): string {
  if (day === addDays(today, -1)) return 'yesterday'
  return day > addDays(today, -7) ? weekdayName(day) : shortDay(day, today, reader)
}

/** What the browser shows a due day with before the server has said it. */
export const dueTemplate = html`<template id="chip-due"><span class="due">${icons.calendar}</span></template>`

const notesChip = html`<span>${icons.notes}Notes</span>`

import type { WordContext } from './date-words.ts'
import { parseQuickAdd, type QuickAdd } from './quick-add.ts'
import { isNameOf, isSpecial } from './quick-add-marks.ts'
import type { Recurrence } from './recurrence.ts'
import { ruleInWords } from './rule-words.ts'
import { vocabulary } from './vocabulary/words.ts'

/**
 * A line that reads as `quickAdd` says, whoever reads it and when: its title, then the rest with its days as dates.
 * Words of the title that would be read as something have a backslash before them. What words cannot say of a
 * recurrence (days left out, what becomes of missed ones) is lost.
 */
export function renderQuickAdd(quickAdd: QuickAdd): string {
  const { notes } = quickAdd
  const rest = [...partsOf(quickAdd), ...(notes === undefined ? [] : [`// ${notes}`])].join(' ')
  let title = quickAdd.title
  for (let turn = 0; turn < MOST_TURNS; turn++) {
    const misread = spansInTitle(title, rest, quickAdd)
    if (misread.length === 0 && readsAs(`${title} ${rest}`, quickAdd)) return `${title} ${rest}`.trim()
    title = escaped(title, ({ start, end }) => misread.some((span) => start < span.end && span.start < end))
  }
  return `${escaped(quickAdd.title, () => true)} ${rest}`.trim()
}

const MOST_TURNS = 4

const { on, at, from, starting, for: lasts, minutes: min, before } = vocabulary.said

function partsOf(line: QuickAdd): string[] {
  const { dueDay, dueTime, recurrence, startDay, minutes, priority, list, section, labels, assignee } = line
  const clock = dueTime === undefined ? [] : [`${at} ${dueTime}`]
  const isOwnDay = dueDay !== undefined && dueDay !== recurrence?.anchor
  return [
    ...(startDay === undefined ? [] : [`${from} ${startDay}`]),
    ...(isOwnDay ? [`${on} ${dueDay}`, ...clock] : []),
    ...(recurrence ? [ruleIn(recurrence), ...(isOwnDay ? [] : clock)] : []),
    ...(minutes === undefined ? [] : [`${lasts} ${Math.floor(minutes / 60)}h${minutes % 60}${min}`]),
    ...(priority === undefined ? [] : [`p${priority}`]),
    ...(list === undefined ? [] : [named('#', list)]),
    ...(section === undefined ? [] : [named('/', section)]),
    ...labels.map((label) => named('@', label)),
    ...(assignee === undefined ? [] : [named('+', assignee)]),
    ...(line.deadlineDay === undefined ? [] : [`{${line.deadlineDay}}`]),
    ...(line.reminderMinutes === undefined ? [] : [`!${line.reminderMinutes}${min} ${before}`]),
  ]
}

const ruleIn = (recurrence: Recurrence): string => `${ruleInWords(recurrence)} ${starting} ${recurrence.anchor}`

// A backslash before the quotation mark would take its meaning away; a blank between them says nothing.
const named = (sign: '#' | '/' | '@' | '+', name: string): string =>
  `${sign}${isNameOf(sign, name) ? name : `"${name}${name.endsWith('\\') ? ' ' : ''}"`}`

// Whatever the order of dates; in a year in which no date is past.
const contexts = ({ recurrence }: QuickAdd): WordContext[] => {
  const weekStart = ({ sa: 'saturday', su: 'sunday' } as const)[recurrence?.rule.weekStart as 'sa' | 'su'] ?? 'monday'
  return (['dmy', 'mdy', 'ymd'] as const).map((order) => ({ today: '1900-01-01', now: '00:00', order, weekStart }))
}

const spansInTitle = (title: string, rest: string, line: QuickAdd) =>
  contexts(line)
    .flatMap((context) => parseQuickAdd(`${title} ${rest}`, context).spans)
    .filter(({ start, kind }) => start < title.length && kind !== 'literal')

const readsAs = (text: string, line: QuickAdd): boolean =>
  contexts(line).every((context) => meaningOf(parseQuickAdd(text, context)) === meaningOf(line))

const meaningOf = ({ spans: _, ...line }: QuickAdd): string =>
  JSON.stringify(Object.entries(line).sort(([a], [b]) => (a < b ? -1 : 1)))

/** The title with a backslash before those of its words that need one and are `wanted`. */
const escaped = (title: string, wanted: (word: { start: number; end: number }) => boolean): string =>
  title.replace(/\S+/g, (word, start: number) =>
    wanted({ start, end: start + word.length }) && isSpecial(word) ? `\\${word}` : word,
  )

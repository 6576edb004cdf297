import { type Day, daysBetween, isDay } from '#core/days.ts'
import { lateness } from '#core/late.ts'
import type { Here } from '../habits.ts'

/** The words of a row that say when it is due. */
export const wordsOfDue = (row: Element): string | undefined =>
  row.querySelector('.meta > .due')?.textContent ?? undefined

/** When a row is due, as the task itself says it: the day and perhaps the time; undefined when that is not known here. */
export function dueOf(row: Element): { day: string; time: string } | undefined {
  const chip = row.querySelector<HTMLElement>('.meta > .due')
  if (!chip) return { day: '', time: '' }
  const [day, time = ''] = chip.dataset.due?.split(' ') ?? []
  return day ? { day, time } : undefined
}

/** The same by the clocks of whoever reads it, where the task has a zone of its own. */
export function dueHere(row: Element): { day: string; time: string } | undefined {
  const [day, time = ''] = row.querySelector<HTMLElement>('.meta > .due')?.dataset.at?.split(' ') ?? []
  return day ? { day, time } : dueOf(row)
}

/**
 * Writes when a row is due, as `words` in the look `look`; no words take it away. `due` is the day, perhaps with the
 * time, for those who ask later, and `at` the same by the clocks of whoever reads it. The function writes what stood
 * there before into the row as it is then.
 */
export function setDue(
  row: Element,
  words: string | undefined,
  look: string,
  due = '',
  at = due,
): (now: Element | null) => void {
  const before = row.querySelector('.meta > .due')?.cloneNode(true)
  const chip = words === undefined ? undefined : chipFrom('chip-due', words)
  if (chip) chip.className = look
  if (chip && due !== '') chip.dataset.due = due
  if (chip && at !== due) chip.dataset.at = at
  place(row, chip)
  return (now) => now && place(now, before)
}

/** When something is due in words, as the server will say it to the person of this page, and how they look. */
export function sayDue(day: string, here: Here, time?: string): { words: string; look: string } | undefined {
  if (!isDay(day)) return undefined
  const ahead = daysBetween(here.today, day)
  const behind = lateness({ day, time: time || undefined }, here)
  if (behind === 'overdue') return { words: `Overdue since ${since(day, ahead, here)}`, look: 'due late' }
  if (behind === 'late' && time) return { words: `Late since ${sayTime(time, here)}`, look: 'due late' }
  const words = ahead === 0 ? 'Today' : ahead === 1 ? 'Tomorrow' : ahead < 7 ? weekdayName(day) : shortly(day, here)
  return { words: time ? `${words} ${sayTime(time, here)}` : words, look: ahead === 0 ? 'due today' : 'due' }
}

/** A time of day as the person of this page writes it: 14:00 or 2:00 pm. */
export const sayTime = (time: string, { locale }: Pick<Here, 'locale'>): string =>
  new Date(`1970-01-01T${time}Z`).toLocaleTimeString(locale, { timeStyle: 'short', timeZone: 'UTC' })

/** The labels of a row: what is said of each, and its id. */
export const labelsOf = (row: Element): { id: string; name: string }[] =>
  [...row.querySelectorAll<HTMLAnchorElement>('.meta > a.label')].map((link) => ({
    id: link.getAttribute('href')?.split('/labels/')[1] ?? '',
    name: link.textContent?.replace(/^@/, '') ?? '',
  }))

/** Puts these labels on a row, by their ids or names. The function puts back those that stood there before. */
export function setLabels(row: Element, wanted: string[]): (now: Element | null) => void {
  const before = [...row.querySelectorAll('.meta > a.label')].map((chip) => chip.cloneNode(true))
  const known = labelsOf(row)
  const chips = wanted.map((label) => {
    const at = known.findIndex(({ id, name }) => id === label || name === label)
    return at < 0 ? labelChip(label) : (before[at] as Node).cloneNode(true)
  })
  placeLabels(row, chips)
  return (now) => now && placeLabels(now, before)
}

/** The looks of each priority: `p1` is the highest, and without one there is none. */
export function setPriority(row: Element, priority: string): void {
  for (const one of ['1', '2', '3']) row.classList.toggle(`p${one}`, one === priority)
}

function placeLabels(row: Element, chips: Node[]): void {
  const meta = row.querySelector('.meta')
  for (const chip of meta?.querySelectorAll(':scope > a.label') ?? []) chip.remove()
  const next = meta?.querySelector(':scope > .parent, :scope > .of-list') ?? null
  for (const chip of chips) meta?.insertBefore(chip, next)
}

function labelChip(name: string): HTMLElement {
  const chip = document.createElement('a')
  chip.className = 'label'
  chip.href = '/labels'
  chip.textContent = `@${name}`
  return chip
}

function place(row: Element, chip: Node | undefined): void {
  row.querySelector('.meta > .due')?.remove()
  if (chip) row.querySelector('.meta')?.prepend(chip)
}

/** A chip from its template on the page, with its icon; where that is missing, the words do. */
function chipFrom(name: string, words: string): HTMLElement {
  const template = document.getElementById(name)
  const model = template instanceof HTMLTemplateElement ? template.content.firstElementChild : undefined
  const chip = (model?.cloneNode(true) as HTMLElement | undefined) ?? document.createElement('span')
  chip.append(words)
  return chip
}

const since = (day: Day, ahead: number, here: Here): string =>
  ahead === -1 ? 'yesterday' : ahead > -7 ? weekdayName(day) : shortly(day, here)

// The words of the site are English, its dates are written as their reader writes them.
/** The weekday of a day: Friday. */
export const weekdayName = (day: Day): string => written(day, 'en-GB', { weekday: 'long' })

/** A date without its weekday, and without the year where that is this one. */
export const shortly = (day: Day, { today, locale }: Here): string =>
  written(day, locale, {
    day: 'numeric',
    month: 'short',
    ...(day.slice(0, 4) === today.slice(0, 4) ? {} : { year: 'numeric' }),
  })

const written = (day: Day, locale: string, way: Intl.DateTimeFormatOptions): string =>
  new Date(day).toLocaleDateString(locale, { ...way, timeZone: 'UTC' })

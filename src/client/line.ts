import { called } from '#core/names.ts'
import { parseQuickAdd, type QuickAdd, type Span } from '#core/quick-add.ts'
import { contextHere } from './habits.ts'
import { isNoLabel } from './names.ts'

/** A place in a text, from `start` up to, but not including, `end`. */
export type Place = Pick<Span, 'start' | 'end'>

/** What a line says, and the lists and labels it names that are not there: they stay in its title. */
export type Line = QuickAdd & { unknown: Span[] }

/**
 * What a line means here and now, without `rejected`. What nobody will keep stays in the title, as it will on the server.
 * The line of a subtask (`isPart`) names no place: it stays with its task.
 */
export function readHere(text: string, rejected: readonly string[] = [], isPart = false): Line {
  const context = contextHere()
  const line = parseQuickAdd(text, context, rejected)
  const left = line.spans.filter((span) => isLeft(span, isPart))
  const kept = left.length === 0 ? line : parseQuickAdd(text, context, [...rejected, ...left.map(asText)])
  return { ...kept, unknown: left.filter(({ kind }) => kind === 'label' || (kind === 'list' && !isPart)) }
}

/** A place as the field `literal` names it. */
export const asText = ({ start, end }: Place): string => `${start}-${end}`

/** The link to the list of that name, if the navigation has one. */
export function listCalled(name: string): HTMLAnchorElement | undefined {
  const links = [...document.querySelectorAll<HTMLAnchorElement>('.side a[data-list]')]
  return called(
    links.map((link) => ({ link, name: link.querySelector('.name')?.textContent ?? '' })),
    name,
  )?.link
}

// There are no reminders yet, and what is unknown is offered once the task is there.
function isLeft(span: Span, isPart: boolean): boolean {
  if (span.kind === 'list') return isPart || listCalled(span.value) === undefined
  if (span.kind === 'section') return isPart
  return span.kind === 'reminder' || (span.kind === 'label' && isNoLabel(span.value))
}

import { nameKey } from '#core/names.ts'
import { parseQuickAdd, type QuickAdd, type Span } from '#core/quick-add.ts'
import { contextHere } from './habits.ts'

/** A place in a text, from `start` up to, but not including, `end`. */
export type Place = Pick<Span, 'start' | 'end'>

/** What a line means here and now. What nobody will keep stays in the title, as it will on the server. */
export function readHere(text: string, rejected: readonly string[] = []): QuickAdd {
  const context = contextHere()
  const line = parseQuickAdd(text, context, rejected)
  const left = line.spans.filter(isLeft).map(asText)
  return left.length === 0 ? line : parseQuickAdd(text, context, [...rejected, ...left])
}

/** A place as the field `literal` names it. */
export const asText = ({ start, end }: Place): string => `${start}-${end}`

/** The link to the list of that name, if the navigation has one. */
export const listCalled = (name: string): HTMLAnchorElement | undefined =>
  [...document.querySelectorAll<HTMLAnchorElement>('.side a[data-list]')].find(
    (link) => nameKey(link.querySelector('.name')?.textContent ?? '') === nameKey(name),
  )

// There are no reminders yet, and an unknown list is offered once the task is there.
const isLeft = (span: Span): boolean =>
  span.kind === 'reminder' || (span.kind === 'list' && listCalled(span.value) === undefined)

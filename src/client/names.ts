import { nameKey } from '#core/names.ts'
import { BACKGROUND } from './refresh.ts'

/** The names of all labels: those the server knows, else those that stand on this page. */
export async function knownLabels(): Promise<string[]> {
  const here = [...document.querySelectorAll('.meta > a.label, .side a[href^="/labels/"] .name')]
  return namesOf([...((await labelsOfServer()) ?? []), ...here])
}

/** Asks the server which labels there are, so that `isNoLabel` knows. */
export async function learnLabels(): Promise<void> {
  const labels = await labelsOfServer()
  keys = labels && new Set(namesOf(labels).map(nameKey))
}

/** Whether there is surely no label of that name. Who has not heard of them does not know. */
export const isNoLabel = (name: string): boolean => keys !== undefined && !keys.has(nameKey(name))

/** A page of ours as the server sends it; undefined without a network. */
export async function pageAt(address: string): Promise<Document | undefined> {
  const answer = await fetch(address, { headers: { ...BACKGROUND, Accept: 'text/html' } }).catch(() => undefined)
  return answer?.ok ? new DOMParser().parseFromString(await answer.text(), 'text/html') : undefined
}

/** The headings of the sections of the list that a page shows; the id of a section stands in the id of its heading. */
export const sectionHeads = (page: ParentNode = document): Element[] => [
  ...page.querySelectorAll('main .section-head [id^="section_"]:not(#section_none)'),
]

/** What stands in an element, or in a part of it, without blanks around it. */
export const textIn = (element: Element | null, part?: string): string =>
  (part === undefined ? element : element?.querySelector(part))?.textContent?.trim() ?? ''

let keys: Set<string> | undefined

async function labelsOfServer(): Promise<Element[] | undefined> {
  const page = await pageAt('/labels')
  return page && [...page.querySelectorAll('main a[href^="/labels/"]:not([href$="/edit"])')]
}

const namesOf = (labels: Element[]): string[] => [
  ...new Set(labels.map((label) => textIn(label).replace(/^@/, '')).filter((name) => name !== '')),
]

/** The public id of the person this page was rendered for, or undefined on pages for strangers. */
export const person = (): string | undefined => meta('person')

/** True when the session is a "keep me logged in" one, so that pages may be kept on this device. */
export const isRemembered = (): boolean => meta('remembered') === 'yes'

/** When the worker kept this page (ISO instant), if this page did not come from the server just now. */
export const keptAt = (): string | undefined => meta('kept')

/** False when this person has turned single keys off. */
export const areSingleKeysOn = (): boolean => meta('single-keys') !== 'off'

/** What stands beside the navigation. By its id: to look through all rows of a long page for it takes a while. */
export const mainPart = (): HTMLElement | null => document.getElementById('main')

/** The same where it is a task's own page. */
export function taskPage(): HTMLElement | undefined {
  const main = mainPart()
  return main?.dataset.task ? main : undefined
}

/** The lists whose changes concern this page. */
export const listsHere = (): string[] => mainPart()?.dataset.lists?.split(' ').filter(Boolean) ?? []

/** Address of this page as the login page's `next` wants it. */
export const here = (): string => location.pathname + location.search

/** Resolves after `ms` milliseconds. */
export const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** Runs `work` now and again whenever Turbo has put another page, or another state of it, on the screen. */
export function onEveryPage(work: () => void): void {
  work()
  document.addEventListener('turbo:render', work)
}

/** The day that was today when the server made this page, for its person. */
export const pageDay = (): string | undefined => dates()[5]

/** How the person of this page means words for days, as `Person.dates` on the server says it. */
export const dates = (): string[] => meta('dates')?.split(' ') ?? []

const meta = (name: string): string | undefined =>
  document.head.querySelector<HTMLMetaElement>(`meta[name="${name}"]`)?.content || undefined

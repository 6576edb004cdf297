import { ask } from '../asking/ahead.ts'
import { cloneOf } from '../effects/page.ts'
import { refreshSoon } from '../refresh.ts'
import { idOf, isDone, wasLeft } from '../rows.ts'
import { rowBeside } from './walk.ts'

// Where rows have an order that can be changed.
const OPEN_LISTS = '[data-keeps="open"]'

/**
 * Opens a row's menu in place, without asking the server: a click on the three dots, Escape or a click elsewhere
 * closes it, arrow keys walk in it.
 */
export function startMenu(): void {
  document.addEventListener('click', onClick)
  document.addEventListener('keydown', onKey)
  document.addEventListener('submit', (event) => {
    // In the bubbling phase: the outbox has read the form.
    if ((event.target as Element).closest('.menu')) closeMenu(true)
  })
  document.addEventListener('focusin', (event) => {
    const menu = opened()
    if (menu && !rowWith(menu)?.contains(event.target as Node)) closeMenu(false)
  })
  document.addEventListener('turbo:before-cache', () => closeMenu(false))
}

/** Closes the open menu; the focus goes back to its three dots when `withFocus`. */
export function closeMenu(withFocus: boolean): void {
  const menu = opened()
  const row = menu && rowWith(menu)
  const more = row?.querySelector<HTMLElement>('.more')
  menu?.remove()
  more?.removeAttribute('aria-expanded')
  if (withFocus) more?.focus({ preventScroll: true })
  if (wasLeft(row)) refreshSoon()
}

const opened = (): HTMLElement | null => document.querySelector<HTMLElement>('.task > .menu')

const rowWith = (element: Element): HTMLElement | null => element.closest<HTMLElement>('.task')

function onClick(event: MouseEvent): void {
  const link = (event.target as Element).closest?.('.menu a')
  const question = QUESTIONS[/[#/]([\w-]+)$/.exec(link?.getAttribute('href') ?? '')?.[1] ?? '']
  if (question && isPlain(event)) {
    event.preventDefault()
    closeMenu(true)
    void ask(async () => (await import('../asking/pick.ts'))[question])
    return
  }
  const more = (event.target as Element).closest?.<HTMLElement>('.task .more')
  if (more && isPlain(event)) {
    const row = rowWith(more)
    const wasOpen = row?.querySelector('.menu')
    closeMenu(false)
    if (wasOpen || (row && open(row, more))) event.preventDefault()
  } else if (!(event.target as Element).closest?.('.menu')) closeMenu(false)
}

/** By the last part of a link: what is asked here instead of on the page to which it leads. */
const QUESTIONS: Record<string, 'askList' | 'askWhen' | 'askPriority' | 'askLabel'> = {
  move: 'askList',
  due_day: 'askWhen',
  priority: 'askPriority',
  'new-label': 'askLabel',
}

function open(row: HTMLElement, more: HTMLElement): boolean {
  const menu = cloneOf('row-menu', idOf(row))
  if (!menu) return false
  aim(menu, 'before', rowBeside(row, -1, OPEN_LISTS))
  aim(menu, 'after', rowBeside(row, 1, OPEN_LISTS))
  if (isDone(row)) menu.querySelector('[data-outbox="cancel"]')?.remove()
  row.append(menu)
  more.setAttribute('aria-expanded', 'true')
  items(menu)[0]?.focus({ preventScroll: true })
  turnUp(menu, row)
  menu.scrollIntoView({ block: 'nearest' })
  return true
}

/** Where the page ends below the row, the menu opens above it: nothing may stand under the bar of a phone. */
function turnUp(menu: HTMLElement, row: HTMLElement): void {
  const { bottom, height } = menu.getBoundingClientRect()
  const end = Math.max(innerHeight, row.closest('main')?.getBoundingClientRect().bottom ?? 0)
  const room = end - Number.parseFloat(getComputedStyle(menu).scrollMarginBottom)
  const isHigh = row.getBoundingClientRect().top + scrollY < height
  menu.classList.toggle('up', bottom > room && !isHigh)
}

/** "Move up" wants to know the row above; without one it goes. */
function aim(menu: HTMLElement, name: string, row: HTMLElement | undefined): void {
  const input = menu.querySelector<HTMLInputElement>(`input[name="${name}"]`)
  if (row && input) input.value = idOf(row)
  else input?.form?.remove()
}

function onKey(event: KeyboardEvent): void {
  const more = (event.target as Element).closest?.<HTMLElement>('.task .more')
  if (event.key === ' ' && more) {
    // It looks like a button, so it is pressed like one.
    event.preventDefault()
    more.click()
    return
  }
  const menu = opened()
  if (!menu) return
  if (event.key === 'Escape') {
    event.preventDefault()
    closeMenu(true)
    return
  }
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
  if (!step || event.altKey || !menu.contains(document.activeElement)) return
  event.preventDefault()
  const all = items(menu)
  const at = all.indexOf(document.activeElement as HTMLElement)
  all[(at + step + all.length) % all.length]?.focus()
}

const items = (menu: HTMLElement): HTMLElement[] => [...menu.querySelectorAll<HTMLElement>('a, button')]

const isPlain = (event: MouseEvent): boolean =>
  event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey

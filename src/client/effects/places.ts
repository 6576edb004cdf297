import { nameKey } from '#core/names.ts'
import { type Change, type Effect, field } from '../change.ts'
import { keepFocus } from '../rows.ts'
import { passFocus, placesOf } from './page.ts'

/**
 * Shows what a form about a list, a section, a label or a filter will do, wherever one stands on the page: in the
 * navigation, among the others, as a heading. What stands there says by `data-place` which address is its own.
 */
export function form(_: string, change: Change): Effect | undefined {
  const [, kind = '', id, verb = ''] = ABOUT.exec(change.action) ?? []
  if (kind === '') return undefined
  const backs = id === undefined ? addTo(kind, change) : (verbs[verb]?.(`/${kind}/${id}`, change) ?? [])
  if (backs.length === 0) return undefined
  return {
    delta: 0,
    takeBack: () => {
      for (const back of backs.toReversed()) back()
    },
  }
}

const ABOUT = /^\/(lists|sections|labels|filters)(?:\/([^/]+)\/(\w+))?$/

type Back = () => void
type Verb = (address: string, change: Change) => Back[]

const verbs: Record<string, Verb> = {
  edit: (address, change) => [...rename(address, change), ...recolour(address, change)],
  move: (address, change) => placed(address).flatMap((one) => moveBeside(one, address, change)),
  sections: (address, change) => addSection(`${address}/sections`, change),
  delete: (address) => [...freeTasks(address), ...leave(placed(address))],
  archive: (address) => leave(placed(address)),
  restore: (address) => leave([...document.querySelectorAll<HTMLElement>(`li:has(> [action="${address}/restore"])`)]),
}

const placed = (address: string): HTMLElement[] => [
  ...document.querySelectorAll<HTMLElement>(`[data-place="${address}"]`),
]

/** What an element says is `name` now. The function writes what it said before. */
function say(element: Element, name: string): Back[] {
  const before = element.textContent
  if (before === name) return []
  element.textContent = name
  return [
    () => {
      element.textContent = before
    },
  ]
}

/** The name as the server will keep it. */
const nameIn = (kind: string, change: Change): string | undefined =>
  field(change, 'name')
    ?.replace(kind === 'labels' ? /^\s*@/ : '', '')
    .trim()

function rename(address: string, change: Change): Back[] {
  const name = nameIn(address.split('/')[1] ?? '', change)
  if (!name) return []
  const names = placed(address).flatMap((one) => one.querySelector('.name, .list-name bdi, b, h2') ?? [])
  const heads = [...document.querySelectorAll(`[data-name="${address}"]`), ...headingOf(address)]
  const chips = [...document.querySelectorAll(`.meta > a.label[href="${address}"]`)]
  return [...[...names, ...heads].flatMap((one) => say(one, name)), ...chips.flatMap((chip) => say(chip, `@${name}`))]
}

/** The heading of the page, when that is the page of the list or filter, or the board of the list. */
const headingOf = (address: string): Element[] => {
  const isHere = [address, `${address}/board`].includes(location.pathname) && !address.startsWith('/labels/')
  return isHere ? [...document.querySelectorAll('main h1')] : []
}

function recolour(address: string, change: Change): Back[] {
  const color = field(change, 'color')
  if (color === undefined) return []
  const dots = placed(address).flatMap((one) => one.querySelector('.dot') ?? [])
  const chips = [...document.querySelectorAll(`.meta > a.label[href="${address}"]`)]
  return [...dots.flatMap((dot) => look(dot, `dot ${color}`)), ...chips.flatMap((chip) => look(chip, `label ${color}`))]
}

function look(element: Element, classes: string): Back[] {
  const before = element.className
  if (before === classes.trim()) return []
  element.className = classes.trim()
  return [
    () => {
      element.className = before
    },
  ]
}

function moveBeside(one: HTMLElement, address: string, change: Change): Back[] {
  const below = field(change, 'after')
  const beside = address.replace(/[^/]+$/, below ?? field(change, 'before') ?? '')
  const other = [...(one.parentElement?.children ?? [])].find((child) => placeOf(child) === beside)
  if (!other || neighbourOf(other, below === undefined ? -1 : 1) === one) return []
  const back = placesOf([one])
  keepFocusIn(one, () => (below === undefined ? other.before(one) : other.after(one)))
  aimButtons(one)
  return [
    () => {
      keepFocusIn(one, back)
      aimButtons(one)
    },
  ]
}

/** The buttons of a line that move it say beside which one it goes. */
export function aimButtons({ parentElement }: Element): void {
  const steps = [
    ['before', -1],
    ['after', 1],
  ] as const
  for (const one of parentElement?.querySelectorAll(':scope > li[data-place]') ?? [])
    for (const [name, step] of steps) {
      const input = one.querySelector<HTMLInputElement>(`input[name="${name}"]`)
      const other = neighbourOf(one, step)
      if (input && other) input.value = idIn(other)
    }
}

/** The id of what stands in its place. */
export const idIn = (one: Element): string => placeOf(one)?.split('/')[2] ?? ''

/** The element of the same kind directly above (-1) or below (1) one that has a place. */
export function neighbourOf(one: Element, step: 1 | -1): HTMLElement | undefined {
  const kind = kindOf(one)
  const all = [...(one.parentElement?.children ?? [])].filter((child) => kindOf(child) === kind) as HTMLElement[]
  return all[all.indexOf(one as HTMLElement) + step]
}

/** Of what kind something is that has a place: `/lists/`, `/sections/`, `/labels/` or `/filters/`; '' for all else. */
export const kindOf = (one: Element): string => placeOf(one)?.replace(/[^/]+$/, '') ?? ''

/** An element that is put elsewhere would lose the focus that is in it. */
export function keepFocusIn(one: Element, work: () => unknown): void {
  const active = document.activeElement
  work()
  if (active instanceof HTMLElement && one.contains(active)) active.focus({ preventScroll: true })
}

const placeOf = (one: Element): string | undefined => (one as HTMLElement).dataset.place

function leave(all: HTMLElement[]): Back[] {
  return all.map((one) => {
    const back = placesOf([one])
    passFocus(one, neighbourOf(one, 1) ?? neighbourOf(one, -1))
    keepFocus(() => one.remove())
    return back
  })
}

/** The tasks of a section that goes stay in the list, above the first section. */
function freeTasks(address: string): Back[] {
  const rows = [...document.querySelectorAll<HTMLElement>(`[data-place="${address}"] .tasks > .task`)]
  if (!address.startsWith('/sections/') || rows.length === 0) return []
  const back = placesOf(rows)
  document.getElementById('tasks')?.append(...rows)
  return [back]
}

function addTo(kind: string, change: Change): Back[] {
  const address = `/${kind}/${field(change, 'id')}`
  const name = nameIn(kind, change)
  if (!name || placed(address).length > 0) return []
  const fresh = [inNavigation(kind, address, name, change), amongOthers(kind, address, name, change)]
  return fresh.flatMap((one) => (one ? [() => one.remove()] : []))
}

function inNavigation(kind: string, address: string, name: string, change: Change): HTMLElement | undefined {
  const head = document.querySelector(`.side .heading:has([href="/${kind}"])`)
  if (!head) return undefined
  const all = [...document.querySelectorAll(`.side [data-place^="/${kind}/"]`)]
  const isList = kind === 'lists'
  const item = make('a', { class: 'item list', href: address, 'data-place': address, dir: '' }, [
    isList ? dot(change) : (all[0]?.querySelector('svg')?.cloneNode(true) ?? ''),
    make('span', { class: 'name', dir: 'auto' }, [name]),
  ])
  if (isList) item.dataset.list = field(change, 'id') ?? ''
  ;(all.at(-1) ?? head).after(item)
  return item
}

function amongOthers(kind: string, address: string, name: string, change: Change): HTMLElement | undefined {
  const list = document.querySelector(`main [data-places="/${kind}"]`)
  // A name that another label has will be refused.
  const isTaken = (other: Element) => kind === 'labels' && nameKey(other.textContent ?? '') === nameKey(name)
  if (!list || [...list.querySelectorAll('bdi')].some(isTaken)) return undefined
  const words = make('span', {}, [kind === 'labels' ? '@' : '', make('bdi', {}, [name])])
  const link =
    kind === 'filters'
      ? make('a', { class: 'filter-link', href: address }, [make('b', {}, [name])])
      : make('a', { class: 'list-name', href: address }, [dot(change), words])
  const line = make('li', { 'data-place': address, class: kind === 'filters' ? 'filter' : '' }, [link])
  list.append(line)
  return line
}

function addSection(action: string, change: Change): Back[] {
  const id = field(change, 'id') ?? ''
  const name = field(change, 'name')?.trim()
  const above = document.getElementById('tasks')
  if (
    !name ||
    !above ||
    !document.querySelector(`main form[action="${action}"]`) ||
    document.getElementById(`part_${id}`)
  )
    return []
  const board = document.querySelector('.board > .new')
  const head = make('h2', { id: `section_${id}`, dir: 'auto' }, [name])
  const rows = make('ul', { class: 'tasks', id: `tasks_${id}`, 'data-keeps': 'open', 'data-section': id })
  const look = { class: board ? 'column' : 'part-of-list', id: `part_${id}`, 'data-place': `/sections/${id}` }
  const part = make('section', look, [make('div', { class: 'section-head' }, [head]), rows])
  if (board) board.before(part)
  else ([...document.querySelectorAll('main > .part-of-list')].at(-1) ?? above).after(part)
  return [() => part.remove()]
}

const dot = (change: Change): HTMLElement => make('span', { class: `dot ${field(change, 'color') ?? ''}`.trim() })

function make(tag: string, attributes: Record<string, string>, inside: (Node | string)[] = []): HTMLElement {
  const element = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) if (value !== '') element.setAttribute(name, value)
  element.append(...inside)
  return element
}

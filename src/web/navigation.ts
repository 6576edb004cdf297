import type { User } from '#db/schema.ts'
import type { FilterAround } from './filters-around.ts'
import { type Html, html, nothing } from './html.ts'
import { icons } from './icons.ts'
import { countPlace, isOwnInbox, type ListAround } from './lists-around.ts'
import { FILTERS, listAddress, type Place, restFor, VIEWS } from './places.ts'
import { inboxPath } from './start-page.ts'

/** What lies around a page: who looks at it, its address, that of the place it belongs to, and the lists. */
export type Surroundings = {
  user: Pick<User, 'id' | 'start_page' | 'role'>
  path: string
  place: string | undefined
  lists: ListAround[]
  filters: FilterAround[]
  /** How many tasks are due today, or were before. */
  dueToday: number
}

/** The places and the lists, the one that the page belongs to marked. On a phone it is the bar at the bottom. */
export function navigation(around: Surroundings): Html {
  const { user, lists, filters } = around
  const inbox = lists.find((list) => isOwnInbox(list, user))
  return html`${item(around, { path: inboxPath(user), name: 'Inbox', icon: icons.inbox, inBar: true }, inbox && countOf(inbox, user), '', inbox?.id)}
    ${VIEWS.map((place) => item(around, place, countFor(around, place)))}
    ${item(around, { path: '/lists', name: 'Lists', icon: icons.lists, inBar: true }, nothing, ' only-bar')}
    ${heading(around, { path: '/lists', name: 'Lists' }, 'New list')}
    ${lists.filter((list) => list !== inbox).map((list) => listItem(around, list))}
    ${heading(around, FILTERS, 'New filter')}
    ${filters.map((filter) => filterItem(around, filter))}
    <div class="rest">${restFor(user).map((place) => item(around, place))}</div>`
}

/** The places that have no room in the bar of a phone, for a page that the bar leads to. Shown on a phone only. */
export const elsewhere = (user: Pick<User, 'role'>): Html =>
  html`<nav class="elsewhere" aria-label="More places">${[...VIEWS, FILTERS, ...restFor(user)]
    .filter((place) => !place.inBar)
    .map(({ path, name, icon }) => html`<a href="${path}">${icon}<span>${name}</span></a>`)}</nav>`

/** A group of the places, with a way to the field for a new one. */
const heading = (around: Surroundings, { path, name }: Pick<Place, 'path' | 'name'>, words: string): Html =>
  html`<div class="heading"><h2><a href="${path}"${currentAt(path, around)}>${name}</a></h2><a class="new" href="${path}#name" title="${words}" aria-label="${words}">${icons.plus}</a></div>`

function item(
  around: Surroundings,
  { path, icon, name, inBar }: Place,
  count = nothing,
  look = '',
  list?: string,
): Html {
  return html`<a class="item${inBar ? '' : ' aside'}${look}" href="${path}"${list === undefined ? nothing : html` data-list="${list}"`}${currentAt(path, around)}>${icon}<span>${name}</span>${count}</a>`
}

function listItem(around: Surroundings, list: ListAround): Html {
  const address = listAddress(list, around.user)
  return html`<a class="item list" href="${address}" data-list="${list.id}"${isOwn(list, around) ? html` data-place="${address}"` : nothing}${currentAt(address, around)}><span class="dot${list.color === '' ? '' : ` ${list.color}`}"></span><span class="name" dir="auto">${list.name}</span>${countOf(list, around.user)}</a>`
}

// Whoever shares a list keeps it in their own order.
const isOwn = ({ kind, owner_id }: ListAround, { user }: Surroundings): boolean =>
  kind === 'list' && owner_id === user.id

function filterItem(around: Surroundings, { id, name }: FilterAround): Html {
  const address = `/filters/${id}`
  return html`<a class="item list" href="${address}" data-place="${address}"${currentAt(address, around)}>${FILTERS.icon}<span class="name" dir="auto">${name}</span></a>`
}

const countFor = ({ dueToday }: Surroundings, { path }: Place): Html =>
  path === '/today' ? html`<span class="count" id="today_count">${dueToday || ''}</span>` : nothing

const countOf = (list: ListAround, user: Pick<User, 'id'>): Html =>
  html`<span class="count" id="${countPlace(list, user)}">${list.open || ''}</span>`

/** Marks the place of the page itself, and the place that a page belongs to: the list of a task or of a board. */
function currentAt(address: string, { path, place }: Surroundings): Html {
  if (path === address) return html` aria-current="page"`
  if (place !== undefined) return place === address ? html` aria-current="true"` : nothing
  // The lists and filters have places of their own.
  const isInside = address !== '/' && address !== '/lists' && address !== '/filters' && path.startsWith(`${address}/`)
  return isInside ? html` aria-current="true"` : nothing
}

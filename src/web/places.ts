import type { List, User } from '#db/schema.ts'
import type { Html } from './html.ts'
import { icons } from './icons.ts'
import { inboxPath } from './start-page.ts'

/** A place that everybody has: a page that the navigation leads to. */
export type Place = {
  path: string
  name: string
  icon: Html
  /** Whether it has room in the bar of a phone, where five is the most. The others are reached through /lists. */
  inBar?: true
}

/** The places above the lists; the Inbox stands before them. */
export const VIEWS: Place[] = [
  { path: '/today', name: 'Today', icon: icons.today, inBar: true },
  { path: '/upcoming', name: 'Upcoming', icon: icons.upcoming, inBar: true },
  { path: '/completed', name: 'Completed', icon: icons.completed },
  { path: '/search', name: 'Search', icon: icons.search, inBar: true },
]

/** Where all saved filters stand. */
export const FILTERS: Place = { path: '/filters', name: 'Filters', icon: icons.filter }

/** The places below the lists. Only those who look after the site are shown the way to its administration. */
export const restFor = ({ role }: Pick<User, 'role'>): Place[] => [
  { path: '/labels', name: 'Labels', icon: icons.label },
  { path: '/trash', name: 'Trash', icon: icons.trash },
  { path: '/account', name: 'Account', icon: icons.account },
  ...(role === 'admin' ? [{ path: '/admin', name: 'Administration', icon: icons.admin }] : []),
]

/** The address of a list as `user` knows it: their own Inbox has one of its own. */
export const listAddress = (
  { id, kind, owner_id }: Pick<List, 'id' | 'kind' | 'owner_id'>,
  user: Pick<User, 'id' | 'start_page'>,
): string => (kind === 'inbox' && owner_id === user.id ? inboxPath(user) : `/lists/${id}`)

import type { User } from '#db/schema.ts'

type Starter = Pick<User, 'start_page'>

/** Where the Inbox of `user` is found: `/`, unless they begin with another page. */
export const inboxPath = ({ start_page }: Starter): '/' | '/inbox' => (start_page === 'inbox' ? '/' : '/inbox')

/** The address under which the navigation knows the page at `path`: `/` is the page that `user` begins with. */
export const knownAs = (path: string, user: Starter): string =>
  path === '/inbox' ? inboxPath(user) : path === '/' && user.start_page === 'today' ? '/today' : path

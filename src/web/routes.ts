import type { Context } from 'hono'
import type { PublicEnv, TokenEnv, UserEnv } from './env.ts'

/**
 * Who may come in. `public`: everybody. `user`: who is logged in. `sudo`: who proved themselves a short while
 * ago. `admin`: an administrator who did. `token`: a program with a token of a person, and no session.
 */
export type Access = 'public' | 'user' | 'sudo' | 'admin' | 'token'

/** A route of the site. */
export type Route = {
  method: 'GET' | 'POST'
  path: string
  access: Access
  handler: (c: Context<never>) => Response | Promise<Response>
}

type EnvOf<A extends Access> = A extends 'public' ? PublicEnv : A extends 'token' ? TokenEnv : UserEnv
type Handler<P extends string, A extends Access> = (c: Context<EnvOf<A>, P>) => Response | Promise<Response>

/**
 * The routes of one feature. Access is a required argument, so a route that nobody thought about does
 * not compile; and what stands in no table at all is closed.
 */
export class Routes {
  readonly all: Route[] = []

  /** A page. It changes nothing. */
  get<P extends string, A extends Access>(path: P, access: A, handler: Handler<P, A>): void {
    this.#add('GET', path, access, handler)
  }

  /** A change. Browsers of other sites never reach it (csrf.ts). */
  post<P extends string, A extends Access>(path: P, access: A, handler: Handler<P, A>): void {
    this.#add('POST', path, access, handler)
  }

  /** All routes of `others` too. */
  include(others: Routes): void {
    this.all.push(...others.all)
  }

  #add<P extends string, A extends Access>(method: Route['method'], path: P, access: A, handler: Handler<P, A>) {
    this.all.push({ method, path, access, handler: handler as unknown as Route['handler'] })
  }
}

/** Which methods the site offers at `pathname`, and whether a page stands there that a person can go to. */
export function routesAt(routes: Route[], pathname: string): Route[] {
  return routes.filter((route) => matches(route.path, pathname))
}

function matches(pattern: string, pathname: string): boolean {
  const wanted = pattern.split('/')
  const given = pathname.split('/')
  return (
    wanted.length === given.length &&
    wanted.every((part, i) => (part.startsWith(':') ? given[i] !== '' : part === given[i]))
  )
}

import type { Context } from 'hono'
import type { Config } from '#config.ts'
import type { KeyRing } from '#crypto/keys.ts'
import type { Hashing } from '#crypto/passwords.ts'
import type { Database } from '#db/db.ts'
import type { SessionRow, User } from '#db/schema.ts'
import type { Assets } from './assets.ts'
import type { Flashes } from './flash.ts'
import type { Log } from './log.ts'
import type { SignOn } from './sign-on.ts'
import type { Site } from './site.ts'

/** What the site is made of. `now` is the only clock. */
export type Parts = {
  config: Config
  db: Database
  keys: KeyRing
  hashing: Hashing
  assets: Assets
  now: () => Date
  log: Log
  /** How the site is set up and how it does, for whoever looks after it. */
  health: () => Promise<Finding[]>
}

/** A sentence about how this server is set up; a warning asks for something to be done. */
export type Finding = { text: string; warning: boolean }

/** Who is at the other end of the line, before anybody has logged in. */
export type Peer = { address: string; keepOpen(): void }

/** What every handler finds in `c.var`. `now` is the time at which the request came. */
export type Common = {
  parts: Parts
  config: Config
  db: Database
  now: Date
  /** A name for this request, in the log and on error pages. */
  requestId: string
  /** The address of the person, looked up through trusted proxies only. */
  ip: string
  /** What the browser calls itself, at most 256 characters. */
  agent: string
  peer: Peer
  live: Live
  /** How the site is called, and who may register. */
  site: Site
  /** When and from where a session was last seen, also when that is not written down yet. */
  lastSeen(row: Pick<SessionRow, 'id' | 'last_seen_at' | 'ip_last'>): { at: string; ip: string }
  signOn: SignOn
  /** Origins of other sites to which forms of this answer lead. */
  formTargets: string[]
  flashes: Flashes
  /** Cookies to be sent with the answer, whatever answer it becomes. */
  cookies: string[]
  /** Nobody could say who sent the request, because the database did not answer. Only a logout comes so far. */
  isUnknown?: boolean
  /** For whom a program comes in by a token, and what it may do. Undefined when it has none that is good. */
  holder(): Promise<TokenHolder | undefined>
  /** Where to go when `wanted` is asked for: a page of ours, or the Inbox (next.ts). */
  safeNext(wanted: unknown): string
}

/** Keeps lines open to pages that want to hear of changes. Opened only for somebody who is logged in. */
export interface Live {
  open(c: Context<UserEnv>): Response | Promise<Response>
}

/** The session of somebody who is logged in. What it remembers is typed by `Remembered`. */
export interface Session {
  readonly id: string
  readonly publicId: string
  readonly userId: string
  /** "Keep me logged in" was ticked. */
  readonly persistent: boolean
  /** True when more than a password let its person in, or they have shown it since. */
  readonly hasTwoSteps: boolean
  /** True when the session began with the password. */
  readonly byPassword: boolean
  /** True when the person proved who they are a short while ago. */
  isSudo(): boolean
  /** Asks again, long after the request began, whether the session still lets its person in. */
  stillIn(): Promise<boolean>
  get<K extends keyof Remembered>(key: K): Promise<Remembered[K]>
  set<K extends keyof Remembered>(key: K, value: Remembered[K]): void
  delete(key: keyof Remembered): void
  /** Writes what changed. Throws `SessionEnded` when there is no such session any more; then nothing is written. */
  save(): Promise<void>
}

/** The session ended while a request of it was at work. Whoever sent it has to log in again. */
export class SessionEnded extends Error {}

/** Everything a session may remember besides who it belongs to. Each key has its rules in accounts/remembered.ts. */
export type Remembered = {
  /** Whether the Inbox shows what was completed today below the open tasks. */
  showCompleted: boolean
}

/** A person with their session. */
export type Visitor = { user: User; session: Session }

/** Whom a token lets a program come in for. It is no session: it opens the addresses for programs and no page. */
export type TokenHolder = { user: User; token: { name: string; scope: 'read' | 'write'; expiresAt: string | null } }

export type TokenEnv = { Variables: Common & TokenHolder }
export type PublicEnv = { Variables: Common & { visitor: Visitor | undefined } }
export type UserEnv = { Variables: Common & { visitor: Visitor; user: User; session: Session } }

/** Any request's context, whoever sent it. */
export type Any = Context<PublicEnv> | Context<UserEnv>

/** Who sent this request, if somebody is logged in. */
export const visitorOf = (c: Any): Visitor | undefined => (c as Context<PublicEnv>).var.visitor

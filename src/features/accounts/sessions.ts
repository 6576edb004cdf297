import { DAY, instant, later, MINUTE } from '#core/time.ts'
import { isToken } from '#crypto/keys.ts'
import { built } from '#db/built.ts'
import type { Database } from '#db/db.ts'
import type { SessionRow, User } from '#db/schema.ts'
import { readCookie } from '#web/cookies.ts'
import type { Parts } from '#web/env.ts'
import { OpenSession } from './session.ts'
import { livesOf, sessionCookie } from './session-rows.ts'

/** How long after a visit the next one is written down, at most; sooner where a session is idle sooner. */
const TOUCH_EVERY = 5 * MINUTE

type Touch = { last_seen_at: string; idle_expires_at: string; ip_last: string }

/** Somebody whose session was found. `cookie` is to be sent when the browser's own would soon be forgotten. */
export type Found = { user: User; session: OpenSession; cookie: string | undefined }

/**
 * Finds the session of a request. The row on the server is the session; the cookie only points at it, with
 * 256 random bits of which the database knows a MAC. When somebody was last seen is written in batches, so
 * that reading pages hardly ever writes.
 */
export class Sessions {
  readonly #parts: Pick<Parts, 'db' | 'keys' | 'config' | 'now'>
  readonly #touched = new Map<string, Touch>()

  constructor(parts: Pick<Parts, 'db' | 'keys' | 'config' | 'now'>) {
    this.#parts = parts
  }

  /**
   * Who sent the Cookie header, or undefined when it leads to no living session. What a page asks for by itself is no
   * visit (`isVisit`): an open tab must not keep alive a session that nobody uses (OWASP ASVS 5.0, 7.3.1).
   */
  async find(header: string | null, from: { ip: string; now: Date; isVisit: boolean }): Promise<Found | undefined> {
    const { db, keys, config, now: clock } = this.#parts
    const token = readCookie(header, 'sid', config)
    if (token === undefined || !isToken(token)) return undefined
    const macs = keys.macs('session', token).map(({ mac }) => mac)
    const both = await rowsOf(db, macs)
    if (!both || !this.#isAlive(both, from.now)) return undefined
    if (from.isVisit) this.#touch(both.session, from)
    await this.#renewMac(both.session, macs[0]!)
    const cookie = await this.#cookieIfOld(both.session, token, from.now)
    return { user: both.user, session: new OpenSession(db, both.session, clock), cookie }
  }

  /** Writes down who was seen since the last time. */
  async flush(): Promise<void> {
    // Always in the same order, so that two processes never wait for each other crosswise.
    const seen = [...this.#touched].sort(([a], [b]) => (a < b ? -1 : 1))
    if (seen.length === 0) return
    await this.#parts.db.transact(async (trx) => {
      for (const [id, touch] of seen) {
        const newer = trx.updateTable('sessions').set(touch).where('id', '=', id)
        await newer.where('last_seen_at', '<', touch.last_seen_at).execute()
      }
    })
    for (const [id, touch] of seen) if (this.#touched.get(id) === touch) this.#touched.delete(id)
  }

  /** When a session was last seen, also when that is not written down yet. */
  lastSeen(row: Pick<SessionRow, 'id' | 'last_seen_at' | 'ip_last'>): { at: string; ip: string } {
    const touch = this.#touched.get(row.id)
    return { at: touch?.last_seen_at ?? row.last_seen_at, ip: touch?.ip_last ?? row.ip_last }
  }

  #isAlive({ user, session }: Both, now: Date): boolean {
    const idleEnd = this.#touched.get(session.id)?.idle_expires_at ?? session.idle_expires_at
    const time = instant(now)
    return (
      user.status === 'active' &&
      user.cred_version === session.cred_version &&
      time < idleEnd &&
      time < session.absolute_expires_at
    )
  }

  #touch(session: SessionRow, { ip, now }: { ip: string; now: Date }): void {
    const last = this.lastSeen(session)
    const { idle } = livesOf(this.#parts.config, session.persistent === 1)
    if (now.getTime() - Date.parse(last.at) <= Math.min(TOUCH_EVERY, idle / 4) && last.ip === ip) return
    const idleEnd = later(now, idle)
    this.#touched.set(session.id, {
      last_seen_at: instant(now),
      idle_expires_at: idleEnd < session.absolute_expires_at ? idleEnd : session.absolute_expires_at,
      ip_last: ip,
    })
  }

  // Found by a key of before: from now on by the current one, so that the old key can be dropped some day.
  async #renewMac(session: SessionRow, mac: string): Promise<void> {
    if (session.token_mac === mac) return
    const known = { token_mac: mac, key_id: this.#parts.keys.mac('session', '').keyId }
    await this.#parts.db
      .updateTable('sessions')
      .set(known)
      .where('id', '=', session.id)
      .where('token_mac', '=', session.token_mac)
      .execute()
    Object.assign(session, known)
  }

  // A browser counts from when it got the cookie: once a day it gets it again, so that it forgets nobody who comes.
  async #cookieIfOld(session: SessionRow, token: string, now: Date): Promise<string | undefined> {
    if (session.persistent === 0 || now.getTime() - Date.parse(session.cookie_sent_at) <= DAY) return undefined
    const { config, db } = this.#parts
    // Not the old token again where another request has just made a new one.
    const { numUpdatedRows } = await db
      .updateTable('sessions')
      .set({ cookie_sent_at: instant(now) })
      .where('id', '=', session.id)
      .where('token_mac', '=', session.token_mac)
      .executeTakeFirst()
    return numUpdatedRows === 0n ? undefined : sessionCookie(config, token, session, now)
  }
}

type Both = { user: User; session: SessionRow }

/** The session that one of `macs` belongs to, with its person. */
async function rowsOf(db: Database, macs: string[]): Promise<Both | undefined> {
  for (const mac of macs) {
    const [row] = await sessionWithUser(db, { mac })
    if (row) return apart(row)
  }
  return undefined
}

const sessionWithUser = built((db, { mac }: { mac: string }) =>
  db
    .selectFrom('sessions')
    .innerJoin('users', 'users.id', 'sessions.user_id')
    .selectAll('users')
    .select([
      'sessions.id as s_id',
      'sessions.token_mac',
      'sessions.key_id',
      'sessions.public_id as s_public_id',
      'sessions.cred_version as s_cred_version',
      'sessions.amr',
      'sessions.auth_at',
      'sessions.sudo_until',
      'sessions.persistent',
      'sessions.created_at as s_created_at',
      'sessions.last_seen_at',
      'sessions.idle_expires_at',
      'sessions.absolute_expires_at',
      'sessions.cookie_sent_at',
      'sessions.ip_first',
      'sessions.ip_last',
      'sessions.user_agent',
    ])
    .where('sessions.token_mac', '=', mac),
)

function apart(row: Awaited<ReturnType<typeof sessionWithUser>>[number]): Both {
  const session: SessionRow = {
    ...row,
    id: row.s_id,
    public_id: row.s_public_id,
    user_id: row.id,
    cred_version: row.s_cred_version,
    created_at: row.s_created_at,
  }
  return { user: row, session }
}

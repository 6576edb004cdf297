import { Refusal } from '#core/refusal.ts'
import type { Db } from '#db/db.ts'
import type { User } from '#db/schema.ts'
import { readCookie } from '#web/cookies.ts'
import type { Any } from '#web/env.ts'
import { type EventType, type From, logEvent, recordEvent } from './events.ts'
import { type Bucket, charge, settle } from './throttles.ts'

/** From where a request came, for events. */
export const fromOf = (c: Any): From => ({ ip: c.var.ip, agent: c.var.agent, now: c.var.now })

/** Records an event of this request. */
export const note = (c: Any, db: Db, type: EventType, about: Parameters<typeof recordEvent>[4]): Promise<void> =>
  recordEvent(db, c.var.parts.log, type, fromOf(c), about)

/** The token by which this browser is known, if it says one. */
export const deviceToken = (c: Any): string | undefined => readCookie(c.req.header('Cookie'), 'device', c.var.config)

/** Counts the try, and returns where it counted. When it is one too many, that is worth an event. Refuses what is full. */
export async function chargeOrSay(c: Any, buckets: Bucket[], user?: User): Promise<Bucket[]> {
  try {
    return await charge(c.var.db, buckets, c.var.now)
  } catch (error) {
    const about = user ? { user: user.id } : {}
    if (error instanceof Refusal) logEvent(c.var.parts.log, 'excess_rate_limit_exceeded', fromOf(c), about)
    throw error
  }
}

/** A try that could not be made, because too many wait or by a fault of ours, is none: it is given back. */
export async function orGiveBack<T>(c: Any, counted: Bucket[], work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    const wasTried = error instanceof Refusal && error.reason !== 'busy'
    if (!wasTried) await c.var.db.transact((trx) => settle(trx, { giveBack: counted }))
    throw error
  }
}

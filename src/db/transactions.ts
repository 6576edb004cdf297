import { AsyncLocalStorage } from 'node:async_hooks'

const inside = new AsyncLocalStorage<true>()

/** Runs `work` marked as being inside a transaction. */
export const markInside = <T>(work: () => Promise<T>): Promise<T> => inside.run(true, work)

/**
 * Throws when called inside a transaction. The connection pools call it, so a query that was given the
 * outer database by mistake fails at once; it would otherwise wait for itself, or read what is not yet there.
 */
export function refuseInsideTransaction(): void {
  if (inside.getStore()) throw new Error('Inside a transaction use the transaction, not the database around it.')
}

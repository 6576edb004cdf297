import { z } from 'zod'
import type { Remembered } from '#web/env.ts'

/**
 * What a session may remember: the shape of each value, what counts when there is none, and how long it lives.
 * `user` values go along when the same person logs in anew or proves themselves; `login` values end with the login.
 */
export const rules: { [K in keyof Remembered]: Rule<Remembered[K]> } = {
  showCompleted: { shape: z.boolean(), standard: false, scope: 'user' },
}

/** All values of a session together, as JSON, in bytes. */
export const MOST_BYTES = 4096

/** The keys whose values survive a new token. */
export const lasting: string[] = Object.entries(rules)
  .filter(([, rule]) => rule.scope === 'user')
  .map(([key]) => key)

type Rule<T> = { shape: z.ZodType<T>; standard: T; scope: 'user' | 'login' }

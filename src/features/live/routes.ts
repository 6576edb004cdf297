import { Routes } from '#web/routes.ts'

/** What tells an open page that something changed elsewhere. */
export const live = new Routes()

live.get('/events', 'user', (c) => c.var.live.open(c))

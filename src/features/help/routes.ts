import { showPage } from '#web/page.ts'
import { Routes } from '#web/routes.ts'
import { keysPage } from './pages.ts'

/** What a person can look up. */
export const help = new Routes()

help.get('/help/keys', 'user', (c) => showPage(c, keysPage(c.var.user.single_keys === 1)))

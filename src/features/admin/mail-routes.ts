import { mailBuckets } from '#features/accounts/limits.ts'
import { chargeOrSay } from '#features/accounts/tries.ts'
import { mailTroubles } from '#features/mail/outbox.ts'
import { sendTestMail } from '#features/mail/test-mail.ts'
import type { Any, Visitor } from '#web/env.ts'
import type { Html } from '#web/html.ts'
import { Routes } from '#web/routes.ts'
import { mailPart, type Tested } from './mail-part.ts'

/** The routes about mails. `again` shows the page of health once more, with what became of a test mail. */
export function mailRoutes(again: (c: Any, visitor: Visitor, tested: Tested) => Promise<Response>) {
  const routes = new Routes()

  routes.post('/admin/test-mail', 'admin', async (c) => {
    const { parts, user, ip, now } = c.var
    await chargeOrSay(c, mailBuckets({ ...parts, ip, canon: user.email_canon }).network, user)
    return again(c, c.var, { problem: await sendTestMail(parts, user.email, now) })
  })

  return routes
}

/** What is said about mails, with what became of a test mail. */
export async function showMails(c: Any, { user: me }: Visitor, tested?: Tested): Promise<Html> {
  const { db, config, now } = c.var
  if (!config.mail) return mailPart(undefined)
  return mailPart({ ...(await mailTroubles(db, SHOWN)), me, now, tested, host: config.mail.host })
}

/** So many of those that could not be sent. */
const SHOWN = 10

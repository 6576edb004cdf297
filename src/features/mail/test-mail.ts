import { SECOND } from '#core/time.ts'
import { newId } from '#db/db.ts'
import type { Parts } from '#web/env.ts'
import { siteSettings } from '#web/site.ts'
import { composed } from './letters.ts'
import { openTransport } from './transport.ts'

/** How long somebody who waits for the page waits for the mail server. */
const PATIENCE = 10 * SECOND

/**
 * Hands a mail to the mail server at once, past the outbox. Returns what went wrong, in the words of the server or of the
 * network; undefined when the server took it, or no mails are sent.
 */
export async function sendTestMail(
  { config, db }: Pick<Parts, 'config' | 'db'>,
  to: string,
  now: Date,
): Promise<string | undefined> {
  if (!config.mail) return undefined
  const { title } = await siteSettings(db, config)
  const letter = {
    subject: 'A test mail',
    paragraphs: [`This is the mail that you asked for under Administration. ${title} can send mails.`],
  }
  const mail = { ...composed(letter, { baseUrl: config.baseUrl, title }), to, id: newId(), at: now }
  try {
    const transport = await openTransport(config.mail)
    await transport.send(mail, AbortSignal.timeout(PATIENCE))
    return undefined
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

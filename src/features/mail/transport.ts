import type { MailSettings } from '#config.ts'
import { SECOND } from '#core/time.ts'
import type { Mail } from './letters.ts'

/** How long a server may take for anything at all, and for a whole mail. */
const PATIENCE = 15 * SECOND
const LONGEST = 60 * SECOND

/** The way to the mail server. */
export type Transport = {
  /** Hands a mail over. `id` makes two copies of the same mail known as one. Rejects when the server did not take it. */
  send(mail: Mail & { to: string; id: string; at: Date }, stop: AbortSignal): Promise<void>
  /** Connects, encrypts and logs in as for a mail. Rejects when that does not work. */
  try(): Promise<void>
}

/** Opens the way to the mail server. A server elsewhere is spoken to over TLS with a good certificate, or not at all. */
export async function openTransport({ host, port, encryption, login, from }: MailSettings): Promise<Transport> {
  // Who sends no mails does not wait for it to load.
  const { createTransport } = await import('nodemailer')
  const transport = createTransport({
    host,
    port,
    secure: encryption === 'at once',
    requireTLS: encryption === 'starttls',
    // Between programs of one machine there is nobody to listen, and seldom a certificate.
    ignoreTLS: encryption === 'none',
    tls: { minVersion: 'TLSv1.2' },
    ...(login && { auth: { user: login.user, pass: login.password } }),
    connectionTimeout: PATIENCE,
    greetingTimeout: PATIENCE,
    socketTimeout: PATIENCE,
    dnsTimeout: PATIENCE,
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  const domain = from.address.slice(from.address.lastIndexOf('@') + 1)
  return {
    async send({ to, id, at, ...mail }, stop) {
      await transport.sendMail({
        ...mail,
        from,
        // As an object it is one address, whatever stands in it.
        to: { name: '', address: to },
        date: at,
        messageId: `<${id}@${domain}>`,
        headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' },
        signal: AbortSignal.any([stop, AbortSignal.timeout(LONGEST)]),
      })
    },
    async try() {
      await transport.verify()
    },
  }
}

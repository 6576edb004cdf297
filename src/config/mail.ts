import { isLoopback } from '#core/loopback.ts'

/**
 * The server that takes our mails, and whom they come from. `encryption`: from the first byte, by STARTTLS before
 * anything else is said, or none, which only a server on this machine gets.
 */
export type MailSettings = {
  host: string
  port: number
  encryption: 'at once' | 'starttls' | 'none'
  login: { user: string; password: string } | undefined
  from: { name: string; address: string }
}

/** The settings of SMTP_URL and SMTP_FROM, both of which were checked. Undefined when one is missing. */
export function mailSettings(url: string | undefined, from: string | undefined): MailSettings | undefined {
  const server = url === undefined ? null : URL.parse(url)
  if (!server || from === undefined) return undefined
  const host = server.hostname.replace(/^\[|\]$/g, '')
  const atOnce = server.protocol === 'smtps:'
  return {
    host,
    port: Number(server.port) || (atOnce ? 465 : 587),
    encryption: atOnce ? 'at once' : isLoopback(host) ? 'none' : 'starttls',
    login: server.username
      ? { user: decodeURIComponent(server.username), password: decodeURIComponent(server.password) }
      : undefined,
    from: senderOf(from),
  }
}

function senderOf(from: string): MailSettings['from'] {
  const [, name = '', address = from] = /^(.*)<([^<>]*)>$/.exec(from) ?? []
  return { name: name.trim() || 'Get It Done!', address: address.trim() }
}

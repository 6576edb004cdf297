import { isIP } from 'node:net'

// Each says in a sentence what is wrong with the text of a setting; undefined when nothing is.

/** Of an address to listen on: an IP address or a name. */
export function hostProblem(host: string): string | undefined {
  if (isIP(host) || /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/i.test(host)) return undefined
  return `“${host}” is not an address of this machine, like 127.0.0.1 or 0.0.0.0.`
}

/** Of an address that browsers come to: scheme, name and port, and nothing after them. */
export function originProblem(given: string): string | undefined {
  const url = URL.parse(given)
  if (!url || !/^https?:$/.test(url.protocol)) return `“${given}” is not an address like https://todo.example.org.`
  if (url.username || url.password) return 'An address must not hold a user name or a password.'
  if (url.pathname !== '/' || url.search || url.hash) {
    return `“${given}” must end after the name and the port: the app needs a name of its own, not a path.`
  }
  return undefined
}

/** Of the address of a PostgreSQL. It is not repeated in the sentence: it holds a password. */
export function postgresProblem(given: string): string | undefined {
  const url = URL.parse(given)
  if (url && /^postgres(ql)?:$/.test(url.protocol)) return undefined
  return 'It is not an address like postgres://user:password@host/database.'
}

/** Of a proxy that is to be believed: an address, a range (CIDR), or one of two words. */
export function proxyProblem(given: string): string | undefined {
  if (given === 'loopback' || given === 'unix') return undefined
  const [address = '', bits, ...rest] = given.split('/')
  const most = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1
  const fits = bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= most)
  if (most >= 0 && fits && rest.length === 0) return undefined
  return `“${given}” is not an address, a range like 10.0.0.0/8, or one of the words loopback and unix.`
}

/** Of a way to reach somebody: an e-mail address, or an address with a scheme that RFC 9116 names for that. */
export function contactProblem(given: string): string | undefined {
  if (/^[^\s@:/]+@[^\s@:/]+$/.test(given) || /^(https|mailto|tel):/.test(URL.parse(given)?.protocol ?? ''))
    return undefined
  return `“${given}” is neither an e-mail address nor an address that begins with https:, mailto: or tel:.`
}

/** Of the address of a mail server. It is not repeated in the sentence: it holds a password. */
export function smtpProblem(given: string): string | undefined {
  const url = URL.parse(given)
  const isServer = url && /^smtps?:$/.test(url.protocol) && url.hostname !== ''
  if (!isServer || !isReadable(url.username) || !isReadable(url.password)) {
    return 'It is not an address like smtps://user:password@host or smtp://user:password@host:587.'
  }
  if (!/^\/?$/.test(url.pathname) || url.search || url.hash) return 'It must end after the name and the port.'
  return undefined
}

/** Of the sender of mails: an address, or a name with an address in angle brackets. */
export function senderProblem(given: string): string | undefined {
  if (/^([^\p{C}<>"]*<[^\p{C}\s<>@",;:]+@[^\p{C}\s<>@",;:]+>|[^\p{C}\s<>@",;:]+@[^\p{C}\s<>@",;:]+)$/u.test(given))
    return undefined
  return `“${given}” is not an address like todo@example.org or Name <todo@example.org>.`
}

function isReadable(encoded: string): boolean {
  try {
    return !/\p{Cc}/u.test(decodeURIComponent(encoded))
  } catch {
    return false
  }
}

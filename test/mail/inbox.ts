import { SMTPServer } from 'smtp-server'
import { atTheEnd } from '#test/closing.ts'

/** A mail as it arrived. */
export type Received = {
  to: string[]
  /** The headers by their names in small letters, each in one line. */
  headers: Map<string, string>
  text: string
  html: string
  /** All of it, as it was sent. */
  source: string
}

/** A mail server of this process, and what it was sent. */
export type Inbox = {
  /** The settings of a site that sends its mails here. */
  env: { SMTP_URL: string; SMTP_FROM: string }
  port: number
  mails: Received[]
  /** What the server says to a mail, when it does not take it. */
  refuse: { code: number; sentence: string } | undefined
  /** The newest mail, when there are `count`. Throws when they do not come. */
  until(count: number): Promise<Received>
  /** The newest mail to `address`, when there are `count` of them. Throws when they do not come. */
  untilTo(address: string, count?: number): Promise<Received>
  close(): Promise<void>
}

/** Starts a mail server on the loopback, on `port` or any that is free. It closes itself after the last test. */
export async function openInbox({ port = 0 } = {}): Promise<Inbox> {
  const mails: Received[] = []
  const server = new SMTPServer({
    disabledCommands: ['AUTH', 'STARTTLS'],
    logger: false,
    onData(stream, session, done) {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        const { refuse } = inbox
        if (refuse) return done(Object.assign(new Error(refuse.sentence), { responseCode: refuse.code }))
        mails.push(
          received(
            session.envelope.rcptTo.map(({ address }) => address),
            Buffer.concat(chunks).toString(),
          ),
        )
        done()
      })
    },
  })
  server.on('error', () => {})
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  const at = (server.server.address() as { port: number }).port
  const inbox: Inbox = {
    env: { SMTP_URL: `smtp://127.0.0.1:${at}`, SMTP_FROM: 'Get It Done! <todo@example.org>' },
    port: at,
    mails,
    refuse: undefined,
    async until(count) {
      for (const giveUp = Date.now() + 10_000; mails.length < count; await Bun.sleep(5)) {
        if (Date.now() > giveUp) throw new Error(`${mails.length} of ${count} mails arrived.`)
      }
      return mails[count - 1]!
    },
    async untilTo(address, count = 1) {
      const theirs = () => mails.filter(({ to }) => to.includes(address))
      for (const giveUp = Date.now() + 10_000; theirs().length < count; await Bun.sleep(5)) {
        if (Date.now() > giveUp) throw new Error(`${theirs().length} of ${count} mails to ${address} arrived.`)
      }
      return theirs()[count - 1]!
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  }
  atTheEnd(() => inbox.close())
  return inbox
}

/** The first link of a mail, as a path. */
export const linkIn = ({ text }: Received): string =>
  new URL(/https?:\/\/\S+\/\w+\/[\w-]{43}/.exec(text)?.[0] ?? '').pathname

function received(to: string[], source: string): Received {
  const { headers, body } = split(source)
  const boundary = /boundary="([^"]+)"/.exec(headers.get('content-type') ?? '')?.[1] ?? ''
  const parts = body.split(`--${boundary}`).map((part) => split(part.replace(/^\r\n/, '')))
  const part = (type: string) => {
    const found = parts.find((one) => one.headers.get('content-type')?.startsWith(type))
    return found ? decoded(found.body, found.headers.get('content-transfer-encoding') ?? '') : ''
  }
  return { to, headers, source, text: part('text/plain'), html: part('text/html') }
}

function split(source: string): { headers: Map<string, string>; body: string } {
  const at = source.indexOf('\r\n\r\n')
  const lines = source
    .slice(0, at)
    .replaceAll(/\r\n[ \t]+/g, ' ')
    .split('\r\n')
  const headers = lines.map((line): [string, string] => {
    const colon = line.indexOf(':')
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()]
  })
  return { headers: new Map(headers), body: source.slice(at + 4) }
}

function decoded(body: string, encoding: string): string {
  if (encoding === 'base64') return Buffer.from(body, 'base64').toString()
  if (encoding !== 'quoted-printable') return body
  const bytes = body
    .replaceAll('=\r\n', '')
    .replaceAll(/=([0-9A-F]{2})/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)))
  return Buffer.from(bytes, 'latin1').toString().replaceAll('\r\n', '\n')
}

import { describe, expect, test } from 'bun:test'
import { networkInterfaces } from 'node:os'
import { DAY, HOUR, MINUTE, SECOND } from '#core/time.ts'
import type { Letters } from '#features/mail/letters.ts'
import { Mailer } from '#features/mail/mailer.ts'
import { dueMails, type Post, queueMail, takeMail } from '#features/mail/outbox.ts'
import { openTransport } from '#features/mail/transport.ts'
import { freePort } from '#test/postgres.ts'
import { countIn, everythingIn } from '#test/tables.ts'
import { PASSWORD, type World, world } from '#test/world.ts'
import { jsonLine } from '#web/log.ts'
import { quickHashing } from '../accounts/hashing.ts'
import { openInbox } from './inbox.ts'

const build = (env: Record<string, string>) => world(env, quickHashing())

const letters: Letters = {
  hello: ({ args, config }) => ({
    subject: args.subject ?? 'Hello',
    paragraphs: [args.words ?? 'How do you do?'],
    button: { label: 'Come in', href: `${config.baseUrl}/secret-of-the-letter` },
  }),
  nobody: () => undefined,
}

const mailerOf = (w: World): Mailer => new Mailer(w, letters)

/** Queues a mail, and lets nobody know. */
const queue = (w: World, post: Partial<Post> = {}) =>
  w.db.transact((trx) =>
    queueMail(
      trx,
      { config: w.config, announce: () => {}, now: w.now() },
      {
        letter: 'hello',
        address: 'ana@example.com',
        ...post,
      },
    ),
  )

const waiting = (w: World) => w.db.selectFrom('mail_outbox').selectAll().orderBy('id').execute()

async function until(isSo: () => Promise<boolean>): Promise<void> {
  for (const giveUp = Date.now() + 10_000; !(await isSo()); await Bun.sleep(5)) {
    if (Date.now() > giveUp) throw new Error('It did not come to that.')
  }
}

describe('a mail', () => {
  test('arrives once, in two forms, and nothing of it stays', async () => {
    const inbox = await openInbox()
    const w = await build(inbox.env)
    await queue(w, { args: { words: 'Tea & <b>cake</b> — “naïve”' } })
    await mailerOf(w).run()
    const mail = await inbox.until(1)
    expect(mail.to).toEqual(['ana@example.com'])
    expect(Object.fromEntries(mail.headers)).toMatchObject({
      from: '"Get It Done!" <todo@example.org>',
      to: 'ana@example.com',
      subject: 'Hello',
      'auto-submitted': 'auto-generated',
    })
    expect(mail.text).toContain('Tea & <b>cake</b> — “naïve”')
    expect(mail.text).toContain(`Come in:\n${w.config.baseUrl}/secret-of-the-letter\n`)
    expect(mail.html).toContain('Tea &amp; &lt;b&gt;cake&lt;/b&gt; — “naïve”')
    expect(mail.html).toContain(`href="${w.config.baseUrl}/secret-of-the-letter"`)
    expect(await countIn(w.db, 'mail_outbox')).toBe(0)
  })

  test('is sent as soon as its transaction is through, by whichever process, and not when it is not', async () => {
    const inbox = await openInbox()
    const w = await build(inbox.env)
    await w.db.listen()
    const ana = await w.loggedIn('ana')
    const broken = w.db.transact(async (trx, announce) => {
      await queueMail(trx, { config: w.config, announce, now: w.now() }, { letter: 'x', address: 'eve@example.com' })
      throw new Error('as in a failure')
    })
    expect(broken).rejects.toThrow('as in a failure')
    const fields = { current: PASSWORD, password: 'another kettle', verify: 'another kettle' }
    expect((await ana.post('/account/password', fields)).status).toBe(303)
    const mail = await inbox.until(1)
    expect([mail.to, mail.headers.get('subject')]).toEqual([['ana@example.com'], 'Your password was changed'])
    expect(mail.text).toContain('from Firefox on Linux (127.0.0.1)')
    await until(async () => (await waiting(w)).length === 0)
  })

  test('of fifty that two processes find at once, each arrives once', async () => {
    const inbox = await openInbox()
    const w = await build(inbox.env)
    for (let i = 0; i < 50; i++) await queue(w, { address: `p${i}@example.com` })
    await Promise.all([mailerOf(w).run(), mailerOf(w.another()).run(), mailerOf(w).run()])
    await until(async () => (await countIn(w.db, 'mail_outbox')) === 0)
    expect(inbox.mails.map(({ to }) => to[0]).sort()).toEqual(
      Array.from({ length: 50 }, (_, i) => `p${i}@example.com`).sort(),
    )
  })

  test('that finds no server waits a minute, then five, and arrives when there is one', async () => {
    const port = await freePort()
    const w = await build({ SMTP_URL: `smtp://localhost:${port}`, SMTP_FROM: 'todo@example.org' })
    const mailer = mailerOf(w)
    await queue(w)
    await mailer.run()
    expect(await waiting(w)).toMatchObject([
      { tries: 1, not_before: new Date(w.now().getTime() + MINUTE).toISOString() },
    ])
    w.pass(MINUTE - 1)
    await mailer.run()
    w.pass(1)
    await mailer.run()
    expect(await waiting(w)).toMatchObject([
      { tries: 2, last_problem: expect.stringContaining('ECONNREFUSED'), given_up_at: null },
    ])
    const inbox = await openInbox({ port })
    w.pass(5 * MINUTE)
    await mailer.run()
    expect([inbox.mails.length, await countIn(w.db, 'mail_outbox')]).toEqual([1, 0])
  })

  test('that is refused eight times is given up, and kept for a month with the reason', async () => {
    const inbox = await openInbox()
    inbox.refuse = { code: 550, sentence: 'There is no ana@example.com here' }
    const w = await build(inbox.env)
    const mailer = mailerOf(w)
    await queue(w)
    const waits: number[] = []
    for (let tries = 0; tries < 8; tries++) {
      await mailer.run()
      const [mail] = await waiting(w)
      waits.push((Date.parse(mail!.not_before) - w.now().getTime()) / MINUTE)
      w.pass(Date.parse(mail!.not_before) - w.now().getTime())
    }
    expect(waits.slice(0, 7)).toEqual([1, 5, 15, 60, 240, 240, 240])
    expect(await waiting(w)).toMatchObject([
      { tries: 8, last_problem: expect.stringContaining('There is no ana@example.com here') },
    ])
    expect((await waiting(w))[0]!.given_up_at).not.toBeNull()
    expect(await dueMails(w.db, w.now())).toEqual([])
    const told = w.log.entries.filter(({ event }) => event === 'mail_given_up')
    expect(told.map(({ fields }) => [fields.letter, fields.problem])).toEqual([['hello', 'EMESSAGE 550']])
    expect(w.log.entries.map(jsonLine).join()).not.toContain('ana@example.com')
    w.pass(30 * DAY)
    await w.app.tick()
    expect(await waiting(w)).toEqual([])
  })

  test('that a process took and did not live to send is sent by another, two minutes later', async () => {
    const inbox = await openInbox()
    const w = await build(inbox.env)
    await queue(w)
    const [id = ''] = await dueMails(w.db, w.now())
    expect(await takeMail(w.db, id, w.now())).toBeDefined()
    expect(await takeMail(w.db, id, w.now())).toBeUndefined()
    w.pass(2 * MINUTE - SECOND)
    await mailerOf(w).run()
    expect(inbox.mails).toEqual([])
    w.pass(SECOND)
    await mailerOf(w).run()
    expect([inbox.mails.length, await countIn(w.db, 'mail_outbox')]).toEqual([1, 0])
  })

  test('sent a second time after a crash has the same name, so that it can be known as one', async () => {
    const inbox = await openInbox()
    const w = await build(inbox.env)
    await queue(w)
    const [row] = await waiting(w)
    await mailerOf(w).run()
    await w.db.insertInto('mail_outbox').values(row!).execute()
    await mailerOf(w).run()
    const names = inbox.mails.map(({ headers }) => headers.get('message-id'))
    expect(names).toEqual([`<${row!.id}@example.org>`, `<${row!.id}@example.org>`])
  })

  test('of last week, found in a backup, is not sent any more', async () => {
    const inbox = await openInbox()
    const w = await build(inbox.env)
    await queue(w)
    w.pass(DAY + HOUR)
    await mailerOf(w).run()
    expect(await waiting(w)).toMatchObject([{ last_problem: 'It could not be sent within a day.' }])
    expect(inbox.mails).toEqual([])
  })

  test('to nobody any more is forgotten, and an unknown letter is put off', async () => {
    const inbox = await openInbox()
    const w = await build(inbox.env)
    await queue(w, { letter: 'nobody' })
    await queue(w, { letter: 'of a newer version' })
    await mailerOf(w).run()
    expect(await waiting(w)).toMatchObject([{ letter: 'of a newer version', tries: 1 }])
    expect(inbox.mails).toEqual([])
  })

  test('is not queued at all where no mails are sent', async () => {
    const w = await build({})
    await queue(w)
    expect(await waiting(w)).toEqual([])
  })
})

describe('nobody writes into the headers of a mail', () => {
  const hostile = ['a\r\nBcc: eve@example.com', 'a\nBcc: eve@example.com', 'a\r\n\r\n<script>']
  for (const words of hostile) {
    test(`with ${JSON.stringify(words)}`, async () => {
      const inbox = await openInbox()
      const w = await build(inbox.env)
      await queue(w, { args: { subject: words, words } })
      await mailerOf(w).run()
      const mail = await inbox.until(1)
      expect(mail.to).toEqual(['ana@example.com'])
      expect([mail.headers.has('bcc'), mail.headers.get('subject')?.startsWith('a')]).toEqual([false, true])
      expect(mail.html).not.toContain('<script>')
    })
  }

  test('nor with an address that looks like two', async () => {
    const inbox = await openInbox()
    const w = await build(inbox.env)
    await queue(w, { address: 'ana@example.com, eve@example.com' })
    await queue(w, { address: 'ana@example.com\r\nBcc: eve@example.com' })
    await mailerOf(w).run()
    expect(inbox.mails.flatMap(({ to }) => to)).not.toContain('eve@example.com')
  })
})

describe('the way to the mail server', () => {
  const elsewhere = Object.values(networkInterfaces())
    .flat()
    .find((one) => one && !one.internal && one.family === 'IPv4')?.address

  test.skipIf(elsewhere === undefined)(
    'is encrypted, or no mail goes there, unless it is on this machine',
    async () => {
      const heard: string[] = []
      const server = Bun.listen({
        hostname: '0.0.0.0',
        port: 0,
        socket: {
          open: (socket) => void socket.write('220 here\r\n'),
          data(socket, bytes) {
            heard.push(bytes.toString())
            socket.write(/^EHLO/.test(bytes.toString()) ? '250-here\r\n250 AUTH PLAIN\r\n' : '500 what\r\n')
          },
        },
      })
      const env = { SMTP_URL: `smtp://ana:hush-hush@${elsewhere}:${server.port}`, SMTP_FROM: 'todo@example.org' }
      const w = await build(env)
      expect(w.config.mail?.encryption).toBe('starttls')
      expect((await openTransport(w.config.mail!)).try()).rejects.toThrow()
      await queue(w)
      await mailerOf(w).run()
      expect(await waiting(w)).toMatchObject([{ tries: 1 }])
      server.stop(true)
      expect(heard.join()).toContain('STARTTLS')
      expect(heard.join()).not.toMatch(/AUTH|MAIL|hush/)
    },
  )

  test('is tried by doctor as if for a mail', async () => {
    const inbox = await openInbox()
    const w = await build(inbox.env)
    await (await openTransport(w.config.mail!)).try()
    expect(inbox.mails).toEqual([])
  })
})

test('what is secret in a letter stands neither in the database nor in the log', async () => {
  const port = await freePort()
  const w = await build({ SMTP_URL: `smtp://ana:hush-hush@localhost:${port}`, SMTP_FROM: 'todo@example.org' })
  await queue(w)
  await mailerOf(w).run()
  const all = (await everythingIn(w.db)) + w.log.entries.map(jsonLine).join()
  expect(all).toContain('hello')
  for (const secret of ['secret-of-the-letter', 'hush-hush']) expect(all).not.toContain(secret)
})

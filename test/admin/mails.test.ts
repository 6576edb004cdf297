import { describe, expect, test } from 'bun:test'
import { DAY, MINUTE } from '#core/time.ts'
import { changePerson } from '#features/admin/changing.ts'
import { reasonInWords } from '#features/admin/mail-part.ts'
import { alertsIn } from '#test/browser.ts'
import { openInbox } from '#test/mail/inbox.ts'
import { countIn } from '#test/tables.ts'
import { type World, world } from '#test/world.ts'
import { quickHashing } from '../accounts/hashing.ts'

async function anas(env: Record<string, string> = {}, name = 'ana') {
  const w = await world(env, quickHashing())
  await w.db.listen()
  await changePerson(w, await w.person(name), 'make-admin', undefined, { ip: '', agent: '', now: w.now() })
  return { w, ana: await w.loggedIn(name) }
}

const textOf = (page: string) => page.replaceAll(/<[^>]*>/g, ' ').replaceAll(/\s+/g, ' ')

const tried = async (w: World, times: number) => {
  for (let i = 0; i < 2000; i++) {
    const rows = await w.db.selectFrom('mail_outbox').select(['tries', 'last_problem']).execute()
    if (rows.some(({ tries, last_problem }) => tries >= times && last_problem !== null)) return
    await Bun.sleep(5)
  }
}

/** Until no mail is under way, and all wait for their next try. */
async function waiting(w: World, minutes: number): Promise<void> {
  const next = new Date(w.now().getTime() + minutes * MINUTE).toISOString()
  for (let i = 0; i < 2000; i++) {
    const rows = await w.db.selectFrom('mail_outbox').select('not_before').execute()
    if (rows.every(({ not_before }) => not_before === next)) return
    await Bun.sleep(5)
  }
}

describe('the page of health', () => {
  test('says which mails could not be sent, why, when, and when they are tried again', async () => {
    const inbox = await openInbox()
    inbox.refuse = { code: 450, sentence: 'Mailbox of ben@example.com is busy <script>' }
    const { w, ana } = await anas(inbox.env)
    await w.person('ben')
    await w.browser().post('/forgot', { email: 'ben@example.com' })
    for (let i = 0; i < 2000 && (await countIn(w.db, 'mail_outbox')) < 2; i++) await Bun.sleep(5)
    await tried(w, 1)
    await waiting(w, 1)
    w.pass(MINUTE)
    await w.app.tick()
    await tried(w, 2)
    await waiting(w, 5)
    const page = await ana.page('/admin')
    const words = textOf(page)
    expect(words).toContain('2 mails wait to be sent.')
    expect(words).toContain('b…@example.com The mail server put it off.')
    expect(words).toMatch(/Mailbox of b…@example\.com is busy &lt;script&gt;/)
    expect(words).toMatch(/From today, 12:00 2 tries Next try today, 12:06/)
    expect(page).not.toContain('ben@example.com')
    inbox.refuse = undefined
    w.pass(5 * MINUTE)
    await w.app.tick()
    await inbox.until(2)
    for (let i = 0; i < 2000 && (await countIn(w.db, 'mail_outbox')) > 0; i++) await Bun.sleep(5)
    expect(textOf(await ana.page('/admin'))).toContain('No mail waits to be sent.')
    expect(await ana.page('/admin')).not.toContain('…@example.com')
  })

  test('and which were given up', async () => {
    const { w, ana } = await anas({ SMTP_URL: 'smtp://127.0.0.1:9', SMTP_FROM: 'todo@example.org' })
    await tried(w, 1)
    w.pass(DAY + MINUTE)
    await w.app.tick()
    for (let i = 0; i < 2000; i++) {
      const rows = w.db.selectFrom('mail_outbox').select('id').where('given_up_at', 'is not', null)
      if (await rows.executeTakeFirst()) break
      await Bun.sleep(5)
    }
    const again = await w.loggedIn('ana')
    const words = textOf(await again.page('/admin'))
    expect(words).toContain('It could not be sent within a day.')
    expect(words).toMatch(/From .* 2 tries Given up/)
    expect(ana).toBeDefined()
  })

  test('has a sentence where no mails are sent, and no button', async () => {
    const { ana } = await anas()
    const page = await ana.page('/admin')
    expect(page).toContain('This site sends no mails, because SMTP_URL is not set.')
    expect(page).not.toContain('/admin/test-mail')
  })
})

describe('a test mail', () => {
  test('goes to the administrator who asks for it, at once', async () => {
    const inbox = await openInbox()
    const { ana } = await anas(inbox.env)
    await inbox.until(1)
    expect(await ana.page('/admin')).toContain('Send a test mail to ana@example.com')
    const answer = await ana.post('/admin/test-mail')
    expect([answer.status, textOf(await answer.text())]).toEqual([
      200,
      expect.stringContaining('127.0.0.1 took a test mail for ana@example.com.'),
    ])
    const mail = await inbox.until(2)
    expect([mail.to, mail.headers.get('subject')]).toEqual([['ana@example.com'], 'A test mail'])
  })

  test('that is refused says why, in the words of the server too', async () => {
    const inbox = await openInbox()
    const { ana } = await anas(inbox.env)
    await inbox.until(1)
    inbox.refuse = { code: 554, sentence: 'We do not like <b>you</b>, ana@example.com' }
    const [alert = ''] = alertsIn(await (await ana.post('/admin/test-mail')).text())
    expect(alert).toStartWith('The mail server did not take it. It said: ')
    expect(alert).toContain('554 We do not like &lt;b&gt;you&lt;/b&gt;, a…@example.com')
  })

  test('to a server that is not there says so', async () => {
    const { ana } = await anas({ SMTP_URL: 'smtp://127.0.0.1:9', SMTP_FROM: 'todo@example.org' })
    const [alert = ''] = alertsIn(await (await ana.post('/admin/test-mail')).text())
    expect(alert).toStartWith('The mail server could not be reached. It said: ')
  })

  test('is sent ten times an hour, and by nobody else', async () => {
    const { w, ana } = await anas()
    const eve = await w.loggedIn('eve')
    expect((await eve.post('/admin/test-mail')).status).toBe(404)
    const all: number[] = []
    for (let i = 0; i < 11; i++) all.push((await ana.post('/admin/test-mail')).status)
    expect(all).toEqual([...Array<number>(10).fill(200), 429])
  })
})

test.each([
  [
    'Invalid login: 535 5.7.8 Error: authentication failed',
    'The mail server refused the user or the password of SMTP_URL.',
  ],
  ['self-signed certificate', 'The certificate of the mail server is not right.'],
  ['Upgrading connection with STARTTLS failed: 500', 'The way to the mail server could not be encrypted.'],
  ['getaddrinfo ENOTFOUND mail.example.com', 'The name of the mail server is not known.'],
  ['connect ECONNREFUSED 127.0.0.1:9', 'The mail server could not be reached.'],
  ['Connection timeout', 'The mail server did not answer in time.'],
  [
    "Can't send mail - all recipients were rejected: 550 no such user",
    'The mail server does not take mail for this address.',
  ],
  ['Something new', 'The mail server did not take it.'],
])('%s is said in plain words', (problem, sentence) => {
  expect(reasonInWords(problem)).toBe(sentence)
})

import { expect, test } from 'bun:test'
import { resetFactors } from '#features/factors/factors.ts'
import { quickHashing } from '#test/accounts/hashing.ts'
import { openInbox } from '#test/mail/inbox.ts'
import { world } from '#test/world.ts'
import { halfway, setUp } from './app.ts'

test('Ana is told by mail of every change of her second step, of recovery codes that were used, and of three wrong codes', async () => {
  const inbox = await openInbox()
  const w = await world(inbox.env, quickHashing())
  const ana = await w.loggedIn('ana')
  const phone = await setUp(w, ana)
  const subjects: (string | undefined)[] = []
  const told = async () => {
    await w.app.tick()
    const mail = await inbox.until(subjects.length + 1)
    expect([mail.to, mail.text.includes('ana@example.com')]).toEqual([['ana@example.com'], true])
    subjects.push(mail.headers.get('subject'))
    return mail
  }
  await told()
  const tab = await halfway(w, 'ana')
  for (let i = 0; i < 3; i++) await tab.post('/login/second', { code: '000000' })
  await told()
  await tab.post('/login/recovery', { code: phone.recovery[0]! })
  const used = await told()
  expect(used.text).toContain('Recovery codes left: 9.')
  expect(used.text).toContain('from Firefox on Linux (127.0.0.1)')
  await ana.post('/account/two-factor/codes')
  await told()
  await ana.post('/account/two-factor/off')
  await told()
  await setUp(w, ana)
  await told()
  await resetFactors(w, 'ana@example.com', { ip: '', agent: 'command line', now: w.now() })
  expect((await told()).text).toContain('by whoever runs this site')
  expect(subjects).toEqual([
    'Your login asks for a code now',
    'Somebody knows your password',
    'A recovery code was used',
    'You have new recovery codes',
    'Your login asks for no code any more',
    'Your login asks for a code now',
    'Your login asks for no code any more',
  ])
  const sent = inbox.mails.map(({ source }) => source).join()
  for (const secret of [...phone.recovery, phone.code()]) expect(sent).not.toContain(secret)
})

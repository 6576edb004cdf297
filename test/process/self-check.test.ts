import { expect, test } from 'bun:test'
import { readConfig } from '#config.ts'
import { connect } from '#db/db.ts'
import { freshDatabase } from '#test/databases.ts'
import { selfCheck } from '../../src/self-check.ts'
import { SECRET } from './command-line.ts'

test.each([
  ['http://127.example.com', true],
  ['http://box.lan', true],
  ['http://127.0.0.1:3000', false],
  ['http://todo.localhost', false],
])('a server known as %p, open to all, is told that passwords travel unencrypted: %p', async (address, isWarned) => {
  const database = await freshDatabase()
  const db = connect(database.place)
  const config = readConfig({ HOST: '0.0.0.0', BASE_URL: address, ALLOW_INSECURE_HTTP: '1' })
  const secrets = { current: SECRET, previous: [], file: undefined }
  const findings = await selfCheck(config, { db, secrets, upgraded: { steps: [], copy: undefined } })
  await db.close()
  await database.drop()
  expect(findings.filter(({ text, warning }) => warning && text.includes('unencrypted')).length > 0).toBe(isWarned)
})

import { expect, test } from 'bun:test'
import { readConfig } from '#config.ts'
import { connect } from '#db/db.ts'
import { freshDatabase } from '#test/databases.ts'
import { selfCheck } from '../../src/self-check.ts'
import { SECRET } from './command-line.ts'

async function warningsFor(env: Record<string, string>): Promise<string[]> {
  const database = await freshDatabase()
  const db = connect(database.place)
  const secrets = { current: SECRET, previous: [], file: undefined }
  const findings = await selfCheck(readConfig(env), { db, secrets, upgraded: { steps: [], copy: undefined } })
  await db.close()
  await database.drop()
  return findings.filter(({ warning }) => warning).map(({ text }) => text)
}

test.each([
  ['http://127.example.com', true],
  ['http://box.lan', true],
  ['http://127.0.0.1:3000', false],
  ['http://todo.localhost', false],
])('a server known as %p, open to all, is told that passwords travel unencrypted: %p', async (address, isWarned) => {
  const warnings = await warningsFor({ HOST: '0.0.0.0', BASE_URL: address, ALLOW_INSECURE_HTTP: '1' })
  expect(warnings.some((text) => text.includes('unencrypted'))).toBe(isWarned)
})

test.each([
  [{ BASE_URL: 'https://todo.example.org' }, true],
  [{ BASE_URL: 'https://todo.example.org', TRUSTED_PROXIES: 'loopback' }, false],
  [{}, false],
])('with %p somebody is told that a proxy is missing: %p', async (env, isWarned) => {
  const warnings = await warningsFor(env as Record<string, string>)
  expect(warnings.some((text) => text.includes('Set TRUSTED_PROXIES'))).toBe(isWarned)
})

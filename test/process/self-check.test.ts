import { expect, test } from 'bun:test'
import { readConfig } from '#config.ts'
import { connect, type Database } from '#db/db.ts'
import { fromCommandLine, recordEvent } from '#features/accounts/events.ts'
import { freshDatabase } from '#test/databases.ts'
import { silentLog } from '#web/log.ts'
import { builtAt, clockProblem, selfCheck } from '../../src/self-check.ts'
import { SECRET } from './command-line.ts'

async function warningsFor(
  env: Record<string, string>,
  prepare?: (db: Database) => Promise<unknown>,
): Promise<string[]> {
  const database = await freshDatabase()
  const db = connect(database.place)
  await prepare?.(db)
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

const BUILT = new Date('2026-05-01T12:00:00Z')

test.each([
  ['2026-05-01T12:00:00Z', undefined, undefined],
  ['2026-04-30T12:00:00Z', undefined, undefined],
  ['2026-04-30T11:59:00Z', undefined, 'this program was put here on 2026-05-01 at 12:00 UTC.'],
  ['1970-01-01T00:00:00Z', undefined, 'this program was put here on 2026-05-01 at 12:00 UTC.'],
  ['2036-04-01T00:00:00Z', undefined, undefined],
  ['2037-01-01T00:00:00Z', undefined, 'this program is from 2026.'],
  ['2026-06-01T12:00:00Z', '2026-06-01T12:04:00Z', undefined],
  ['2026-06-01T12:00:00Z', '2026-06-01T12:06:00Z', 'something happened here on 2026-06-01 at 12:06 UTC already.'],
  ['2026-06-01T12:00:00Z', '2025-06-01T12:00:00Z', undefined],
])('a clock that says %p, where the last event was at %p, is told: %p', (now, newest, words) => {
  const problem = clockProblem(new Date(now), { newest, built: BUILT })
  if (words === undefined) expect(problem).toBeUndefined()
  else expect(problem).toContain(words)
})

test('a server whose clock went back says so at its start, and another does not', async () => {
  const happened = (at: Date) => (db: Database) => recordEvent(db, silentLog, 'sys_backup', fromCommandLine(at))
  const ahead = await warningsFor({}, happened(new Date(Date.now() + 3_600_000)))
  expect(ahead.filter((text) => text.startsWith('The clock of this machine says'))).toHaveLength(1)
  const right = await warningsFor({}, happened(new Date()))
  expect(right.filter((text) => text.includes('clock'))).toEqual([])
  expect(builtAt().getTime()).toBeLessThanOrEqual(Date.now())
})

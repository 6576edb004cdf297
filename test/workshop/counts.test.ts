import { expect, test } from 'bun:test'
import { closingLine, countsOf, inShort, sum } from '../../bin/testing/counts.ts'

const report = `<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="bun test" tests="6" assertions="1" failures="1" skipped="1" time="0.006">
  <testsuite name="test/a.test.ts" file="test/a.test.ts" tests="5" assertions="1" failures="1" skipped="1" time="0.001" hostname="x">
    <testsuite name="d" file="test/a.test.ts" line="2" tests="2" assertions="1" failures="1" skipped="0" time="0" hostname="x">
    </testsuite>
  </testsuite>
  <testsuite name="test/b.test.ts" file="test/b.test.ts" tests="1" assertions="0" failures="0" skipped="1" time="0" hostname="x">
  </testsuite>
</testsuites>`

test('a run counts each test once, however deep it stands', () => {
  expect(countsOf(report, ['test/a.test.ts', 'test/b.test.ts'], 1)).toEqual({
    passed: 3,
    failed: 1,
    skipped: 2,
    silent: [],
  })
})

test('a file that carried out no test has failed', () => {
  const { failed, silent } = countsOf(report, ['test/a.test.ts', 'test/c.test.ts'], 1)
  expect({ failed, silent }).toEqual({ failed: 2, silent: ['test/c.test.ts'] })
})

test('a run that was cut short fails, even when its exit code is 0', () => {
  expect(countsOf(undefined, ['test/a.test.ts'], 0)).toMatchObject({ failed: 1 })
})

test('a run that fails without naming a test fails', () => {
  expect(countsOf(report.replaceAll(/failures="1"/g, 'failures="0"'), ['test/a.test.ts'], 1)).toMatchObject({
    failed: 1,
  })
})

test('the closing line says what was left out only when something was', () => {
  const counts = sum([
    { passed: 1, failed: 0, skipped: 0 },
    { passed: 2, failed: 1, skipped: 0 },
  ])
  expect(closingLine(counts)).toBe('3 passed, 1 failed')
  expect(inShort(counts)).toBe('3 passed, 1 failed')
  expect(inShort({ ...counts, skipped: 2 })).toBe('3 passed, 1 failed, 2 left out')
  expect(closingLine({ ...counts, skipped: 2 })).toBe('3 passed, 1 failed')
})

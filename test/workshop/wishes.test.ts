import { expect, test } from 'bun:test'
import { filesOf, PARTS, readWishes } from '../../bin/testing/wishes.ts'

const files = [
  'test/tasks/adding.test.ts',
  'test/accounts/login.test.ts',
  'test/core/order.test.ts',
  'test/e2e/login.test.ts',
]

test('without arguments everything runs', () => {
  expect(readWishes([])).toEqual({ parts: [...PARTS], words: [], name: undefined })
})

test('words choose files, and leave out the checks that have none', () => {
  const { parts, words } = readWishes(['login'])
  expect(parts).toEqual(['sqlite', 'postgres', 'e2e'])
  expect(filesOf('sqlite', files, words)).toEqual(['test/accounts/login.test.ts'])
  expect(filesOf('e2e', files, words)).toEqual(['test/e2e/login.test.ts'])
})

test('parts are chosen by name, in the order of a run', () => {
  expect(readWishes(['--only', 'e2e', '--only=types,sqlite']).parts).toEqual(['types', 'sqlite', 'e2e'])
  expect(readWishes(['--only', 'types', '-t', 'logs in'])).toMatchObject({ parts: ['types'], name: 'logs in' })
})

test('an unknown part or option is refused in words', () => {
  expect(() => readWishes(['--only', 'mysql'])).toThrow('There is no part called “mysql”.')
  expect(() => readWishes(['--only'])).toThrow('There is no part')
  expect(() => readWishes(['--fast'])).toThrow('There is no --fast.')
})

test('what never meets a database runs once', () => {
  expect(filesOf('postgres', files, [])).toEqual(['test/accounts/login.test.ts', 'test/tasks/adding.test.ts'])
  expect(filesOf('sqlite', files, [])).toContain('test/core/order.test.ts')
})

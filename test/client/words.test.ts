import { expect, test } from 'bun:test'
import { asText, othersWait } from '#client/controllers/offer.ts'
import { sentence } from '#client/controllers/waiting.ts'
import { newId } from '#client/ids.ts'
import { isId } from '#core/ids.ts'

test('the notice says why changes wait, and how many', () => {
  expect(sentence(0, undefined)).toBeUndefined()
  expect(sentence(3, undefined)).toBeUndefined()
  expect(sentence(0, 'offline')).toBe('You are offline.')
  expect(sentence(1, 'offline')).toBe('You are offline. 1 change is waiting.')
  expect(sentence(12, 'server')).toBe('The server is not answering. 12 changes are waiting.')
  expect(sentence(2, 'offline', '1 May 2026, 12:00')).toBe(
    'You are offline. This page is from 1 May 2026, 12:00. 2 changes are waiting.',
  )
})

test('what cannot be sent becomes a file a person can read', () => {
  const entry = {
    id: newId(),
    person: 'ana',
    kind: 'add',
    action: '/tasks',
    fields: [['task', 'Milk']] as [string, string][],
    at: Date.parse('2026-05-01T12:00:00Z'),
  }
  expect(JSON.parse(asText([entry]))).toEqual([
    { what: 'add', when: '2026-05-01T12:00:00.000Z', address: '/tasks', fields: { task: 'Milk' } },
  ])
})

test('of what others did here, only how much of it waits is said', () => {
  expect(othersWait(1)).toBe('1 change of another person waits on this device. It is sent when they log in here again.')
  expect(othersWait(3)).toBe(
    '3 changes of another person wait on this device. They are sent when that person logs in here again.',
  )
})

test('ids of this browser are ids, and all different', () => {
  const ids = Array.from({ length: 1000 }, newId)
  expect(ids.every(isId)).toBe(true)
  expect(new Set(ids).size).toBe(1000)
})

import { describe, expect, test } from 'bun:test'
import { type Answer, backOffMs, type Meaning, meaningOf, retryAfterMs } from '#client/answers.ts'

const STREAM = 'text/vnd.turbo-stream.html; charset=utf-8'

const answer = (status: number, type = STREAM, ofOther = false): Answer => ({ status, type, body: '', ofOther })

describe('what an answer means', () => {
  const table: [string, Answer, Meaning][] = [
    ['a stream', answer(200), 'done'],
    ['a page, as a hotel’s login answers', answer(200, 'text/html'), 'later'],
    ['a redirect nobody follows', answer(0, ''), 'later'],
    ['no session', answer(401, ''), 'signed-out'],
    ['another person', answer(409, '', true), 'someone-else'],
    ['a conflict with a sentence', answer(409), 'refused'],
    ['a problem with a sentence', answer(422), 'refused'],
    ['a proxy’s refusal', answer(403, 'text/html'), 'stuck'],
    ['too slow', answer(408, ''), 'later'],
    ['too early', answer(425, ''), 'later'],
    ['too many, with a sentence', answer(429), 'later'],
    ['a bug', answer(500), 'stuck'],
    ['a bug of somebody on the way', answer(500, 'text/html'), 'later'],
    ['a database in trouble', answer(503), 'later'],
    ['a server that cannot be reached', answer(502), 'later'],
    ['a server that is too slow', answer(504), 'later'],
    ['a server that starts', answer(503, 'text/html'), 'later'],
  ]
  for (const [name, given, meaning] of table) test(name, () => expect(meaningOf(given)).toBe(meaning))
})

describe('how long to wait', () => {
  const now = Date.parse('2026-05-01T12:00:00Z')

  test('as long as the server says, in seconds or until a date', () => {
    expect(retryAfterMs('3', now)).toBe(3000)
    expect(retryAfterMs('Fri, 01 May 2026 12:00:20 GMT', now)).toBe(20_000)
  })

  test('never into the past, never for hours, never for nonsense', () => {
    expect(retryAfterMs('Fri, 01 May 2026 11:00:00 GMT', now)).toBe(0)
    expect(retryAfterMs('86400', now)).toBe(600_000)
    expect(retryAfterMs('soon', now)).toBeUndefined()
    expect(retryAfterMs(null, now)).toBeUndefined()
  })

  test('doubling from a second to a minute', () => {
    expect([1, 2, 3, 4, 7, 8, 100].map((tries) => backOffMs(tries, 0))).toEqual([
      1000, 2000, 4000, 8000, 60_000, 60_000, 60_000,
    ])
    expect(backOffMs(1, 1)).toBe(750)
  })
})

import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { Hono } from 'hono'
import { z } from 'zod'
import { Refusal } from '#core/refusal.ts'
import type { PublicEnv } from '#web/env.ts'
import { check, Form, FormProblems, line, lines, readForm, ticked } from '#web/forms.ts'

/** What a handler reads from a body: the pairs, or the status with which it is refused. */
async function read(body: BodyInit, type = 'application/x-www-form-urlencoded'): Promise<Form | string> {
  let result: Form | string = 'nothing'
  const site = new Hono<PublicEnv>()
  site.post('/', async (c) => {
    result = await readForm(c).catch((error: Refusal) => error.reason)
    return c.text('')
  })
  await site.request('/', { method: 'POST', body, headers: { 'Content-Type': type } })
  return result
}

describe('reading a form', () => {
  test('gives back whatever was typed', async () => {
    const text = fc.string({ unit: 'grapheme' })
    await fc.assert(
      fc.asyncProperty(fc.dictionary(text, text), async (fields) => {
        const form = (await read(new URLSearchParams(fields).toString())) as Form
        const wellFormed = (value: string) => value.toWellFormed()
        for (const [name, value] of Object.entries(fields)) expect(form.text(wellFormed(name))).toBe(wellFormed(value))
      }),
      { numRuns: 200 },
    )
  })

  test('of any bytes ends in a form or in a refusal', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 60 }), async (bytes) => {
        const form = await read(new Uint8Array(bytes))
        expect(form instanceof Form || form === 'invalid').toBe(true)
      }),
      { numRuns: 300 },
    )
  })

  test('takes a field once, and tells a repeat from one answer', async () => {
    const form = (await read('a=1&b=2&b=3&c')) as Form
    expect(form.pick(['a', 'c', 'd'])).toEqual({ a: '1', c: '' })
    expect(() => form.pick(['b'])).toThrow('The field "b" came more than once.')
    expect([form.text('b'), form.text('d'), form.has('c'), form.has('d')]).toEqual(['2', '', true, false])
  })

  test('the names that objects have are only names', async () => {
    const form = (await read('__proto__=1&constructor=2')) as Form
    expect(form.text('toString')).toBe('')
    expect(form.has('hasOwnProperty')).toBe(false)
    expect(Object.keys(form.pick(['constructor']))).toEqual(['constructor'])
    expect(({} as Record<string, unknown>)['1']).toBeUndefined()
  })

  test('a fingerprint is the same for the same fields in any order, and for no others', () => {
    const one = new Form([
      ['a', '1'],
      ['b', '2'],
      ['op', 'x'],
    ])
    expect(
      new Form([
        ['b', '2'],
        ['op', 'y'],
        ['a', '1'],
      ]).fingerprint(),
    ).toBe(one.fingerprint())
    for (const other of [
      [
        ['a', '1'],
        ['b', '3'],
      ],
      [['a', '1']],
      [
        ['a', '1'],
        ['b', '2'],
        ['b', '2'],
      ],
    ] as [string, string][][]) {
      expect(new Form(other).fingerprint()).not.toBe(one.fingerprint())
    }
  })
})

describe('a field', () => {
  const shape = z.object({ title: line(5, 'Type a title.'), notes: lines(8), done: ticked() })
  const problemsOf = (fields: Record<string, string>) => {
    try {
      return check(new Form(Object.entries(fields)), shape)
    } catch (error) {
      return error instanceof FormProblems ? error.problems : error
    }
  }

  const cases: [fields: Record<string, string>, result: Record<string, unknown>][] = [
    [
      { title: ' Milk ', notes: 'a\r\nb' },
      { title: 'Milk', notes: 'a\nb', done: false },
    ],
    [
      { title: 'a\n\t b', notes: '', done: 'on' },
      { title: 'a b', notes: '', done: true },
    ],
    [
      { title: '🎉🎉🎉🎉🎉', notes: '', done: '' },
      { title: '🎉🎉🎉🎉🎉', notes: '', done: false },
    ],
    [{ title: '   ', notes: '' }, { title: 'Type a title.' }],
    [{ notes: '' }, { title: 'Fill this in.' }],
    [{ title: 'Butter', notes: '' }, { title: 'Use at most 5 characters.' }],
    [{ title: 'x'.repeat(21), notes: '' }, { title: 'Use at most 5 characters.' }],
    [{ title: 'ok', notes: '123456789' }, { notes: 'Use at most 8 characters.' }],
    [
      { title: 'a\u0000b', notes: '' },
      { title: 'There are characters in it that cannot be shown. Please take them out.' },
    ],
    [
      { title: 'a\u001bb', notes: '' },
      { title: 'There are characters in it that cannot be shown. Please take them out.' },
    ],
  ]
  for (const [fields, result] of cases) {
    test(JSON.stringify(fields).slice(0, 60), () => expect(problemsOf(fields) as object).toEqual(result))
  }

  test('what is wrong is one refusal with a sentence for each field', () => {
    try {
      check(new Form([]), shape)
      expect.unreachable()
    } catch (error) {
      expect(error).toBeInstanceOf(Refusal)
      expect((error as FormProblems).problems).toEqual({ title: 'Fill this in.', notes: 'Fill this in.' })
      expect((error as FormProblems).sentence).toBe('Fill this in.')
    }
  })
})

import { expect, test } from 'bun:test'
import { line } from '#web/forms.ts'

const title = line(500, 'Say something.')

// A page that takes seconds for one form stands still for everybody. What is linear needs about a thousandth of this.
const AT_MOST_MS = 1000

for (const [what, text] of [
  ['a megabyte of blanks', `x${' '.repeat(1_000_000)}x`],
  ['a megabyte of line breaks', `x${'\n'.repeat(1_000_000)}x`],
  ['blanks and line breaks in turn', `x${' \n'.repeat(500_000)}x`],
  ['a megabyte of emoji', '🧺'.repeat(250_000)],
] as const) {
  test(`${what} is refused or read at once`, () => {
    const began = performance.now()
    title.safeParse(text)
    expect(performance.now() - began).toBeLessThan(AT_MOST_MS)
  })
}

test('line breaks and what is blank around them become one blank', () => {
  expect(title.parse('  Milk \r\n\t and\u2028 eggs \n')).toBe('Milk and eggs')
})

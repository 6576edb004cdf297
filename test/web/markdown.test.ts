import { describe, expect, test } from 'bun:test'
import { validateHtml } from '#test/e2e/checks.ts'
import { markdown } from '#web/markdown.ts'

const shown = (text: string): string =>
  String(markdown(text)).replace(/ rel="noopener noreferrer nofollow"| dir="auto"/g, '')

describe('what notes look like', () => {
  const pairs: [text: string, markup: string][] = [
    ['Twelve, **free** range', '<p>Twelve, <strong>free</strong> range</p>\n'],
    ['One\nTwo', '<p>One<br>\nTwo</p>\n'],
    ['# Shop\n## Market', '<h3>Shop</h3>\n<h3>Market</h3>\n'],
    ['- [ ] Salt\n- [x] Oil', '<ul>\n<li>☐ Salt</li>\n<li>☑ Oil</li>\n</ul>\n'],
    [
      'See https://example.com/a_(b).',
      '<p>See <a href="https://example.com/a_(b)">https://example.com/a_(b)</a>.</p>\n',
    ],
    ['(https://example.com/x)', '<p>(<a href="https://example.com/x">https://example.com/x</a>)</p>\n'],
    ['`https://example.com`', '<p><code>https://example.com</code></p>\n'],
    ['[the page](https://example.com)', '<p><a href="https://example.com">the page</a></p>\n'],
    ['![a cat](https://example.com/cat.png)', '<p><a href="https://example.com/cat.png">a cat</a></p>\n'],
    [
      '![](https://example.com/cat.png)',
      '<p><a href="https://example.com/cat.png">https://example.com/cat.png</a></p>\n',
    ],
    ['[![a cat](/c.png)](https://example.com)', '<p><a href="https://example.com">a cat</a></p>\n'],
    ['[](https://example.com)', '<p><a href="https://example.com">https://example.com</a></p>\n'],
  ]
  for (const [text, markup] of pairs) test(JSON.stringify(text), () => expect(shown(text)).toBe(markup))

  test('a link says that it comes from nobody we know', () => {
    expect(String(markdown('https://example.com'))).toContain('rel="noopener noreferrer nofollow"')
  })
})

describe('what notes cannot do', () => {
  const attempts = [
    '<script>alert(1)</script>',
    '<img src=x onerror=alert(1)>',
    '[x](javascript:alert(1))',
    '[x](JaVaScRiPt:alert(1))',
    '[x](&#106;avascript:alert(1))',
    '[x](vbscript:x)',
    '[x](data:text/html,<script>alert(1)</script>)',
    '![x](javascript:alert(1))',
    '![x](data:image/svg+xml,<svg onload=alert(1)>)',
    '<javascript:alert(1)>',
    '[x](//example.com)',
    '[x]: javascript:alert(1)\n\n[x]',
    '[x](https://example.com "onmouseover=alert(1)")',
    '|a|\n|:-:|\n|<b onclick=x>|',
    '```" onclick="alert(1)\nx\n```',
    'https://example.com/"onmouseover="alert(1)',
  ]
  for (const text of attempts) {
    test(JSON.stringify(text), async () => {
      const markup = String(markdown(text))
      expect(markup).not.toMatch(/<(script|img|svg|b|iframe|style)\b/i)
      expect(markup).not.toMatch(/<[^>]*\s(on\w+|style|src)=/i)
      for (const [, href = ''] of markup.matchAll(/href="([^"]*)"/g))
        expect(href).toMatch(/^(https?:|mailto:|tel:|\/[^/])/)
      expect(await validateHtml(page(markup))).toEqual([])
    })
  }
})

// The longest notes there can be, made of what is known to keep such programs busy. Each of them once took seconds, or
// made megabytes, in one renderer or another. A test that runs into its own limit of time fails.
const hostile = [
  ...[
    '[',
    '![',
    '[a](',
    '*',
    '_',
    '**a ',
    '*a_',
    '`',
    '> ',
    '>',
    '- ',
    '1. ',
    '<',
    '<a ',
    '<!--',
    '&',
    '\\',
    '~~a',
    '|',
    '#',
  ],
  ...[
    '//a.co/',
    'http://',
    'https://)',
    'https://a.b(',
    'a@a.',
    'www.',
    'mailto:',
    '"\'',
    '- a\n',
    '> - ',
    '|a',
    '[a]:\n',
    '***a',
    '\n',
    ' ',
  ],
  ...['[![', '![a](http://b.co/c.png)', 'https://a.co/x ', '[a]: <b> "c\n', '<http:', '    a\n', '```\n', 'a\n---\n'],
]

test('64 kB of whatever somebody thinks of are soon read, and do not become megabytes', () => {
  for (const piece of hostile) {
    const text = piece.repeat(70_000).slice(0, 65_536)
    expect([piece, String(markdown(text)).length < 1_000_000]).toEqual([piece, true])
  }
  const quotes = Array.from({ length: 300 }, (_, i) => `${'> '.repeat(i)}a`)
    .join('\n')
    .slice(0, 65_536)
  const lists = Array.from({ length: 300 }, (_, i) => `${' '.repeat(i)}- a`)
    .join('\n')
    .slice(0, 65_536)
  const references = `[a]: ${'b'.repeat(20_000)}\n\n${'[a]'.repeat(10_000)}`
  const table = `${'|a'.repeat(2000)}|\n${'|-'.repeat(2000)}|\n${'|b\n'.repeat(19_000)}`
  for (const text of [quotes, lists, references, table]) expect(String(markdown(text)).length).toBeLessThan(2_000_000)
}, 60_000)

test('backticks of every length, and brackets inside each other', () => {
  const ticks = Array.from({ length: 360 }, (_, i) => `${'`'.repeat(i)}a`).join('')
  const brackets = '['.repeat(32_000) + ']'.repeat(32_000)
  for (const text of [ticks, brackets]) expect(String(markdown(text)).length).toBeLessThan(1_000_000)
}, 30_000)

const page = (markup: string) =>
  `<!doctype html>\n<html lang="en"><head><title>Notes</title></head><body><main><h1>A</h1><h2>Notes</h2><div>${markup}</div></main></body></html>`

import { describe, expect, test } from 'bun:test'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const ROOT = join(import.meta.dir, '..')
const DOCS = join(ROOT, 'docs')

/** One row: the requirements it is about, and what shows that they hold. */
type Row = { numbers: string[]; shown: string[] }

const rows: Row[] = readFileSync(join(DOCS, 'asvs.md'), 'utf8')
  .split('\n')
  .filter((line) => /^\| \d/.test(line))
  .map((line) => {
    const [numbers = '', , shown = ''] = line.slice(2, -2).split(' | ')
    return { numbers: numbers.split(', '), shown: shown.split('<br>') }
  })

// Levels 1 and 2 as far as they concern us, and what we claim of level 3.
const REQUIRED = `
1.1.1 1.1.2 1.2.1 1.2.2 1.2.3 1.2.4 1.3.2 1.3.3 1.3.6 1.3.7 1.3.11 1.3.12 1.5.2 1.5.3
2.1.1 2.1.3 2.2.1 2.2.2 2.3.1 2.3.2 2.3.3 2.3.4 2.4.1 2.4.2
3.1.1 3.2.1 3.2.2 3.2.3 3.3.1 3.3.2 3.3.3 3.3.4 3.3.5 3.4.1 3.4.2 3.4.3 3.4.4 3.4.5 3.4.6 3.4.7 3.4.8
3.5.1 3.5.2 3.5.3 3.5.4 3.5.6 3.5.7 3.5.8 3.6.1 3.7.1 3.7.2 3.7.3 3.7.5
4.1.1 4.1.2 4.1.3 4.1.4 4.2.1 4.2.5 4.4.1 4.4.2 4.4.3 4.4.4 5.4.1 5.4.2
6.1.1 6.1.2 6.1.3 6.2.1 6.2.2 6.2.3 6.2.4 6.2.5 6.2.6 6.2.7 6.2.8 6.2.9 6.2.10 6.2.11 6.2.12
6.3.1 6.3.2 6.3.3 6.3.4 6.3.5 6.3.6 6.3.7 6.3.8 6.4.1 6.4.2 6.4.3 6.4.4 6.4.5 6.4.6
6.5.1 6.5.2 6.5.3 6.5.4 6.5.5 6.5.6 6.5.7 6.5.8 6.6.2 6.6.3 6.7.1 6.7.2 6.8.1 6.8.2 6.8.4
7.1.1 7.1.2 7.1.3 7.2.1 7.2.2 7.2.3 7.2.4 7.3.1 7.3.2 7.4.1 7.4.2 7.4.3 7.4.4 7.4.5 7.5.1 7.5.2 7.5.3 7.6.1 7.6.2
8.1.1 8.1.2 8.1.3 8.1.4 8.2.1 8.2.2 8.2.3 8.2.4 8.3.1 8.3.2 8.4.1 8.4.2
9.1.1 9.1.2 9.1.3 9.2.1 9.2.2 9.2.3 10.1.1 10.1.2 10.2.1 10.2.2 10.2.3 10.5.1 10.5.2 10.5.3 10.5.4
11.1.1 11.1.2 11.1.3 11.1.4 11.2.1 11.2.2 11.2.3 11.2.4 11.2.5 11.3.1 11.3.2 11.3.3 11.3.4
11.4.1 11.4.2 11.4.3 11.4.4 11.5.1 11.5.2 12.1.1 12.2.1 12.2.2 12.3.1 12.3.2
13.1.1 13.1.4 13.2.3 13.2.4 13.3.1 13.3.2 13.3.4 13.4.1 13.4.2 13.4.3 13.4.4 13.4.5 13.4.6 13.4.7
14.1.1 14.1.2 14.2.1 14.2.2 14.2.3 14.2.4 14.2.5 14.2.6 14.2.7 14.3.1 14.3.2 14.3.3
15.1.1 15.1.2 15.1.3 15.2.1 15.2.2 15.2.3 15.3.1 15.3.2 15.3.3 15.3.4 15.3.5 15.3.6 15.3.7
15.4.1 15.4.2 15.4.3 15.4.4 16.1.1 16.2.1 16.2.2 16.2.3 16.2.4 16.2.5
16.3.1 16.3.2 16.3.3 16.3.4 16.4.1 16.4.2 16.4.3 16.5.1 16.5.2 16.5.3 16.5.4
`

test('docs/asvs.md has every requirement that concerns us, once', () => {
  expect(rows.flatMap(({ numbers }) => numbers).sort()).toEqual(REQUIRED.trim().split(/\s+/).sort())
})

describe('every requirement is shown by a test or a paragraph that is there', () => {
  for (const { numbers, shown } of rows) {
    test(numbers.join(', '), () => {
      expect(shown.length).toBeGreaterThan(0)
      expect(shown.filter((one) => !isThere(one))).toEqual([])
    })
  }
})

function isThere(one: string): boolean {
  const [, file = '', name = ''] = /^`([\w/-]+\.test\.ts)` (.{3,})$/.exec(one) ?? []
  if (file !== '') return testsIn(file).includes(name)
  const [, page = '', anchor = ''] = /^\[[^\]]+\]\(([\w./-]+\.md)#([\w-]+)\)$/.exec(one) ?? []
  return page !== '' && headingsOf(page).includes(anchor)
}

/** The names of the tests in a file, as they stand in its source. */
function testsIn(file: string): string {
  const path = join(ROOT, 'test', file)
  if (!existsSync(path)) return ''
  const named =
    /(?:test|describe)[\w.]*\(\s*(?:[^'"`\n]*,\s*)?(['"`])((?:(?!\1).)*)\1|\n\s*\[?(['"`])((?:(?!\3).)*)\3,/g
  const source = readFileSync(path, 'utf8')
  return [...source.matchAll(named)].map(([, , name = '', , word = '']) => name || word).join('\n')
}

const headingsOf = (page: string): string[] =>
  [...readFileSync(join(DOCS, page), 'utf8').matchAll(/^#+ (.*)$/gm)].map(([, words = '']) => slugOf(words))

/** The anchor of a heading, as code forges make it. */
const slugOf = (words: string): string =>
  words
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} -]/gu, '')
    .replaceAll(' ', '-')

test('every way in stands among the ways in', () => {
  const source = join(ROOT, 'src')
  const paths = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.ts'))
  const makesSessions = paths.filter((path) => /\bcompleteLogin\(c/.test(readFileSync(join(source, path), 'utf8')))
  const ways = readFileSync(join(DOCS, 'security.md'), 'utf8')
  expect(makesSessions.length).toBeGreaterThan(0)
  expect(makesSessions.filter((path) => !ways.includes(`| \`${path}\` |`))).toEqual([])
})

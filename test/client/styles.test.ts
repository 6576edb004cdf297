import { describe, expect, test } from 'bun:test'
import { buildAssets } from '#web/assets.ts'

const assets = await buildAssets()
const css = new TextDecoder().decode(assets.files.get(assets.styles)?.body)
// What stands before a block and is no @rule.
const selectors = [...css.matchAll(/(?<=^|[{}])([^{}@]+)(?=\{)/g)].flatMap(([text]) => text.split(/,(?![^(]*\))/))
const asking = selectors.map((one) => one.trim()).filter((one) => one.includes(':has('))
// All rows of the page stand in these.
const HOLDERS = /^(html|:root|body|main|\.frame|\.tasks|\.stretch)(?![\w-])/

describe('a row that comes or goes on a page of thousands', () => {
  test('is the only one whose looks are asked for', () => {
    expect(asking).not.toEqual([])
    // `main:has(.row) .words` makes the browser look through all that is in main whenever anything in it changes.
    expect(asking.filter((one) => HOLDERS.test(one) && /[\s>+~]/.test(afterHas(one)))).toEqual([])
  })

  test('does not have the whole page searched for what is not there', () => {
    const isSearch = (one: string) => /^(html|:root|body)[^ ]*:has\((?!>)/.test(one)
    expect(asking.filter(isSearch)).toEqual([])
  })

  test('does not have the looks of what stands around all rows asked for anew', () => {
    // Chromium goes up from the row for as long as a rule may have asked so far down: to main, and not into .frame.
    const steps = (one: string) => one.slice(one.indexOf(':has(')).split('>').length - 1
    const asksTooFar = (one: string) =>
      (/^(html|:root)/.test(one) && steps(one) > 2) ||
      (one.startsWith('body') && steps(one) > 1) ||
      /^\.frame[^ ]*:has\((?!~)/.test(one) ||
      /:has\(~ ?\.frame/.test(one)
    expect(asking.filter(asksTooFar)).toEqual([])
  })
})

/** What follows the last bracket that `:has(` opened. */
function afterHas(selector: string): string {
  let depth = 0
  for (let at = selector.lastIndexOf(':has(') + 4; at < selector.length; at++) {
    if (selector[at] === '(') depth++
    if (selector[at] === ')' && --depth === 0) return selector.slice(at).replace(/^\)+/, '')
  }
  return ''
}

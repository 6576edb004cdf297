import { expect, test } from 'bun:test'
import fc from 'fast-check'
import { phrasesOf, wordsOf } from '#core/words.ts'

test.each<[text: string, words: string]>([
  ['Oat milk', 'oat milk'],
  ['  Épicerie, ÜBER!  ', 'epicerie uber'],
  ['e\u0301te\u0301', 'ete'],
  ['Straße STRASSE', 'strasse strasse'],
  ['Ærø Łódź İstanbul ılık', 'aero lodz istanbul ilik'],
  ['ﬁnance ２０２６', 'finance 2026'],
  ['9/11 a.b@c.de', '9 11 a b c de'],
  ["don’t don't", 'don t don t'],
  ['%_*"()-:^NEAR', 'near'],
  ['牛乳を買う milk', '牛 乳 を 買 う milk'],
  ['がんばる', 'が ん ば る'],
  ['한국어 배우기', '한국어 배우기'],
  ['हिन्दी सीखो', 'हिन्दी सीखो'],
  ['اتصل بالبنك', 'اتصل بالبنك'],
  ['🛒', ''],
  ['', ''],
  ['x'.repeat(100), 'x'.repeat(60)],
])('the words of %p are %p', (text, words) => expect(wordsOf(text).join(' ')).toBe(words))

test('the words of words are the same words', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 100 }), (text) => {
      const words = wordsOf(text)
      for (const word of words) expect(word).toMatch(/^[\p{L}\p{N}\p{M}]+$/u)
      expect(wordsOf(words.join(' '))).toEqual(words)
    }),
  )
})

test('what is looked for is looked for piece by piece, and once', () => {
  expect(phrasesOf('oat MILK 9/11 Milk % 牛乳')).toEqual([['oat'], ['milk'], ['9', '11'], ['牛', '乳']])
  expect(phrasesOf(' " * ')).toEqual([])
  expect(phrasesOf(Array.from({ length: 500 }, (_, i) => `w${i}`).join(' ')).length).toBe(32)
})

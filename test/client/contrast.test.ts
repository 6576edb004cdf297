import { describe, expect, test } from 'bun:test'

// The colours as they stand in the sheet: `--name: light-dark(#light, #dark)`.
const css = await Bun.file(new URL('../../src/client/styles/tokens.css', import.meta.url)).text()
const [plain = '', more = ''] = css.split('@media (prefers-contrast: more)')

const TEXT = 4.5
const SHAPE = 3

const pairs: [foreground: string, backgrounds: string[], atLeast: number][] = [
  ['ink', ['paper', 'raised', 'sunken', 'late-soft', 'notice'], TEXT],
  ['quiet', ['paper', 'raised', 'sunken'], TEXT],
  ['accent', ['paper', 'raised', 'sunken', 'accent-soft', 'notice'], TEXT],
  ['on-accent', ['accent', 'accent-strong'], TEXT],
  ['late', ['paper', 'raised', 'sunken', 'late-soft'], TEXT],
  ['on-toast', ['toast'], TEXT],
  ['toast-link', ['toast'], TEXT],
  ['edge', ['paper', 'raised', 'sunken'], SHAPE],
]

for (const [name, sheet] of [
  ['as it is', plain],
  ['with more contrast', more],
] as const) {
  for (const theme of ['light', 'dark'] as const) {
    describe(`${theme}, ${name}`, () => {
      for (const [foreground, backgrounds, atLeast] of pairs) {
        for (const background of backgrounds) {
          test(`${foreground} on ${background} has ${atLeast}:1`, () => {
            const ratio = contrast(colour(sheet, foreground, theme), colour(sheet, background, theme))
            expect(ratio).toBeGreaterThanOrEqual(atLeast)
          })
        }
      }
    })
  }
}

function colour(sheet: string, name: string, theme: 'light' | 'dark'): string {
  const pattern = new RegExp(`--${name}: light-dark\\((#[0-9a-f]{6}), (#[0-9a-f]{6})\\)`)
  const found = pattern.exec(sheet) ?? pattern.exec(plain)
  const value = found?.[theme === 'light' ? 1 : 2]
  if (!value) throw new Error(`There is no colour --${name}`)
  return value
}

/** WCAG 2.2: (L1 + 0.05) / (L2 + 0.05). */
function contrast(one: string, other: string): number {
  const [light = 0, dark = 0] = [luminance(one), luminance(other)].toSorted((a, b) => b - a)
  return (light + 0.05) / (dark + 0.05)
}

function luminance(hex: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(hex.slice(at, at + 2), 16) / 255
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

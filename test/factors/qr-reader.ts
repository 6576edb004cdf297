// A reader of QR codes (ISO/IEC 18004), as far as ours go: one segment of bytes, error correction M, undamaged.

type Modules = boolean[][]

/** The modules of the QR code that a page draws, without the empty edge of four. */
export function modulesIn(page: string): Modules {
  const [, size = '0', path = ''] = /<svg class="qr" viewBox="0 0 (\d+) \d+"[^>]*><path d="([^"]+)"/.exec(page) ?? []
  const all: Modules = Array.from({ length: Number(size) }, () => Array<boolean>(Number(size)).fill(false))
  for (const [, x = '', y = '', width = ''] of path.matchAll(/M(\d+) (\d+)h(\d+)v1h-\d+z/g)) {
    all[Number(y)]!.fill(true, Number(x), Number(x) + Number(width))
  }
  if (all.some((row, y) => row.some((dark, x) => dark && isEdge(x, y, all.length)))) throw new Error('It has no edge.')
  return all.slice(4, -4).map((row) => row.slice(4, -4))
}

const isEdge = (x: number, y: number, size: number): boolean => [x, y].some((at) => at < 4 || at >= size - 4)

/** The text that a QR code holds. */
export function decodeQr(modules: Modules): string {
  const version = (modules.length - 17) / 4
  const bytes = dataOf(codewordsOf(modules, version, maskOf(modules)), version)
  const bits = bytes.map((byte) => byte.toString(2).padStart(8, '0')).join('')
  if (bits.slice(0, 4) !== '0100') throw new Error('It does not begin with bytes.')
  const begin = 4 + (version < 10 ? 8 : 16)
  const length = Number.parseInt(bits.slice(4, begin), 2)
  const text = Array.from({ length }, (_, i) => Number.parseInt(bits.slice(begin + 8 * i, begin + 8 * i + 8), 2))
  return new TextDecoder('utf-8', { fatal: true }).decode(new Uint8Array(text))
}

function maskOf(modules: Modules): number {
  const columns = [0, 1, 2, 3, 4, 5, 7, 8].map((x) => modules[8]![x])
  const rows = [7, 5, 4, 3, 2, 1, 0].map((y) => modules[y]![8])
  const format = Number.parseInt([...columns, ...rows].map((dark) => (dark ? '1' : '0')).join(''), 2) ^ 0x5412
  if (format >> 13 !== 0) throw new Error('Its error correction is not M.')
  return (format >> 10) & 7
}

const masks: ((x: number, y: number) => boolean)[] = [
  (x, y) => (x + y) % 2 === 0,
  (_, y) => y % 2 === 0,
  (x) => x % 3 === 0,
  (x, y) => (x + y) % 3 === 0,
  (x, y) => (Math.floor(x / 3) + Math.floor(y / 2)) % 2 === 0,
  (x, y) => ((x * y) % 2) + ((x * y) % 3) === 0,
  (x, y) => (((x * y) % 2) + ((x * y) % 3)) % 2 === 0,
  (x, y) => (((x + y) % 2) + ((x * y) % 3)) % 2 === 0,
]

/** Up and down in columns of two, from the right. */
function codewordsOf(modules: Modules, version: number, mask: number): number[] {
  const size = modules.length
  const isFixed = fixedIn(version, size)
  const bits: string[] = []
  let up = true
  for (let right = size - 1; right > 0; right -= 2) {
    if (right === 6) right = 5
    for (let i = 0; i < size; i++) {
      const y = up ? size - 1 - i : i
      for (const x of [right, right - 1]) {
        if (!isFixed(x, y)) bits.push(modules[y]![x] !== masks[mask]!(x, y) ? '1' : '0')
      }
    }
    up = !up
  }
  return (bits.join('').match(/.{8}/g) ?? []).map((eight) => Number.parseInt(eight, 2))
}

function fixedIn(version: number, size: number): (x: number, y: number) => boolean {
  const centres = alignmentsOf(version, size)
  const far = size - 8
  return (x, y) =>
    (x < 9 && y < 9) ||
    (x >= far && y < 9) ||
    (x < 9 && y >= far) ||
    x === 6 ||
    y === 6 ||
    (version >= 7 && ((x >= size - 11 && y < 6) || (y >= size - 11 && x < 6))) ||
    centres.some(([cx, cy]) => Math.abs(x - cx) <= 2 && Math.abs(y - cy) <= 2)
}

function alignmentsOf(version: number, size: number): [number, number][] {
  if (version === 1) return []
  const count = Math.floor(version / 7) + 2
  const step = Math.ceil((size - 13) / (2 * count - 2)) * 2
  const places = [6, ...Array.from({ length: count - 1 }, (_, i) => size - 7 - i * step)]
  const isFinder = (x: number, y: number) => [x, y].includes(6) && (x === y || x === size - 7 || y === size - 7)
  return places.flatMap((x) => places.filter((y) => !isFinder(x, y)).map((y): [number, number] => [x, y]))
}

// Table 9 of the standard, for M: codewords of error correction in a block, and blocks.
const CORRECTION = [0, 10, 16, 26, 18, 24, 16, 18, 22, 22, 26, 30, 22]
const BLOCKS = [0, 1, 1, 1, 2, 2, 4, 4, 4, 5, 5, 5, 8]

/** The data, which is dealt out to the blocks one by one; those of the longer blocks come last. */
function dataOf(codewords: number[], version: number): number[] {
  const count = BLOCKS[version]!
  const short = Math.floor(codewords.length / count) - CORRECTION[version]!
  const lengths = Array.from({ length: count }, (_, i) => short + (i < count - (codewords.length % count) ? 0 : 1))
  const blocks: number[][] = lengths.map(() => [])
  let at = 0
  for (let i = 0; i <= short; i++)
    for (const [n, length] of lengths.entries()) if (i < length) blocks[n]!.push(codewords[at++]!)
  return blocks.flat()
}

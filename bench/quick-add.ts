import { parseQuickAdd } from '#core/quick-add.ts'
import type { Figure } from './bench.ts'
import { median, percentile, spelled } from './numbers.ts'
import { TITLES } from './titles.ts'

const BATCH = 50
const BATCHES = 40
const SAID = [
  '',
  ' tomorrow at 9 p1 #Home',
  ' every 2 weeks on mon, fri starting jan 27 until 1 may',
  ' from monday {friday} for 45min @phone // and the rest is a note',
]

/** How long it takes to read a line as quick add: titles alone, and with much said behind them. */
export async function measureQuickAdd(): Promise<Figure[]> {
  const lines = TITLES.flatMap((title) => SAID.map((said) => title + said))
  const perLine = lines.map((line) => median(Array.from({ length: BATCHES }, () => timesOf(line))))
  return [
    figure('A line read as quick add: the slowest of 100 lines', Math.max(...perLine)),
    figure('The same in the middle', percentile(perLine, 50)),
  ]
}

const figure = (name: string, µs: number): Figure => ({
  mark: '',
  name,
  figure: `${spelled(µs, 1)} µs`,
  target: '≤ 100 µs',
  ok: µs <= 100,
})

function timesOf(line: string): number {
  const began = performance.now()
  for (let i = 0; i < BATCH; i++) parseQuickAdd(line, CONTEXT)
  return ((performance.now() - began) * 1000) / BATCH
}

const CONTEXT = { today: '2026-11-23', now: '10:00', order: 'dmy', weekStart: 'monday' } as const

/** The one in the middle; with an even number of them the upper of the two. */
export const median = (numbers: number[]): number => {
  const sorted = [...numbers].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}

/** The number that so many percent of them do not exceed. */
export const percentile = (numbers: number[], percent: number): number => {
  const sorted = [...numbers].sort((a, b) => a - b)
  return sorted[Math.max(Math.ceil((sorted.length * percent) / 100) - 1, 0)] ?? Number.NaN
}

/**
 * How `some` compares to `others`, measured in turn: the median over the rounds, since both sides of a round met the same
 * weather.
 */
export const ratioOf = (some: number[], others: number[]): number =>
  median(some.map((number, round) => number / (others[round] ?? Number.NaN)))

/** 1234.5 as people read it: at most `digits` after the point, thousands apart. */
export const spelled = (number: number, digits = 0): string =>
  number.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits })

/** How many tests passed, failed and were left out. */
export type Counts = { passed: number; failed: number; skipped: number }

/** One count for a step that is a single check. */
export const oneCheck = (fine: boolean): Counts => ({ passed: fine ? 1 : 0, failed: fine ? 0 : 1, skipped: 0 })

/** All of `counts` together. */
export const sum = (counts: Counts[]): Counts => ({
  passed: counts.reduce((total, { passed }) => total + passed, 0),
  failed: counts.reduce((total, { failed }) => total + failed, 0),
  skipped: counts.reduce((total, { skipped }) => total + skipped, 0),
})

/** What a step came to: `12 passed, 0 failed`, with `, 1 left out` when something concerned the other database. */
export const inShort = ({ passed, failed, skipped }: Counts): string =>
  `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} left out` : ''}`

/** The last line of a run: `12 passed, 0 failed` and nothing else. */
export const closingLine = ({ passed, failed }: Counts): string => `${passed} passed, ${failed} failed`

/**
 * What a run of `bun test` over `files` came to, from the JUnit report it wrote (undefined when it wrote
 * none) and its exit code. A file of which no test was carried out counts as one failure, and is named in
 * `silent`: it crashed, could not be read, or holds no test. A report without a failure of a process that
 * failed counts as one too.
 */
export function countsOf(
  report: string | undefined,
  files: string[],
  exitCode: number | null,
): Counts & { silent: string[] } {
  const suites = new Map([...(report ?? '').matchAll(SUITE)].map((match) => [match[1]!, match.slice(2).map(Number)]))
  const counts = sum(
    [...suites.values()].map(([tests = 0, failed = 0, skipped = 0]) => ({
      passed: tests - failed - skipped,
      failed,
      skipped,
    })),
  )
  const silent = files.filter((file) => ranNothing(suites.get(file)))
  const failed = counts.failed + silent.length
  return { ...counts, failed: failed === 0 && exitCode !== 0 ? 1 : failed, silent }
}

// Only the outermost suites, which are the files; those of `describe` stand deeper and are counted in them.
const SUITE = /^ {2}<testsuite [^>]*\bfile="([^"]*)" tests="(\d+)"[^>]*\bfailures="(\d+)" skipped="(\d+)"/gm

const ranNothing = (suite: number[] | undefined): boolean => {
  const [tests = 0, , skipped = 0] = suite ?? []
  // A file may leave out all of its tests on purpose; then it has said so.
  return tests === 0 && skipped === 0
}

/** What a test process opened and shares between its tests: each is closed once, after the last test. */
const closers = new Set<() => Promise<void>>()

/** Has `close` called after the last test of this process (or, isolated, of this file). */
export const atTheEnd = (close: () => Promise<void>): void => {
  closers.add(close)
}

/** Closes everything, what was opened last first: an app writes down what it holds before its database goes. */
export async function closeAll(): Promise<void> {
  for (const close of [...closers].toReversed()) {
    closers.delete(close)
    await close()
  }
}

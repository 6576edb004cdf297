/** What a test process opened and shares between its tests: each is closed once, after the last test. */
const closers = new Set<() => Promise<void>>()

/** Has `close` called after the last test of this process (or, isolated, of this file). */
export const atTheEnd = (close: () => Promise<void>): void => {
  closers.add(close)
}

/** Closes everything, in the order it was opened. */
export async function closeAll(): Promise<void> {
  for (const close of closers) {
    closers.delete(close)
    await close()
  }
}

/** A question is asked as soon as its part is loaded: until then, keys are words of the answer. */
export async function ask(load: () => Promise<() => unknown>): Promise<void> {
  typed = ''
  try {
    ;(await load())()
  } finally {
    typed = undefined
  }
}

/** Takes a key that was pressed while a question is on its way. False when none is. */
export function typeAhead(key: string): boolean {
  if (typed === undefined) return false
  if (key.length === 1) typed += key
  return true
}

/** What was typed before the field was there. */
export const typedAhead = (): string => typed ?? ''

let typed: string | undefined

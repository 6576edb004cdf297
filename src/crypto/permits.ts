import { Refusal } from '#core/refusal.ts'

/** How long somebody who is refused is kept waiting, and how many at once. */
const HOLD_MS = 1000
const MOST_HELD = 1000

/**
 * Lets at most `count` pieces of work run at once, in the order of arrival. At most `queue` wait, each
 * at most `waitMs`; beyond that the work is refused, so that a flood cannot hold up everything else.
 */
export class Permits {
  #free: number
  readonly #queue: number
  readonly #waitMs: number
  readonly #waiting: Waiting[] = []
  #held = 0

  constructor(count: number, queue: number, waitMs: number) {
    this.#free = count
    this.#queue = queue
    this.#waitMs = waitMs
  }

  /** Runs `work` when it is its turn. Refuses with `busy` when too many wait or the wait is too long. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    await this.#take()
    try {
      return await work()
    } finally {
      this.#give()
    }
  }

  /**
   * Refuses as `run` would now, before anything else is spent on it, but tells only after a second: a client that tries
   * again as soon as it is refused would keep the whole machine busy with refusals.
   */
  async refuseWhenFull(): Promise<void> {
    if (this.#free > 0 || this.#waiting.length < this.#queue) return
    if (this.#held < MOST_HELD) {
      this.#held++
      await new Promise((resolve) => setTimeout(resolve, HOLD_MS))
      this.#held--
    }
    throw busy()
  }

  #take(): Promise<void> | undefined {
    if (this.#free > 0) {
      this.#free--
      return undefined
    }
    if (this.#waiting.length >= this.#queue) throw busy()
    return new Promise((resolve, reject) => {
      const entry: Waiting = { go: resolve, timer: setTimeout(() => this.#giveUp(entry, reject), this.#waitMs) }
      this.#waiting.push(entry)
    })
  }

  #give() {
    const next = this.#waiting.shift()
    if (!next) {
      this.#free++
      return
    }
    clearTimeout(next.timer)
    next.go()
  }

  #giveUp(entry: Waiting, reject: (error: Error) => void) {
    this.#waiting.splice(this.#waiting.indexOf(entry), 1)
    reject(busy())
  }
}

type Waiting = { go: () => void; timer: Timer }

const busy = () =>
  new Refusal('busy', 'Too many people are logging in at this moment. Please try again in a few seconds.', {
    retryAfterSeconds: 3,
  })

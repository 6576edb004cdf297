import { SECOND } from '#core/time.ts'
import { Permits } from '#crypto/permits.ts'

/** How many may wait in one line, and how long. */
const LONGEST_LINE = 100
const LONGEST_WAIT = 5 * SECOND

/** Lines in which people wait for one another, each under a name of its own. A line is there while somebody stands in it. */
export class Turns {
  readonly #lines = new Map<string, { permits: Permits; people: number }>()

  /** Does `work` when fewer than `width` others of the same line are at theirs. Refuses when the line is too long. */
  async take<T>(name: string, width: number, work: () => Promise<T>): Promise<T> {
    const line = this.#lines.get(name) ?? { permits: new Permits(width, LONGEST_LINE, LONGEST_WAIT), people: 0 }
    this.#lines.set(name, line)
    line.people++
    try {
      return await line.permits.run(work)
    } finally {
      line.people--
      if (line.people === 0) this.#lines.delete(name)
    }
  }
}

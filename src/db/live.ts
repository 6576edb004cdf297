/** What the rest of the house wants to know at once. It says that something changed, never what it is now. */
export type News =
  | { kind: 'change'; lists: string[]; op: string }
  | { kind: 'ended'; sessions: string[] }
  | { kind: 'mail' }
  | { kind: 'site' }
  | { kind: 'refresh' }

/** Carries news to everyone who listens in this process. */
export class Live {
  readonly #listeners = new Set<(news: News) => void>()

  /** Calls `listener` for all news until the returned function is called. */
  subscribe(listener: (news: News) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Tells every listener. A listener that throws is its own problem: the others still hear. */
  tell(news: News): void {
    for (const listener of this.#listeners) {
      try {
        listener(news)
      } catch (error) {
        console.error('A listener of live news failed.', error)
      }
    }
  }
}

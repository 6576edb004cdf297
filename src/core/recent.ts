/** Remembers values by their keys: those of the `most` keys that were asked for last. */
export class Recent<V> {
  readonly #most: number
  // A Map goes through its keys in the order in which they were put in, so the one unused the longest is the first.
  readonly #values = new Map<string, V>()

  constructor(most: number) {
    this.#most = most
  }

  /** The value of `key`, made by `make` when it is not remembered. */
  of(key: string, make: () => V): V {
    const value = this.#values.get(key) ?? make()
    this.set(key, value)
    return value
  }

  /** The value of `key`, if it is remembered. */
  get(key: string): V | undefined {
    const value = this.#values.get(key)
    if (value !== undefined) this.set(key, value)
    return value
  }

  /** From now on `value` is that of `key`. */
  set(key: string, value: V): void {
    this.#values.delete(key)
    this.#values.set(key, value)
    if (this.#values.size > this.#most) this.#values.delete(this.#values.keys().next().value!)
  }
}

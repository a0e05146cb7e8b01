/** The keys that a worker holds: few, the newest used last. Page and worker count them alike, so that a key crosses over only where it is not there. */

/** More than are in use at once: a case in the works has two, and the member's own one comes again and again. */
const MOST = 32;

export class RecentKeys<T> {
  readonly #held = new Map<number, T>();

  /** What is held under this number, which was used just now. */
  use(key: number): T | undefined {
    const found = this.#held.get(key);
    if (found !== undefined) {
      this.#held.delete(key);
      this.#held.set(key, found);
    }
    return found;
  }

  /** Holds one more; gives the one that goes for it. */
  hold(key: number, value: T): T | undefined {
    this.#held.set(key, value);
    const [oldest] = this.#held;
    if (oldest === undefined || this.#held.size <= MOST) return undefined;
    this.#held.delete(oldest[0]);
    return oldest[1];
  }

  /** Holds none any more; gives all that were held. */
  clear(): T[] {
    const all = [...this.#held.values()];
    this.#held.clear();
    return all;
  }
}

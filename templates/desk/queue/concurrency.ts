/** Work on many cases at once, and never on more than so many. */

/** Does this for each, `most` of them under way at once, begun in their order; the first that fails ends all, and is thrown. */
export async function mapWithConcurrency<T>(all: readonly T[], most: number, work: (one: T) => Promise<void>): Promise<void> {
  const rest = [...all].reverse();
  const lane = async (): Promise<void> => {
    try {
      for (let one = rest.pop(); one !== undefined; one = rest.pop()) await work(one);
    } finally {
      // Whether it failed or came to the end: nothing is left to be begun.
      rest.length = 0;
    }
  };
  await Promise.all(Array.from({ length: most }, lane));
}

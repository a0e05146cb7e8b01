/** Work on many cases at once, and never on more than so many. */

/** Does this for each, also where they are still on their way; `most` of them under way at once, begun in their order; the first that fails ends all, and is thrown. */
export async function mapWithConcurrency<T>(all: readonly T[] | AsyncGenerator<T>, most: number, work: (one: T) => Promise<void>): Promise<void> {
  const rest = all instanceof Array ? all.values() : all;
  let over = false;
  const lane = async (): Promise<void> => {
    try {
      for (let next = await rest.next(); next.done !== true && !over; next = await rest.next()) await work(next.value);
    } finally {
      // Whether it failed or came to the end: nothing is left to be begun.
      over = true;
    }
  };
  await Promise.all(Array.from({ length: most }, lane));
}

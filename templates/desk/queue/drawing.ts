/** What many arrivals change is drawn soon, once for all of them, and never so often that drawing takes the time of what arrives. */

/** Milliseconds within which arrivals are drawn together. */
const TOGETHER = 50;
/** After a drawing nothing is drawn for so many times as long as it took. */
const REST = 5;

export class ThrottledRedraw {
  private timer: ReturnType<typeof setTimeout> | null = null;
  /** When the next one may begin. */
  private free = 0;

  constructor(private readonly draw: () => void) {}

  /** Draws at once, and with it everything that was asked for. */
  now(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    const began = performance.now();
    this.draw();
    const ended = performance.now();
    this.free = ended + REST * (ended - began);
  }

  /** Draws soon. A timer and no frame: a page that nobody looks at has no frames, and counts in its title. */
  soon(): void {
    this.timer ??= setTimeout(() => this.now(), Math.max(TOGETHER, this.free - performance.now()));
  }
}

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

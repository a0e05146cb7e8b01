/** What many arrivals change is drawn soon, once for all of them, and never so often that drawing takes the time of what arrives. */

/** Milliseconds within which arrivals are drawn together. */
const TOGETHER = 50;
/** After a drawing nothing is drawn for so many times as long as it took. */
const REST = 30;

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

/** Cuts a stream in pieces of a wanted size; never holds more than one piece and what the stream gave last. */

import type { Bytes } from "../framing.js";

export class Chunker {
  #rest: Uint8Array;
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;

  /** `before` is what was read of the stream already. */
  constructor(reader: ReadableStreamDefaultReader<Uint8Array>, before: Uint8Array = new Uint8Array(0)) {
    this.#reader = reader;
    this.#rest = before;
  }

  /** The next `size` bytes; fewer only at the end of the stream, and none after it. */
  async take(size: number): Promise<Bytes> {
    const piece = new Uint8Array(size);
    let filled = 0;
    while (filled < size && (await this.#more())) {
      const taken = this.#rest.subarray(0, size - filled);
      piece.set(taken, filled);
      filled += taken.length;
      this.#rest = this.#rest.subarray(taken.length);
    }
    return filled === size ? piece : piece.slice(0, filled);
  }

  /** All that is left, as a stream that begins with `first`. */
  stream(first: Uint8Array): ReadableStream<Uint8Array> {
    const waiting = [first, this.#rest];
    return new ReadableStream<Uint8Array>({
      pull: async (controller) => {
        const next = waiting.shift() ?? (await this.#reader.read()).value;
        if (next) controller.enqueue(next);
        else controller.close();
      },
      cancel: () => this.close(),
    }, { highWaterMark: 0 });
  }

  /** Lets go of the stream, so that a file is not read any further. */
  async close(): Promise<void> {
    await this.#reader.cancel().catch(() => undefined);
  }

  async #more(): Promise<boolean> {
    while (this.#rest.length === 0) {
      const { done, value } = await this.#reader.read();
      if (done) return false;
      this.#rest = value;
    }
    return true;
  }
}

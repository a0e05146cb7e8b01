/** The boxes of MP4 and MOV (ISO 14496-12), read within bounds. */

export interface Box {
  readonly type: string;
  readonly start: number;
  readonly body: number;
  readonly end: number;
}

/** A structure that contradicts itself, is too deep or too large: what is behind it can't be found, so nothing may be promised. */
export class Unreadable extends Error {}

const WINDOW = 65_536;

/** How many boxes are read, and how many bytes of those that hold others; beyond these a film is unreadable. */
export class Bounds {
  boxes = 20_000;
  bytes = 33_554_432;
  /** Beyond these, a hidden track is not followed to its data, and what is emptied is not looked at to name it. */
  samples = 500_000;
  looks = 2_097_152;

  #rested = 0;

  /** Lets the page do something else, when it had to wait for longer than anybody notices. */
  async rest(signal?: AbortSignal): Promise<void> {
    if (performance.now() - this.#rested < 20) return;
    await new Promise((resolve) => setTimeout(resolve));
    signal?.throwIfAborted();
    this.#rested = performance.now();
  }

  take(what: "boxes" | "bytes", number: number): void {
    if (!this.has(what, number)) throw new Unreadable();
  }

  has(what: "boxes" | "bytes" | "samples" | "looks", number: number): boolean {
    this[what] -= number;
    return this[what] >= 0;
  }
}

/** The box whose head stands here; `start` is where that is in the whole, which ends at `limit`. */
export function boxAt(head: Uint8Array, start: number, limit: number): Box {
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  if (view.byteLength < 8) throw new Unreadable();
  const short = view.getUint32(0);
  const length = short === 1 ? 16 : 8;
  if (view.byteLength < length) throw new Unreadable();
  const size = short === 1 ? Number(view.getBigUint64(8)) : short === 0 ? limit - start : short;
  if (size < length || start + size > limit) throw new Unreadable();
  return { type: String.fromCharCode(...head.subarray(4, 8)), start, body: start + length, end: start + size };
}

/** Every box from `from` to `to`; QuickTime may end a list with zeros. */
export function boxesIn(bytes: Uint8Array, from: number, to: number, bounds: Bounds): Box[] {
  const found: Box[] = [];
  for (let at = from; at < to; at = (found.at(-1) as Box).end) {
    if (to - at < 8 && bytes.subarray(at, to).every((byte) => byte === 0)) break;
    bounds.take("boxes", 1);
    found.push(boxAt(bytes.subarray(at, Math.min(at + 16, to)), at, to));
  }
  return found;
}

/** The box that is reached by these names; the first of each. */
export function within(bytes: Uint8Array, outer: Box, path: readonly string[], bounds: Bounds): Box | undefined {
  let box: Box | undefined = outer;
  for (const name of path) box = box && boxesIn(bytes, box.body, box.end, bounds).find(({ type }) => type === name);
  return box;
}

/** Reads a file; what is small is read together with what follows it. */
export class Reader {
  #begin = 0;
  #seen = new Uint8Array(0);

  constructor(readonly file: Blob) {}

  /** The bytes from here to there, which nobody else changes. */
  async bytes(from: number, to: number): Promise<Uint8Array<ArrayBuffer>> {
    if (to - from > WINDOW) return this.#read(from, to);
    if (from < this.#begin || to > this.#begin + this.#seen.length) [this.#begin, this.#seen] = [from, await this.#read(from, from + WINDOW)];
    return this.#seen.slice(from - this.#begin, to - this.#begin);
  }

  async #read(from: number, to: number): Promise<Uint8Array<ArrayBuffer>> {
    return new Uint8Array(await this.file.slice(from, to).arrayBuffer());
  }
}

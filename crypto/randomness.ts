/** Randomness as an argument, and the ways to draw from it without bias. */

import type { Bytes } from "./framing.js";

/** Gives n random bytes. */
export type Rng = (size: number) => Bytes;

const MOST_AT_ONCE = 65_536;

/** The browser's own randomness; pages pass it, tests pass another. */
export const systemRng: Rng = (size) => {
  const out = new Uint8Array(size);
  for (let at = 0; at < size; at += MOST_AT_ONCE) {
    crypto.getRandomValues(out.subarray(at, Math.min(size, at + MOST_AT_ONCE)));
  }
  return out;
};

/** A number below `bound` (at most 65,536), by rejection sampling. */
export function drawBelow(rng: Rng, bound: number): number {
  const limit = 65_536 - (65_536 % bound);
  for (;;) {
    const two = rng(2);
    const value = ((two[0] as number) << 8) | (two[1] as number);
    if (value < limit) return value % bound;
  }
}

/** A shuffled copy (Fisher and Yates). */
export function shuffled<T>(rng: Rng, list: readonly T[]): T[] {
  const out = [...list];
  for (let i = out.length - 1; i > 0; i -= 1) {
    const j = drawBelow(rng, i + 1);
    [out[i], out[j]] = [out[j] as T, out[i] as T];
  }
  return out;
}

/** The proof that a tree only adds to an older one, out of the tiles that the log publishes (RFC 6962 §2.1.2, C2SP tlog-tiles). */

import type { Bytes } from "../../../crypto/framing.js";
import { refuse } from "../../../crypto/errors.js";
import { tilePath, treeHash } from "../../../crypto/transparency_log/tlog.js";

const [HEIGHT, WIDTH, HASH] = [8, 256, 32];

/** Gives a file below the log's address. */
export type LoadFile = (path: string) => Promise<Uint8Array>;

/** The hashes of a tile (level, number), 32 bytes each. */
type LoadTile = (level: number, number: number) => Promise<Uint8Array>;

/** Reads each tile of a tree of `size` leaves once, as wide as that tree has it; refused at `log` for another length. */
function tilesOf(load: LoadFile, size: number): LoadTile {
  const known = new Map<string, Promise<Uint8Array>>();
  const read = async (path: string, width: number): Promise<Uint8Array> => {
    const content = await load(path);
    return content.length === width * HASH ? content : refuse("log", "a tile of another length than its tree has it");
  };
  return (level, number) => {
    const width = Math.max(0, Math.min(WIDTH, Math.floor(size / WIDTH ** level) - number * WIDTH));
    if (width === 0) refuse("log", "a tile that the tree does not have");
    const path = tilePath({ level, number, width });
    const found = known.get(path) ?? read(path, width);
    known.set(path, found);
    return found;
  };
}

/** The largest power of two below `width`, and its exponent: where a tree of so many leaves divides. */
function below(width: number): { half: number; height: number } {
  let [half, height] = [1, 0];
  while (half * 2 < width) [half, height] = [half * 2, height + 1];
  return { half, height };
}

/** The hash of a complete subtree of 2^height leaves. */
async function node(load: LoadTile, height: number, number: number): Promise<Uint8Array> {
  const many = 2 ** (height % HEIGHT);
  const first = number * many;
  const content = await load(Math.floor(height / HEIGHT), Math.floor(first / WIDTH));
  const at = (first % WIDTH) * HASH;
  if (content.length < at + many * HASH) refuse("log", "a tile is too short for its tree");
  return treeHash(Array.from({ length: many }, (_, n) => content.subarray(at + n * HASH, at + (n + 1) * HASH)));
}

/** The hash over leaves low to high, a subtree of some tree's division. */
async function rangeHash(load: LoadTile, low: number, high: number): Promise<Uint8Array> {
  const width = high - low;
  if (width === 1) return node(load, 0, low);
  const { half, height } = below(width);
  if (half * 2 === width) return node(load, height + 1, low / width);
  return treeHash([await rangeHash(load, low, low + half), await rangeHash(load, low + half, high)]);
}

/** The proof that the tree of `now` leaves only adds to that of `old`; 0 < old <= now. Nothing of it is believed yet. */
export async function consistencyPath(file: LoadFile, old: number, now: number): Promise<Bytes[]> {
  const load = tilesOf(file, now);
  const path: Uint8Array[] = [];
  let [low, high, whole] = [0, now, true];
  while (old !== high) {
    const middle = low + below(high - low).half;
    if (old <= middle) {
      path.push(await rangeHash(load, middle, high));
      high = middle;
    } else {
      path.push(await rangeHash(load, low, middle));
      [low, whole] = [middle, false];
    }
  }
  if (!whole) path.push(await rangeHash(load, low, high));
  return path.reverse().map((one) => Uint8Array.from(one));
}

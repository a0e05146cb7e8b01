/** The tree of the log (RFC 6962) and the proofs in it: SPEC §12. Indices go beyond 32 bits: no bit operations here. */

import { type Bytes, concat, equalBytes } from "../framing.js";
import { refuse } from "../errors.js";
import { sha256 } from "../primitives.js";

export const SIZE_LIMIT = 2 ** 40;
const TILE_WIDTH = 256;
const PATH = /^tile\/(entries|[0-5])\/((?:x[0-9]{3}\/){0,4}[0-9]{3})(?:\.p\/([1-9][0-9]{0,2}))?$/;

/** The hash of a leaf. */
export function leafHash(entry: Uint8Array): Bytes {
  return sha256(concat(Uint8Array.of(0), entry));
}

function nodeHash(left: Uint8Array, right: Uint8Array): Bytes {
  return sha256(concat(Uint8Array.of(1), left, right));
}

/** The root over leaf hashes. */
export function treeHash(hashes: readonly Uint8Array[]): Uint8Array {
  let row = [...hashes];
  if (row.length === 0) return sha256(new Uint8Array(0));
  while (row.length > 1) {
    const next: Uint8Array[] = [];
    for (let at = 0; at < row.length; at += 2) {
      const [left, right] = [row[at] as Uint8Array, row[at + 1]];
      // The odd one rises as it is: that is how RFC 6962 divides.
      next.push(right === undefined ? left : nodeHash(left, right));
    }
    row = next;
  }
  return row[0] as Uint8Array;
}

export interface Tile {
  /** null: the entries themselves. */
  readonly level: number | null;
  readonly number: number;
  readonly width: number;
}

/** The path of a tile below the log's address. */
export function tilePath({ level, number, width }: Tile): string {
  const digits = String(number);
  const padded = digits.padStart(Math.ceil(digits.length / 3) * 3, "0");
  const parts = padded.match(/.{3}/g) as string[];
  const name = parts.map((part, at) => (at === parts.length - 1 ? part : `x${part}`)).join("/");
  return `tile/${level ?? "entries"}/${name}${width < TILE_WIDTH ? `.p/${width}` : ""}`;
}

/** The tile that a path names; refused at `schema` for every other way to write it. */
export function readTilePath(path: string): Tile {
  const [, level, name = "", width] = PATH.exec(path) ?? refuse("schema", "not the path of a tile");
  const tile = {
    level: level === "entries" ? null : Number(level),
    number: Number(name.replaceAll("x", "").replaceAll("/", "")),
    width: width === undefined ? TILE_WIDTH : Number(width),
  };
  return tilePath(tile) === path ? tile : refuse("schema", "not the path of a tile");
}

const half = (value: number): number => Math.floor(value / 2);
const odd = (value: number): boolean => value % 2 === 1;

/** Walks a proof upward from leaf `number` of a tree whose last leaf is `last`. */
function climb(number: number, last: number, path: readonly Uint8Array[], step: (sibling: Uint8Array, onTheLeft: boolean) => void): void {
  for (const sibling of path) {
    if (last === 0) refuse("log", "a proof that is too long");
    const left = odd(number) || number === last;
    step(sibling, left);
    while (left && number !== 0 && !odd(number)) [number, last] = [half(number), half(last)];
    [number, last] = [half(number), half(last)];
  }
  if (last !== 0) refuse("log", "a proof that is too short");
}

export interface Inclusion {
  readonly leaf: Uint8Array;
  readonly index: number;
  readonly size: number;
  readonly path: readonly Uint8Array[];
  readonly root: Uint8Array;
}

/** Refuses at `log` unless the path leads from the leaf's hash to the root (RFC 9162 §2.1.3.2). */
export function checkInclusion({ leaf, index, size, path, root }: Inclusion): void {
  if (index < 0 || index >= size) refuse("log", "an index beyond the tree");
  let found = leaf;
  climb(index, size - 1, path, (sibling, onTheLeft) => {
    found = onTheLeft ? nodeHash(sibling, found) : nodeHash(found, sibling);
  });
  if (!equalBytes(found, root)) refuse("log", "the entry does not stand in this tree");
}

export interface Consistency {
  readonly old: number;
  readonly now: number;
  readonly oldRoot: Uint8Array;
  readonly newRoot: Uint8Array;
  readonly path: readonly Uint8Array[];
}

/** Refuses at `log` unless the newer tree only adds to the older one (RFC 9162 §2.1.4.2). */
export function checkConsistency({ old, now, oldRoot, newRoot, path }: Consistency): void {
  if (old < 0 || old > now) refuse("log", "a log that became shorter");
  if (old === 0 || old === now) {
    if (path.length > 0 || !equalBytes(oldRoot, old === 0 ? treeHash([]) : newRoot)) refuse("log", "two trees of one size and different content");
    return;
  }
  if (path.length === 0) refuse("log", "a proof that is too short");
  let [number, last] = [old - 1, now - 1];
  while (odd(number)) [number, last] = [half(number), half(last)];
  // Only for a power of two all bits of old - 1 are gone now.
  const [first, ...rest] = number === 0 ? [oldRoot, ...path] : path;
  let [before, after] = [first as Uint8Array, first as Uint8Array];
  climb(number, last, rest, (sibling, onTheLeft) => {
    before = onTheLeft ? nodeHash(sibling, before) : before;
    after = onTheLeft ? nodeHash(sibling, after) : nodeHash(after, sibling);
  });
  if (!equalBytes(before, oldRoot) || !equalBytes(after, newRoot)) refuse("log", "the older tree is no part of the newer one");
}

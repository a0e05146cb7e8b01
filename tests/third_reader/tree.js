// SPEC §12: the tree of RFC 6962, its proofs, and the names of its tiles.
import { demand, equal, sha256 } from "./ground.js";

export const MAX_LEAVES = 2 ** 40;
export const leafHash = (entry) => sha256(Buffer.from([0]), entry);
const nodeHash = (left, right) => sha256(Buffer.from([1]), left, right);

export function treeHash(entries) {
  if (entries.length === 0) return sha256();
  if (entries.length === 1) return leafHash(entries[0]);
  let split = 1;
  while (split * 2 < entries.length) split *= 2;
  return nodeHash(treeHash(entries.slice(0, split)), treeHash(entries.slice(split)));
}

const half = (number) => Math.floor(number / 2);
const odd = (number) => number % 2 === 1;

/** Refuses at `log` unless the path leads from the leaf at this place to the root (RFC 9162, 2.1.3.2). */
export function checkInclusion(leaf, index, size, path, root) {
  demand(index < size, "log", "beyond the tree");
  let [at, last, hash] = [index, size - 1, leaf];
  for (const step of path) {
    demand(last > 0, "log", "a hash too many");
    if (!odd(at) && at !== last) {
      hash = nodeHash(hash, step);
    } else {
      hash = nodeHash(step, hash);
      while (!odd(at) && at !== 0) [at, last] = [half(at), half(last)];
    }
    [at, last] = [half(at), half(last)];
  }
  demand(last === 0 && equal(hash, root), "log", "another root");
}

/** Refuses at `log` unless the larger tree goes on from the smaller one (RFC 9162, 2.1.4.2). */
export function checkConsistency(old, size, oldRoot, newRoot, path) {
  demand(old <= size, "log", "no smaller tree");
  if (old === 0) return demand(path.length === 0 && equal(oldRoot, sha256()), "log", "no empty tree");
  if (old === size) return demand(path.length === 0 && equal(oldRoot, newRoot), "log", "two roots of one size");
  let [at, last] = [old - 1, size - 1];
  while (odd(at)) [at, last] = [half(at), half(last)];
  const steps = at === 0 ? [oldRoot, ...path] : path;
  demand(steps.length > 0, "log", "no path");
  let [first, second] = [steps[0], steps[0]];
  for (const step of steps.slice(1)) {
    demand(last !== 0, "log", "a hash too many");
    if (odd(at) || at === last) {
      [first, second] = [nodeHash(step, first), nodeHash(step, second)];
      while (!odd(at) && at !== 0) [at, last] = [half(at), half(last)];
    } else {
      second = nodeHash(second, step);
    }
    [at, last] = [half(at), half(last)];
  }
  return demand(last === 0 && equal(first, oldRoot) && equal(second, newRoot), "log", "other roots");
}

const TILE = /^tile\/(entries|[0-5])\/((?:x[0-9]{3}\/)*)([0-9]{3})(?:\.p\/([1-9][0-9]{0,2}))?$/;

export function readTilePath(path) {
  const found = path.endsWith("\n") ? null : TILE.exec(path);
  demand(found, "schema", "no path of a tile");
  const [, level, above, below, width] = found;
  demand(!above.startsWith("x000"), "schema", "a number with zeros before it");
  const partial = width === undefined ? 256 : Number(width);
  demand(width === undefined || partial < 256, "schema", "no part of a tile");
  const number = Number(above.replace(/[x/]/g, "") + below);
  demand(number < MAX_LEAVES, "schema", "beyond any log");
  return { level: level === "entries" ? null : Number(level), number, width: partial };
}

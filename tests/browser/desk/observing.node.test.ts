// What an observer's page says of the log: whose it is, that it is signed, and that what was seen before still stands.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { CryptoError } from "../../../crypto/staff.js";
import { checkConsistency, leafHash, tilePath, treeHash } from "../../../crypto/transparency_log/tlog.js";
import { type LogFiles, stateOfLog } from "../../../templates/desk/observing/log.js";
import { consistencyPath } from "../../../templates/desk/observing/tiles.js";
import { resolve } from "../crypto/vectorops.js";

const { shared, cases } = JSON.parse(readFileSync("crypto/vectors/log.json", "utf8"));
const vector = (op: string, name: string): { input: any; output: any } => {
  const found = cases.find((one: { op: string; name: string }) => one.op === op && one.name === name);
  return { input: resolve(found.input, shared), output: found.output };
};
const named = vector("verify_log", "as signed").input;
const signed = vector("read_checkpoint", "as signed");
const unsigned = vector("read_checkpoint", "no signature of its own").input.note as string;
const SEEN = { size: signed.output.size as number, root: signed.output.root as string };

/** Tiles of a log that says nothing true, each as long as its path says. */
const zeros = async (path: string): Promise<Uint8Array> => new Uint8Array(32 * Number(/\.p\/([0-9]+)$/.exec(path)?.[1] ?? 256));

const files = (change: Partial<Record<keyof LogFiles, unknown>> = {}): LogFiles => {
  const right = { roots: named.roots, name: named.note, newest: signed.input.note, tile: zeros, sizes: [SEEN.size], ...change };
  return {
    roots: async () => right.roots, name: async () => right.name as string | null, newest: async () => right.newest as string | null,
    tile: right.tile as LogFiles["tile"], sizes: async () => right.sizes as number[],
  };
};
const state = (before: typeof SEEN | null, change: Partial<Record<keyof LogFiles, unknown>> = {}) => stateOfLog(named.code, files(change), before);

test("an office without a log, or whose log has no checkpoint yet, says so", async () => {
  assert.equal(await state(null, { name: null }), null);
  assert.equal(await state(null, { newest: null }), null);
});

test("the newest checkpoint is taken under the keepers' own name of the log, and remembered", async () => {
  for (const before of [null, SEEN]) {
    const found = await state(before);
    assert.deepEqual([found?.wrong, found?.seen, found?.newest.hour], [null, SEEN, signed.output.hour]);
  }
});

test("a log that is shorter, or says otherwise what was seen, is found, and what was seen stays remembered", async () => {
  const [longer, other, gone] = [{ ...SEEN, size: 8 }, { ...SEEN, root: "A".repeat(43) }, { size: 3, root: SEEN.root }];
  const short = async (): Promise<Uint8Array> => new Uint8Array(31);
  for (const [before, wrong, tile] of [[longer, "shrunk", zeros], [other, "rewritten", zeros], [gone, "rewritten", zeros], [gone, "rewritten", short]] as const) {
    const found = await state(before, { tile });
    assert.deepEqual([found?.wrong, found?.seen], [wrong, before]);
  }
});

test("nothing is said of a checkpoint that the log's key did not sign, or of another office's log", async () => {
  const refused = (stage: string) => (error: unknown) => error instanceof CryptoError && error.stage === stage;
  await assert.rejects(state(null, { newest: unsigned }), refused("log"));
  await assert.rejects(stateOfLog("0000-0000-0000-0000-0000", files(), null), refused("foreign"));
});

/** A log of so many entries: its tiles by their path, and the root over the first of them. */
function grown(size: number, seed: number) {
  const leaves = Array.from({ length: size }, (_, at) => leafHash(Uint8Array.of(seed, at >> 16, at >> 8, at)));
  const tiles = new Map<string, Uint8Array>();
  for (let level = 0, row: Uint8Array[] = leaves; row.length > 0; level += 1) {
    const next: Uint8Array[] = [];
    for (let number = 0; number * 256 < row.length; number += 1) {
      const some = row.slice(number * 256, (number + 1) * 256);
      tiles.set(tilePath({ level, number, width: some.length }), new Uint8Array(some.flatMap((one) => [...one])));
      if (some.length === 256) next.push(treeHash(some));
    }
    row = next;
  }
  return { tile: async (path: string) => tiles.get(path) as Uint8Array, root: (count: number) => treeHash(leaves.slice(0, count)) };
}

test("a log that goes on is told from one that was begun again behind the checkpoint seen before", async () => {
  for (const [old, now] of [[1, 64], [64, 320], [64, 384], [256, 600], [300, 700], [768, 1100]] as const) {
    const [honest, forked] = [grown(now, 1), grown(now, 2)];
    const [path, other] = [await consistencyPath(honest.tile, old, now), await consistencyPath(forked.tile, old, now)];
    const oldRoot = honest.root(old);
    checkConsistency({ old, now, oldRoot, newRoot: honest.root(now), path });
    for (const proof of [path, other]) assert.throws(() => checkConsistency({ old, now, oldRoot, newRoot: forked.root(now), path: proof }), CryptoError);
  }
});

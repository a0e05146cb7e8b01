// What an observer's page says of the log: whose it is, that it is signed, and that what was seen before still stands.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { CryptoError } from "../../../crypto/browser/staff.js";
import { type LogFiles, stateOfLog } from "../../../templates/desk/observing/log.js";
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

const files = (change: Partial<Record<keyof LogFiles, unknown>> = {}): LogFiles => {
  const right = { roots: named.roots, name: named.note, newest: signed.input.note, at: null, sizes: [SEEN.size], ...change };
  return {
    roots: async () => right.roots, name: async () => right.name as string | null, newest: async () => right.newest as string | null,
    at: async () => right.at as string | null, sizes: async () => right.sizes as number[],
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
  for (const [before, wrong, at] of [[longer, "shrunk", null], [other, "rewritten", null], [gone, "rewritten", null], [gone, "rewritten", unsigned], [gone, "rewritten", signed.input.note]] as const) {
    const found = await state(before, { at });
    assert.deepEqual([found?.wrong, found?.seen], [wrong, before]);
  }
});

test("nothing is said of a checkpoint that the log's key did not sign, or of another office's log", async () => {
  const refused = (stage: string) => (error: unknown) => error instanceof CryptoError && error.stage === stage;
  await assert.rejects(state(null, { newest: unsigned }), refused("log"));
  await assert.rejects(stateOfLog("0000-0000-0000-0000", files(), null), refused("foreign"));
});

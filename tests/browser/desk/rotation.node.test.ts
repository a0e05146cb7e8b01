// Where a change of keys stands is what the seeds and the directory say, whatever the server tells.

import assert from "node:assert/strict";
import test from "node:test";
import { Secret, proposeKeys, staffKeys } from "../../../crypto/staff.js";
import { stageOf } from "../../../templates/desk/passkeys/rotation.js";

const WHOSE = { office: "AAAAAAAAAAAAAAAAAAAAAA", member: "li-wei" };
const seed = (n: number): Uint8Array<ArrayBuffer> => new Uint8Array(32).fill(n);
const keys = (...seeds: number[]) => staffKeys(new Secret(new Uint8Array(seeds.flatMap((n) => [...seed(n)]))), WHOSE);
const waiting = (from: number, to: number) => proposeKeys(keys(from), keys(to));

test("nothing waits: there is one key, or a former one is still kept", () => {
  assert.equal(stageOf(keys(1), null), "none");
  assert.equal(stageOf(keys(2, 1), null), "former");
});

test("what waits is coming while another key is in force, and signed once it is the one in force", () => {
  assert.equal(stageOf(keys(1, 2), waiting(1, 2)), "waiting");
  assert.equal(stageOf(keys(2, 1), waiting(1, 2)), "signed");
});

test("keys that none of the seeds gives are nobody's that this member knows, and half a match is none", () => {
  assert.equal(stageOf(keys(1), waiting(1, 2)), "unknown");
  assert.equal(stageOf(keys(1, 2), waiting(3, 4)), "unknown");
  const right = waiting(1, 2);
  assert.equal(stageOf(keys(1, 2), { ...right, recipient: waiting(1, 3).recipient }), "unknown");
  assert.equal(stageOf(keys(1, 2), { ...right, signing: waiting(1, 3).signing }), "unknown");
});

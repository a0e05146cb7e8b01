// The desk's only Trusted Types policy is made as the page loads, and gives one address.

import assert from "node:assert/strict";
import test from "node:test";

const OURS = "/assets/worker.0123456789abcdef.js";
const made: { name: string; rules: { createScriptURL: (address: string) => string } }[] = [];
const started: unknown[][] = [];
Object.assign(globalThis, {
  DECRYPTING_WORKER: OURS,
  trustedTypes: { createPolicy: (name: string, rules: (typeof made)[number]["rules"]) => { made.push({ name, rules }); return rules; } },
  Worker: class { constructor(...given: unknown[]) { started.push(given); } },
});
const { startWorker } = await import("../../../templates/desk/decrypting/script.js");

test("the policy is there before any worker is started, and gives no other address", () => {
  assert.deepEqual([made.map(({ name }) => name), started], [["yanlu-decrypting"], []]);
  assert.equal(made[0]?.rules.createScriptURL(OURS), OURS);
  for (const other of ["/assets/x.js", "blob:x", "", `${OURS}?`]) assert.throws(() => made[0]?.rules.createScriptURL(other), TypeError);
});

test("workers are started by the same policy, from that address, without a cookie", () => {
  startWorker();
  startWorker();
  assert.equal(made.length, 1);
  assert.deepEqual(started, Array.from({ length: 2 }, () => [OURS, { type: "module", credentials: "omit" }]));
});

// The desk's only Trusted Types policy is made as the page loads, and gives one address.

import assert from "node:assert/strict";
import test from "node:test";

const OURS = "/assets/worker.0123456789abcdef.js";
const made: { name: string; rules: { createScriptURL: (address: string) => string } }[] = [];
const started: unknown[][] = [];
const HASH = "sha384-AAAA";
const fetched: unknown[][] = [];
let status = 200;
Object.assign(globalThis, {
  DECRYPTING_WORKER: OURS,
  DECRYPTING_WORKER_HASH: HASH,
  fetch: (...given: unknown[]) => { fetched.push(given); return Promise.resolve(new Response("", { status })); },
  trustedTypes: { createPolicy: (name: string, rules: (typeof made)[number]["rules"]) => { made.push({ name, rules }); return rules; } },
  Worker: class { constructor(...given: unknown[]) { started.push(given); } },
});
const { refreshScript, startWorker } = await import("../../../templates/desk/decrypting/script.js");

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

test("the script is fetched past what the browser has stored, by its hash and without a cookie, and one that is away starts none", async () => {
  await refreshScript();
  assert.deepEqual(fetched, [[OURS, { cache: "reload", credentials: "omit", integrity: HASH }]]);
  status = 404;
  await assert.rejects(refreshScript(), TypeError);
});

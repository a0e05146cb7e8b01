// Work for a busy office: done in chunks by the browser's own hash, bound to what is sent, never more than an office may ask.

import assert from "node:assert/strict";
import test from "node:test";
import { b64encode, systemRng } from "../../../crypto/index.js";
import { checkWork, doWork, readAsked, readWork, windowAt } from "../../../crypto/reporter/work.js";

const ROUTE = "POST /api/submissions";
const SUBJECT = new Uint8Array(32).fill(7);
const NOW = Date.UTC(2026, 10, 24);
const asked = { bits: 8, window: windowAt(NOW) };

test("work that was done holds, is told in four steps, and is another one each time", async () => {
  const told: number[] = [];
  const [first, second] = await Promise.all([
    doWork(asked, ROUTE, SUBJECT, systemRng, (done) => told.push(done)),
    doWork(asked, ROUTE, SUBJECT, systemRng),
  ]);
  assert.deepEqual(told, [0.25, 0.5, 0.75, 1]);
  const marks = await Promise.all([first, second].map((text) => checkWork(readWork(text), ROUTE, b64encode(SUBJECT))));
  assert.ok(marks[0] !== marks[1]);
  await assert.rejects(checkWork(readWork(first), "POST /api/posts", b64encode(SUBJECT)), /work: /);
});

test("a search that begins at the last number goes on at the first", async () => {
  const text = await doWork(asked, ROUTE, SUBJECT, (size) => new Uint8Array(size).fill(255));
  await checkWork(readWork(text), ROUTE, b64encode(SUBJECT));
});

test("more work than an office may ask, or a window of another day, is refused before any work", async () => {
  await assert.rejects(doWork({ bits: 15, window: asked.window }, ROUTE, SUBJECT, systemRng), /work: /);
  assert.deepEqual(readAsked(`1.${asked.window}.14`, NOW), { bits: 14, window: asked.window });
  for (const text of [`1.${asked.window}.15`, `1.${asked.window}.7`, `2.${asked.window}.8`, "", `1.${asked.window + 289}.8`, "1.0.8"]) {
    assert.throws(() => readAsked(text, NOW), /work: /);
  }
});

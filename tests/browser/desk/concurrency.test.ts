// So many cases are fetched at once, in their order, and none after the first that fails.

import assert from "node:assert/strict";
import test from "node:test";
import { mapWithConcurrency } from "../../../templates/desk/queue/concurrency.js";

const after = (ms: number): Promise<void> => new Promise((resolve) => { setTimeout(resolve, ms); });

test("lanes begin in order, so many at once, and do each once", async () => {
  const begun: number[] = [];
  let [open, most] = [0, 0];
  await mapWithConcurrency([...Array(20).keys()], 4, async (n) => {
    begun.push(n);
    open += 1;
    most = Math.max(most, open);
    await after(n % 3);
    open -= 1;
  });
  assert.deepEqual(begun, [...Array(20).keys()]);
  assert.equal(most, 4);
});

test("the first that fails ends all lanes: a session that is over is not asked for each case", async () => {
  const begun: number[] = [];
  const failing = mapWithConcurrency([...Array(100).keys()], 4, async (n) => {
    begun.push(n);
    if (n === 0) throw new Error("over at 0");
    await after(20);
  });
  await assert.rejects(failing, /over at 0/u);
  await after(50);
  assert.ok(begun.length <= 4, String(begun));
});

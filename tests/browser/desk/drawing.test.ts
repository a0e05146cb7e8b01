// What many arrivals cost: few drawings, a bounded share of the time, and so many fetched at once.

import assert from "node:assert/strict";
import test from "node:test";
import { ThrottledRedraw, mapWithConcurrency } from "../../../templates/desk/queue/drawing.js";

const after = (ms: number): Promise<void> => new Promise((resolve) => { setTimeout(resolve, ms); });

function busy(ms: number): void {
  for (const end = performance.now() + ms; performance.now() < end;);
}

test("a thousand arrivals are drawn together, and the last one is drawn too", async () => {
  let [arrived, drawn, shown] = [0, 0, 0];
  const drawing = new ThrottledRedraw(() => { drawn += 1; shown = arrived; });
  for (let n = 0; n < 1000; n += 1) {
    arrived += 1;
    drawing.soon();
  }
  assert.equal(drawn, 0);
  await after(200);
  assert.deepEqual([drawn, shown], [1, 1000]);
});

test("after a drawing nothing is drawn for five times as long as it took", async () => {
  const took: { readonly began: number; readonly ended: number }[] = [];
  const drawing = new ThrottledRedraw(() => {
    const began = performance.now();
    busy(20);
    took.push({ began, ended: performance.now() });
  });
  while (took.length < 3) {
    drawing.soon();
    await after(1);
  }
  const rests = took.slice(1).map(({ began }, at) => (began - (took[at]?.ended ?? 0)) / ((took[at]?.ended ?? 0) - (took[at]?.began ?? 0)));
  // A timer may come a millisecond early.
  assert.ok(rests.every((rest) => rest >= 4.9), String(rests));
});

test("drawn at once, nothing is drawn again for what was asked before", async () => {
  let drawn = 0;
  const drawing = new ThrottledRedraw(() => { drawn += 1; });
  drawing.soon();
  drawing.now();
  await after(200);
  assert.equal(drawn, 1);
});

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

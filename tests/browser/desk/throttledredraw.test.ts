// What many arrivals cost: few drawings, and a bounded share of the time.

import assert from "node:assert/strict";
import test from "node:test";
import { ThrottledRedraw } from "../../../templates/desk/queue/throttledredraw.js";

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

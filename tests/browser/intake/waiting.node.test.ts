// Files that are still being cleaned: shown, counted, and taken away without waiting for them.

import assert from "node:assert/strict";
import test from "node:test";
import { filesWaiting, unlessRemoved, waitFor } from "../../../templates/intake/form/waiting.js";

test("a file that is taken away is waited for no longer, though its cleaning never ends", async () => {
  let counted = 0;
  const count = (more: number): void => { counted += more; };
  const [first, second] = [waitFor(new File([], "a.mp4"), count), waitFor(new File([], "b.mp4"), count)];
  assert.deepEqual(filesWaiting().map(({ file }) => file.name), ["a.mp4", "b.mp4"]);
  assert.equal(counted, 2);
  const never = unlessRemoved(first, new Promise<string>(() => undefined));
  first.end();
  await assert.rejects(never);
  assert.ok(first.signal.aborted);
  assert.deepEqual(filesWaiting(), [second]);
  assert.equal(counted, 1);
  first.end();
  assert.equal(counted, 1);
  await assert.rejects(unlessRemoved(first, Promise.resolve().then(() => new Promise(() => undefined))));
  assert.equal(await unlessRemoved(second, Promise.resolve("clean")), "clean");
  await assert.rejects(unlessRemoved(second, Promise.reject(new Error("unreadable"))), /unreadable/);
  second.end();
  assert.deepEqual([filesWaiting().length, counted], [0, 0]);
});

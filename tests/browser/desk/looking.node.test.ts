// The open desk's looks: each of them is told to the first page, for days go by without anything new.

import assert from "node:assert/strict";
import test from "node:test";
import type { CaseCache } from "../../../templates/desk/cache/casecache.js";
import { CasePoller, type Host } from "../../../templates/desk/queue/casepoller.js";

const NEWS = { batch: "b1", cases: "c1" };

test("a look that finds nothing new is told as a whole one, and a look that fails as none", async () => {
  const told: boolean[] = [];
  const said: string[] = [];
  let next: () => void = () => undefined;
  const ended = (): Promise<void> => new Promise((resolve) => { setTimeout(resolve, 20); });
  globalThis.window = { setTimeout: (go: () => void) => { next = go; return 1; }, clearTimeout: () => undefined } as never;
  let answers = true;
  globalThis.fetch = async () => {
    if (!answers) throw new TypeError("no network");
    return new Response(JSON.stringify(NEWS));
  };
  const host: Partial<Host> = {
    shelf: new Map(), vault: { leftOver: false } as never, cache: { save: async () => undefined } as unknown as CaseCache,
    say: (sentence) => said.push(sentence), fail: (error) => assert.fail(String(error)), looked: async (whole) => { told.push(whole); },
  };
  const poller = new CasePoller(host as Host);
  poller.know(NEWS);
  poller.start();
  for (answers of [true, true, false]) {
    next();
    await ended();
  }
  assert.deepEqual(told, [true, true, false]);
  assert.equal(said.length, 1);
  poller.stop();
});

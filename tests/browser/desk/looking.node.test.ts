// The open desk's looks: each of them is told to the first page, for days go by without anything new.

import assert from "node:assert/strict";
import test from "node:test";
import type { CaseCache } from "../../../templates/desk/cache/casecache.js";
import { unopened } from "../../../templates/desk/context.js";
import type { DeskCase } from "../../../templates/desk/opened/model.js";
import { rowTitle } from "../../../templates/desk/queue/caselist.js";
import { CasePoller, type Host } from "../../../templates/desk/queue/casepoller.js";

const NEWS = { batch: "b1", cases: "c1" };

/** Long enough for a look to end. */
const ended = (): Promise<void> => new Promise((resolve) => { setTimeout(resolve, 20); });

test("a look that finds nothing new is told as a whole one, and a look that fails as none", async () => {
  const told: boolean[] = [];
  const said: string[] = [];
  let next: () => void = () => undefined;
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

test("a case that the server does not give is not called unverified, and is asked for again though nothing is new: ten times, then at the next news", async () => {
  const standing = { ended: false, waiting: false, owner: null, deputy: null, next_due: null };
  const row = { case: "AAAAAAAAAAAAAAAAAAAAAA", entity: "group", policy: "p", version: "1", day: "2026-03-02", stage: "received", epoch: 0, urgent: false, taken_by: [], head: { n: 0, hash: "A".repeat(43) }, last: { to_office: 1, to_reporter: 0 }, standing };
  let next: () => void = () => undefined;
  let asked = 0;
  let now = NEWS;
  globalThis.window = { setTimeout: (go: () => void) => { next = go; return 1; }, clearTimeout: () => undefined } as never;
  globalThis.document = { getElementById: () => null, querySelector: () => null } as never;
  const shelf = new Map<string, DeskCase>();
  const quiet = { keepLeft: async () => undefined, report: () => undefined };
  globalThis.fetch = async (address) => {
    if (String(address).startsWith("/api/cases?")) return new Response(JSON.stringify({ cases: [row], next: null }));
    if (!String(address).startsWith("/api/cases/")) return new Response(JSON.stringify(now));
    asked += 1;
    return new Response('{"type":"urn:yanlu:error:busy"}', { status: 503 });
  };
  const host: Partial<Host> = {
    shelf, state: { open: null }, cache: { save: async () => undefined, find: async () => null } as unknown as CaseCache, take: () => undefined, draw: () => undefined, renewed: () => undefined, asked: async () => undefined, looked: async () => undefined,
    vault: { leftOver: false, staff: { member: "me" }, renewOffice: async () => undefined, collect: async () => 0, openings: { due: () => new Set() }, pins: quiet } as never, say: () => undefined, fail: (error) => assert.fail(String(error)),
    load: async (_id, file) => {
      try {
        file?.();
      } catch (error) {
        shelf.set(row.case, unopened(row as never, error));
      }
    },
  };
  const poller = new CasePoller(host as Host);
  poller.start();
  for (let look = 0; look < 15; look += 1) {
    next();
    await ended();
  }
  assert.equal(asked, 10);
  assert.equal(rowTitle(shelf.get(row.case) as DeskCase), "Could not be loaded");
  now = { ...NEWS, cases: "c2" };
  next();
  await ended();
  assert.equal(asked, 11);
  poller.stop();
});

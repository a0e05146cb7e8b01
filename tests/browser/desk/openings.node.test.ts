// What a member was shown is signed for colleagues, in the end of every case; and what the page writes unasked leaves the member some of the minute.

import assert from "node:assert/strict";
import test from "node:test";
import { CryptoError, FIRST_EVENT, type Grant, b64encode, sealKeyringEntry, signEvent, systemRng } from "../../../crypto/staff.js";
import { type CaseFile, DeskRefusal } from "../../../templates/desk/api.js";
import { CaseCache } from "../../../templates/desk/cache/casecache.js";
import type { DeskCase } from "../../../templates/desk/opened/model.js";
import { MOST_A_MINUTE, Openings } from "../../../templates/desk/opened/openings.js";
import { Pins } from "../../../templates/desk/opened/pins.js";
import { Vault } from "../../../templates/desk/opened/vault.js";
import { CasePoller } from "../../../templates/desk/queue/casepoller.js";
import { Steps } from "../../../templates/desk/steps.js";
import { Rulebook } from "../../../templates/desk/trusted/rulebook.js";
import { directory, given, grant, seed, staff } from "./pinnedcase.js";

const MINUTE_MS = 60_000;
let now = 0;
Object.defineProperty(performance, "now", { value: () => now });
// Nobody is filling in anything.
Object.assign(globalThis, { document: { querySelector: () => null, getElementById: () => ({ querySelectorAll: () => [] }) } });

const idOf = (n: number): string => b64encode(new Uint8Array(16).fill(n));
const refused = (status: number, code: string) => (): Promise<void> => Promise.reject(new DeskRefusal(status, code, ""));
const fine = (): Promise<void> => Promise.resolve();

test("what was shown beyond the minute's limit is signed in the next minutes; what the member opens is signed at once", async () => {
  const openings = new Openings();
  const ids = Array.from({ length: 2 * MOST_A_MINUTE + 1 }, (_, n) => `${n}`);
  const signed: string[] = [];
  const look = async (due: Iterable<string>): Promise<void> => {
    for (const id of due) await openings.sign(id, async () => { signed.push(id); }, true);
  };
  await look(ids);
  assert.deepEqual([signed.length, openings.areLeft, openings.due(ids).size], [MOST_A_MINUTE, true, 0]);
  assert.equal(await openings.sign("mine", fine, false), true);
  for (let minute = 0; minute < 2; minute += 1) {
    now += MINUTE_MS;
    await look(openings.due(ids));
  }
  assert.deepEqual([signed, openings.areLeft], [ids, false]);
});

test("what is refused for a while stays to be signed; what is refused for good, signed elsewhere or not listed does not", async () => {
  for (const [status, code] of [[429, "too-many-steps"], [503, "store-unavailable"], [0, "no-answer"], [409, "head-moved"]] as const) {
    const openings = new Openings();
    await openings.sign("a", refused(status, code), false);
    assert.equal(openings.due(["a"]).size, status === 429 ? 0 : 1, code);
    now += MINUTE_MS;
    assert.deepEqual([...openings.due(["a", "b"])], ["a"], code);
    openings.forget("a");
    assert.equal(openings.areLeft, false);
  }
  const openings = new Openings();
  assert.equal(await openings.sign("a", refused(404, "no-such-case"), false), true);
  assert.equal(openings.areLeft, false);
  await assert.rejects(openings.sign("a", refused(401, "signed-out"), false), { status: 401 });
  await assert.rejects(openings.sign("a", () => Promise.reject(new CryptoError("schema", "an alarm")), false), CryptoError);
  assert.deepEqual([[...openings.due(["b"])], openings.areLeft], [[], false]);
});

test("pins leave the member some of the minute too, and are all written in the end", async () => {
  const pins = new Pins(staff);
  let written = 0;
  globalThis.fetch = async () => {
    written += 1;
    return new Response(null, { status: 204 });
  };
  for (let n = 0; n <= MOST_A_MINUTE; n += 1) pins.leave(new Proxy(grant, { get: (target, name) => (name === "case" ? idOf(n) : Reflect.get(target, name, target)) }) as Grant);
  await pins.keepLeft();
  await pins.keepLeft();
  assert.deepEqual([written, pins.areLeft], [MOST_A_MINUTE, true]);
  now += MINUTE_MS;
  await pins.keepLeft();
  assert.deepEqual([written, pins.areLeft], [MOST_A_MINUTE + 1, false]);
});

test("a case that the desk shows unsigned is signed at a later look, though its row says nothing new; one that has left the list takes its keys from the workers", async () => {
  const standing = { ended: false, waiting: false, owner: null, deputy: null, next_due: null };
  const bare = {
    case: grant.case, entity: grant.entity, policy: grant.policy, version: "1", day: directory.today, stage: "received", epoch: 0, urgent: false, taken_by: [],
    head: FIRST_EVENT as { n: number; hash: string }, last: { to_office: 1, to_reporter: 0 }, standing, packet: given.packet, history: null, items: given.items, events: [] as unknown[],
    keyring: await sealKeyringEntry(staff, grant, systemRng), proposal: null, dues: [], undeliverable: [],
  };
  const { event: first, head } = signEvent(staff, { case: grant.case, kind: "filed", day: directory.today, data: {} }, FIRST_EVENT);
  let file = { ...bare, events: [first as unknown], head: { n: 0, hash: head.hash } };
  let [busy, listed] = [true, true];
  const sent: string[] = [];
  globalThis.fetch = async (address, how) => {
    if (how?.method !== "POST") return new Response(JSON.stringify(String(address).startsWith("/api/cases?") ? { cases: listed ? [file] : [], next: null } : file));
    const { event } = JSON.parse(await new Response(how.body).text());
    sent.push(JSON.parse(event.payload).kind);
    if (busy) return new Response('{"type":"urn:yanlu:error:too-many-steps"}', { status: 429 });
    file = { ...file, events: [...file.events, event], head: { n: 1, hash: signEvent(staff, { case: grant.case, kind: "claimed", day: directory.today, data: JSON.parse(event.payload).data }, { n: 1, hash: head.hash }).head.hash } };
    return new Response("{}", { status: 201 });
  };
  const vault = new Vault(staff, seed, directory, await Rulebook.open(new Map(), null, () => true));
  const steps = new Steps(vault, () => new Date());
  const shelf = new Map<string, DeskCase>();
  const poller: CasePoller = new CasePoller({
    shelf, vault, state: { open: null }, cache: new CaseCache(vault, null), remember: false, take: () => undefined, draw: () => undefined, renewed: () => undefined, looked: async () => undefined, asked: async () => undefined,
    say: () => undefined, fail: () => undefined,
    load: async (id, fetched) => {
      const row = (shelf.get(id) as DeskCase).row;
      shelf.set(id, { row, opened: await steps.open(row, fetched?.() as CaseFile), refused: null });
      poller.opened(vault.held(id));
    },
  });
  await poller.fill();
  assert.deepEqual([sent, vault.leftOver, shelf.get(grant.case)?.opened?.chainHolds], [["claimed"], true, true]);
  busy = false;
  now += MINUTE_MS;
  await poller.fill();
  assert.deepEqual([sent, vault.leftOver], [["claimed", "claimed"], false]);
  assert.ok(shelf.get(grant.case)?.opened?.claims.opened.has(staff.member));
  let forgotten = 0;
  vault.workers = { end: () => undefined, forget: () => { forgotten += 1; } };
  await poller.fill();
  assert.deepEqual([shelf.size, forgotten], [1, 0]);
  listed = false;
  await poller.fill();
  assert.deepEqual([shelf.size, forgotten], [0, 1]);
  await poller.fill();
  assert.equal(sent.length, 2);
});

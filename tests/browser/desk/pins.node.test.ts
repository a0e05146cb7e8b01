// The pin of a case: kept at once where it is opened alone, with the others' where many are, and never silently given up.

import assert from "node:assert/strict";
import test from "node:test";
import { type Grant, b64encode, openKeyringEntry } from "../../../crypto/staff.js";
import type { CaseFile } from "../../../templates/desk/api.js";
import { Pins } from "../../../templates/desk/opened/pins.js";
import { Vault } from "../../../templates/desk/opened/vault.js";
import { Rulebook } from "../../../templates/desk/trusted/rulebook.js";
import { directory, given, grant, seed, staff } from "./pinnedcase.js";

const file = {
  case: grant.case, entity: grant.entity, policy: grant.policy, version: "1", day: directory.today, stage: "received", epoch: 0, urgent: false, taken_by: [],
  head: { n: 0, hash: b64encode(new Uint8Array(32)) }, last: { to_office: 1, to_reporter: 0 }, standing: { ended: false, waiting: false, owner: null, deputy: null, next_due: null },
  packet: given.packet, history: null, items: given.items, events: [], keyring: null, proposal: null, dues: [], undeliverable: [],
} as unknown as CaseFile;

/** What the desk answers to a pin from now on; the entries that it was given. */
function desk(answer: () => Response = () => new Response(null, { status: 204 })): unknown[] {
  const entries: unknown[] = [];
  globalThis.fetch = async (address, how) => {
    if (how?.method !== "PUT") return new Response(JSON.stringify(file));
    assert.equal(String(address), `/api/cases/${grant.case}/key`);
    entries.push(JSON.parse(await new Response(how.body).text()));
    return answer();
  };
  return entries;
}

function refusal(status: number, code: string): () => Response {
  return () => new Response(JSON.stringify({ type: `urn:yanlu:error:${code}` }), { status });
}

/** What is told of pins that failed. */
function told(pins: Pins): string[] {
  const codes: string[] = [];
  pins.report(({ code }) => codes.push(code));
  return codes;
}

async function fresh(): Promise<Vault> {
  return new Vault(staff, seed, directory, await Rulebook.open(new Map(), null, () => true));
}

test("a case that is opened alone is pinned before it is shown", async () => {
  const [entries, vault] = [desk(), await fresh()];
  assert.notEqual((await vault.open(file)).report, null);
  assert.equal((await openKeyringEntry(staff, entries[0])).hash, grant.hash);
  assert.equal(vault.leftOver, false);
  await vault.open(file);
  await vault.pins.keepLeft();
  assert.equal(entries.length, 1);
});

test("a case that came with others is pinned with theirs, once", async () => {
  const [entries, vault] = [desk(), await fresh()];
  assert.notEqual((await vault.open(file, file)).report, null);
  assert.deepEqual([entries.length, vault.leftOver], [0, true]);
  await vault.pins.keepLeft();
  await vault.pins.keepLeft();
  assert.deepEqual([entries.length, vault.leftOver], [1, false]);
  assert.equal((await openKeyringEntry(staff, entries[0])).hash, grant.hash);
});

test("what the desk takes no more of in this minute is left for the next look", async () => {
  const vault = await fresh();
  await vault.open(file, file);
  desk(refusal(429, "too-many-steps"));
  await vault.pins.keepLeft();
  assert.equal(vault.leftOver, true);
  const entries = desk();
  await vault.pins.keepLeft();
  assert.deepEqual([entries.length, vault.leftOver], [1, false]);
});

test("a pin that is refused is no secret, and one that is needed no more is not asked for again", async () => {
  for (const refused of [refusal(404, "no-such-case"), refusal(409, "older-key")]) {
    const vault = await fresh();
    await vault.open(file, file);
    desk(refusal(503, "store-unavailable"));
    await vault.pins.keepLeft();
    assert.equal(vault.leftOver, true);
    assert.deepEqual([told(vault.pins), told(vault.pins)], [["store-unavailable"], []]);
    desk(refused);
    await vault.pins.keepLeft();
    assert.equal(vault.leftOver, false);
    assert.deepEqual(told(vault.pins), []);
  }
});

/** The same grant, as if it were of another case. */
const of = (id: string): Grant => new Proxy(grant, { get: (target, name) => (name === "case" ? id : Reflect.get(target, name, target)) });
const [ONE, TWO, THREE] = [1, 2, 3].map((n) => b64encode(new Uint8Array(16).fill(n))) as [string, string, string];

/** A desk that answers so to the pins of these cases, and accepts those of all others; the cases of which it was given one. */
function deskOf(answers: Readonly<Record<string, () => Response>>): string[] {
  const asked: string[] = [];
  globalThis.fetch = async (address) => {
    const id = String(address).split("/")[3] as string;
    asked.push(id);
    return answers[id]?.() ?? new Response(null, { status: 204 });
  };
  return asked;
}

test("a pin that fails keeps no other from being written, and is tried again", async () => {
  const pins = new Pins(staff);
  for (const id of [ONE, TWO, THREE]) pins.leave(of(id));
  assert.deepEqual([deskOf({ [ONE]: refusal(500, "internal"), [TWO]: refusal(422, "malformed") }), await pins.keepLeft()], [[ONE, TWO, THREE], undefined]);
  assert.deepEqual(told(pins), ["internal"]);
  deskOf({ [ONE]: refusal(500, "internal"), [TWO]: refusal(422, "malformed") });
  await pins.keepLeft();
  assert.deepEqual(told(pins), []);
  assert.deepEqual([deskOf({}), await pins.keepLeft(), pins.areLeft], [[ONE, TWO], undefined, false]);
});

test("a session that is over is met at once", async () => {
  const pins = new Pins(staff);
  for (const id of [ONE, TWO]) pins.leave(of(id));
  const asked = deskOf({ [ONE]: refusal(401, "signed-out") });
  await assert.rejects(pins.keepLeft(), { status: 401 });
  assert.deepEqual(asked, [ONE]);
});

test("a newer grant that is left while an older one is on its way is not lost", async () => {
  const pins = new Pins(staff);
  const [older, newer] = [of(ONE), of(ONE)];
  pins.leave(older);
  deskOf({ [ONE]: () => { pins.leave(newer); return new Response(null, { status: 204 }); } });
  await pins.keepLeft();
  assert.equal(pins.areLeft, true);
  assert.deepEqual([deskOf({}), await pins.keepLeft(), pins.areLeft], [[ONE], undefined, false]);
});

test("nothing is pinned once the keys are gone, and nothing sealed is kept of a case that was read", async () => {
  const [entries, vault] = [desk(), await fresh()];
  await vault.open(file, file);
  const { file: left } = vault.held(grant.case);
  assert.deepEqual([left.packet, left.items, left.keyring], ["", [], null]);
  assert.deepEqual([left.case, left.head, left.events], [file.case, file.head, file.events]);
  vault.wipe();
  await vault.pins.keepLeft();
  assert.deepEqual(entries, []);
});

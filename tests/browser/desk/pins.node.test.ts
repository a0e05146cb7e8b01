// The pin of a case: kept at once where it is opened alone, with the others' where many are, and never silently given up.

import assert from "node:assert/strict";
import test from "node:test";
import { b64encode, openKeyringEntry } from "../../../crypto/staff.js";
import type { CaseFile } from "../../../templates/desk/api.js";
import { DeskRefusal } from "../../../templates/desk/api.js";
import { Vault } from "../../../templates/desk/opened/vault.js";
import { Rulebook } from "../../../templates/desk/trusted/rulebook.js";
import { directory, given, grant, seed, staff } from "./pinnedcase.js";

const file = {
  case: grant.case, entity: grant.entity, policy: grant.policy, version: "1", day: directory.today, stage: "received", epoch: 0, urgent: false, taken_by: [],
  head: { n: 0, hash: b64encode(new Uint8Array(32)) }, last: { to_office: 1, to_reporter: 0 }, standing: { ended: false, waiting: false, owner: null, deputy: null, next_due: null },
  packet: given.packet, history: null, items: given.items, events: [], keyring: null, proposal: null, dues: [], aside: [],
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

async function fresh(): Promise<Vault> {
  return new Vault(staff, seed, directory, await Rulebook.open(new Map(), null));
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
    await assert.rejects(vault.pins.keepLeft(), DeskRefusal);
    assert.equal(vault.leftOver, true);
    desk(refused);
    await vault.pins.keepLeft();
    assert.equal(vault.leftOver, false);
  }
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

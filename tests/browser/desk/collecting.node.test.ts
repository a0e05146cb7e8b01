// The batch after a sign-in: a packet by which a case of the list is open already is neither opened nor claimed again.

import assert from "node:assert/strict";
import test from "node:test";
import { Secret } from "../../../crypto/primitives.js";
import { openBeside } from "../../../crypto/sealing/whole.js";
import { b64encode, sealKeyringEntry, systemRng } from "../../../crypto/staff.js";
import { Vault } from "../../../templates/desk/opened/vault.js";
import { Rulebook } from "../../../templates/desk/trusted/rulebook.js";
import { directory, given, grant, seed, staff } from "./pinnedcase.js";

const file = {
  case: grant.case, entity: grant.entity, policy: grant.policy, version: "1", day: directory.today, stage: "received", epoch: 0, urgent: false, taken_by: [],
  head: { n: 0, hash: b64encode(new Uint8Array(32)) }, last: { to_office: 1, to_reporter: 0 }, standing: { ended: false, waiting: false, owner: null, deputy: null, next_due: null },
  packet: given.packet, history: null, items: given.items, events: [], keyring: await sealKeyringEntry(staff, grant, systemRng), proposal: null, dues: [], undeliverable: [],
};
const [OWN, JUNK] = [16, 17].map((byte) => b64encode(new Uint8Array(16).fill(byte))) as [string, string];

/** What a desk answers whose batch has the case's own packet, and one that nobody could have made. */
function answerTo(address: string): unknown {
  if (address.startsWith("/api/cases/")) return file;
  if (address === "/api/regrants") return { entries: [] };
  if (address === "/api/batch") return { days: [{ day: directory.today, ids: [OWN, JUNK] }] };
  if (address.startsWith("/api/batch/")) return { entries: [{ id: OWN, packet: file.packet }, { id: JUNK, packet: "AAAA" }] };
  return { accepted: Array.from({ length: 8 }, () => true) };
}

/** Opens the case if asked to, tries the batch with this list, and says of each claim that is sent whether it is the case's. */
async function claimed(opens: boolean, listed: readonly string[]): Promise<boolean[]> {
  const claims: { case: string }[] = [];
  globalThis.fetch = async (address, how) => {
    if (how?.method === "POST") claims.push(...JSON.parse(await new Response(how.body).text()).claims);
    return new Response(JSON.stringify(answerTo(String(address))));
  };
  const vault = new Vault(staff, seed, directory, await Rulebook.open(new Map(), null, () => true));
  if (opens) await vault.open(file as unknown as Parameters<Vault["open"]>[0]);
  await vault.collect(new Set(listed), () => undefined, false);
  return claims.map((claim) => claim.case === file.case).sort();
}

const FILLED = Array.from({ length: 8 }, () => false);

test("a packet by which a case of the list is open is not claimed again; a block is sent all the same", async () => {
  assert.deepEqual(await claimed(true, [file.case]), FILLED);
});

test("a case that is not in the list is claimed, also where it was open here", async () => {
  assert.deepEqual(await claimed(true, []), [...FILLED.slice(1), true]);
  assert.deepEqual(await claimed(false, []), [...FILLED.slice(1), true]);
});

test("a case of the list that is not open here is claimed", async () => {
  assert.deepEqual(await claimed(false, [file.case]), [...FILLED.slice(1), true]);
});

test("a batch is told of once in a turn, not at each packet: a page that paints takes longer than what is tried", async () => {
  const { now } = performance;
  const ids = Array.from({ length: 40 }, (_, n) => b64encode(new Uint8Array(16).fill(n)));
  const told = async (advance: number): Promise<number> => {
    let [clock, said] = [1000, 0];
    performance.now = () => (clock += advance);
    globalThis.fetch = async (address) => {
      const batch = { days: [{ day: directory.today, ids }] };
      const entries = { entries: ids.map((id) => ({ id, packet: "AAAA" })) };
      return new Response(JSON.stringify(address === "/api/batch" ? batch : String(address).startsWith("/api/batch/") ? entries : answerTo(String(address))));
    };
    const vault = new Vault(staff, seed, directory, await Rulebook.open(new Map(), null, () => true));
    await vault.collect(new Set(), () => { said += 1; }, false);
    performance.now = now;
    return said;
  };
  assert.deepEqual([await told(0), await told(1000)], [1, 40]);
});

test("packets are tried beside each other, eight at most, so that every worker has one", async () => {
  const ids = Array.from({ length: 20 }, (_, n) => b64encode(new Uint8Array(16).fill(n)));
  globalThis.fetch = async (address) => {
    const entries = { entries: ids.map((id) => ({ id, packet: given.packet })) };
    return new Response(JSON.stringify(address === "/api/batch" ? { days: [{ day: directory.today, ids }] } : String(address).startsWith("/api/batch/") ? entries : answerTo(String(address))));
  };
  let [under, most, all] = [0, 0, 0];
  let [full, go] = [(): void => undefined, (): void => undefined];
  const eight = new Promise<void>((resolve) => { full = resolve; });
  const free = new Promise<void>((resolve) => { go = resolve; });
  openBeside(async () => {
    all += 1;
    under += 1;
    most = Math.max(most, under);
    // However busy the machine is: none ends before eight are there, and a ninth has had its time to come.
    if (under === 8) full();
    await free;
    under -= 1;
    return "no-match";
  });
  const vault = new Vault(staff, seed, directory, await Rulebook.open(new Map(), null, () => true));
  const collected = vault.collect(new Set(), () => undefined, false);
  await eight;
  await new Promise((resolve) => setTimeout(resolve, 200));
  assert.equal(all, 8);
  go();
  await collected;
  openBeside(null);
  assert.deepEqual([all, most], [20, 8]);
});

test("the keys' end ends what holds them beside the page", async () => {
  const vault = new Vault(staff, new Secret(seed.reveal()), directory, await Rulebook.open(new Map(), null, () => true));
  let ended = 0;
  vault.workers = { end: () => { ended += 1; }, forget: () => undefined };
  vault.wipe();
  assert.equal(ended, 1);
});

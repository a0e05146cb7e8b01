// Cases as a member opened them before: shown again only while row, directory and record say what they said then.

import assert from "node:assert/strict";
import test from "node:test";
import { FIRST_EVENT, sealKeyringEntry, signEvent, systemRng } from "../../../crypto/staff.js";
import type { CaseFile, CaseRow } from "../../../templates/desk/api.js";
import { CaseCache } from "../../../templates/desk/cache/casecache.js";
import type { Disk } from "../../../templates/desk/cache/disk.js";
import type { DeskCase } from "../../../templates/desk/opened/model.js";
import { Vault } from "../../../templates/desk/opened/vault.js";
import { Rulebook } from "../../../templates/desk/trusted/rulebook.js";
import { directory, given, grant, seed, staff } from "./pinnedcase.js";

const START = { stage: "received", version: "1", urgent: false, taken_by: [], standing: { ended: false, waiting: false, owner: null, deputy: null, next_due: null } };
const bare = {
  ...START, case: grant.case, entity: grant.entity, policy: grant.policy, day: directory.today, epoch: 0, head: FIRST_EVENT, last: { to_office: 1, to_reporter: 0 },
  packet: given.packet, history: null, items: given.items, events: [] as unknown[], keyring: await sealKeyringEntry(staff, grant, systemRng), proposal: null, dues: [], undeliverable: [],
};

/** The server's answer for the case; what it says of itself is checked by what opens it. */
function serve(file: unknown): void {
  globalThis.fetch = async () => new Response(JSON.stringify(file));
}

async function vaultOf(): Promise<Vault> {
  return new Vault(staff, seed, directory, await Rulebook.open(new Map(), null, () => true));
}

/** The case after this member has signed that it was opened. */
async function claimed(): Promise<typeof bare> {
  serve(bare);
  const { claims } = await (await vaultOf()).open(bare);
  assert.ok(claims.own !== null);
  const { event, head } = signEvent(staff, { case: bare.case, kind: "claimed", day: directory.today, data: { ...claims.own } }, FIRST_EVENT);
  return { ...bare, events: [event], head: { n: 0, hash: head.hash } };
}

/** The same people in a directory of another hash. */
const another = new Proxy({} as typeof directory, {
  get: (_, name) => {
    const found: unknown = name === "hash" ? "another" : Reflect.get(directory, name, directory);
    return typeof found === "function" ? found.bind(directory) : found;
  },
});

const file = await claimed();
const row: CaseRow = { case: file.case, entity: file.entity, policy: file.policy, version: "1", day: file.day, stage: "received", epoch: 0, urgent: false, taken_by: [], head: file.head, last: file.last, standing: START.standing };

function memory(): Disk {
  let kept: ArrayBuffer | null = null;
  return { read: async () => kept, write: async (record) => { kept = record; }, remove: async () => { kept = null; } };
}

/** A first sign-in that opens the case by this answer and writes down what it may. */
async function remembered(disk: Disk, answer: typeof bare): Promise<{ shelf: Map<string, DeskCase>; vault: Vault }> {
  serve(answer);
  const vault = await vaultOf();
  const cache = new CaseCache(vault, disk);
  await cache.load();
  const opened = await vault.open(answer);
  cache.keep(vault.held(answer.case));
  const shelf = new Map([[row.case, { row: opened.row, opened, refused: null }]]);
  await cache.save(shelf);
  return { shelf, vault };
}

/** The next sign-in, at which the server answers nothing. */
async function again(disk: Disk | null): Promise<CaseCache> {
  globalThis.fetch = () => Promise.reject(new Error("no call"));
  const cache = new CaseCache(await vaultOf(), disk);
  await cache.load();
  return cache;
}

test("the next sign-in shows the case as it was opened, and asks the server for nothing", async () => {
  const disk = memory();
  const { shelf } = await remembered(disk, file);
  const found = await (await again(disk)).find(row);
  assert.deepEqual(found, shelf.get(row.case)?.opened);
});

test("a case whose row says anything else is fetched", async () => {
  const disk = memory();
  await remembered(disk, file);
  const cache = await again(disk);
  const others: CaseRow[] = [{ ...row, urgent: true }, { ...row, last: { to_office: 2, to_reporter: 0 } }, { ...row, head: { n: 1, hash: row.head.hash } }, { ...row, epoch: 1 }];
  for (const other of others) assert.equal(await cache.find(other), null);
});

test("a case that left the list is gone from the disk at the next contact", async () => {
  const disk = memory();
  await remembered(disk, file);
  const cache = await again(disk);
  await cache.save(new Map());
  assert.equal(await (await again(disk)).find(row), null);
});

test("without the member's word nothing is written", async () => {
  const disk = memory();
  const cache = await again(null);
  serve(file);
  const vault = await vaultOf();
  await vault.open(file);
  cache.keep(vault.held(file.case));
  await cache.save(new Map(), true);
  assert.equal(await disk.read(), null);
});

test("what is open to doubt is not remembered: no signature of one's own, a record that does not hold", async () => {
  for (const doubtful of [bare, { ...file, head: { n: 1, hash: file.head.hash } }]) {
    const disk = memory();
    await remembered(disk, doubtful as typeof bare);
    assert.equal(await (await again(disk)).find(row), null);
  }
});

test("a case whose pin is still to be written is remembered once that is done", async () => {
  const disk = memory();
  const vault = await vaultOf();
  const cache = new CaseCache(vault, disk);
  await cache.load();
  const opened = await vault.open(file, { ...file, keyring: null } as unknown as CaseFile);
  cache.keep(vault.held(file.case));
  const shelf = new Map([[row.case, { row: opened.row, opened, refused: null }]]);
  await cache.save(shelf, true);
  assert.equal(await (await again(disk)).find(row), null);
  globalThis.fetch = async () => new Response(null, { status: 204 });
  await vault.pins.keepLeft();
  await cache.save(shelf);
  assert.deepEqual(await (await again(disk)).find(row), opened);
});

test("what was opened under another directory is not shown", async () => {
  const disk = memory();
  await remembered(disk, file);
  const vault = await vaultOf();
  vault.directory = another;
  const cache = new CaseCache(vault, disk);
  await cache.load();
  assert.equal(await cache.find(row), null);
});

test("nor where a directory comes into force while the desk is open", async () => {
  const disk = memory();
  await remembered(disk, file);
  const vault = await vaultOf();
  const cache = new CaseCache(vault, disk);
  await cache.load();
  vault.directory = another;
  assert.equal(await cache.find(row), null);
});

test("a case that is remembered is fetched and verified before anything is written into it", async () => {
  const disk = memory();
  await remembered(disk, file);
  const vault = await vaultOf();
  const cache = new CaseCache(vault, disk);
  await cache.load();
  assert.ok((await cache.find(row)) !== null);
  assert.throws(() => vault.held(row.case));
  serve(file);
  await vault.ensure(row.case);
  assert.equal(vault.held(row.case).file.case, row.case);
});

/** The case with one more event, as the server shows it later. */
function grown(): typeof bare {
  const { event, head } = signEvent(staff, { case: file.case, kind: "taken", day: directory.today, data: {} }, { n: 1, hash: file.head.hash });
  return { ...file, taken_by: [staff.member] as never[], events: [...file.events, event], head: { n: 1, hash: head.hash } };
}

test("a record that the server shows shorter than this device has seen it is shown as such, and nothing is added", async () => {
  const disk = memory();
  await remembered(disk, grown());
  const vault = await vaultOf();
  const cache = new CaseCache(vault, disk);
  await cache.load();
  serve(file);
  const opened = await vault.open(file);
  assert.deepEqual([opened.shortened, opened.chainHolds], [true, false]);
  cache.keep(vault.held(file.case));
  await cache.save(new Map([[row.case, { row: opened.row, opened, refused: null }]]));
  const next = await vaultOf();
  await new CaseCache(next, disk).load();
  assert.equal((await next.open(file)).shortened, true);
});

test("so is one that was cut while the desk was open; one that only grew is not", async () => {
  const vault = await vaultOf();
  serve(file);
  assert.equal((await vault.open(file)).shortened, false);
  serve(grown());
  assert.deepEqual([(await vault.open(file)).shortened, vault.held(file.case).opened.chainHolds], [false, true]);
  serve(file);
  assert.equal((await vault.open(file)).shortened, true);
});

test("a step into a remembered case waits until what came since is read; a read alone does not", async () => {
  const disk = memory();
  await remembered(disk, file);
  for (const [answer, refused] of [[grown(), true], [file, false]] as const) {
    const vault = await vaultOf();
    const cache = new CaseCache(vault, disk);
    await cache.load();
    assert.ok((await cache.find(row)) !== null);
    serve(answer);
    const step = vault.ensureAsShown(row.case);
    if (refused) await assert.rejects(step, (error: { code?: string }) => error.code === "head-moved");
    else await step;
    await vault.ensure(row.case);
  }
});

test("an answer that another one has overtaken is asked for again", async () => {
  const vault = await vaultOf();
  serve(grown());
  await vault.open(file);
  const answers = [file, grown()];
  globalThis.fetch = async () => new Response(JSON.stringify(answers.shift()));
  assert.equal((await vault.open(file)).shortened, false);
  assert.equal(answers.length, 0);
});

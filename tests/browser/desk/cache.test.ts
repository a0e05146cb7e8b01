// What a member's own device remembers of opened cases: sealed, of one size, and nothing that is no longer so.

import assert from "node:assert/strict";
import test from "node:test";
import { Secret } from "../../../crypto/primitives.js";
import { type Disk, browserDisk } from "../../../templates/desk/cache/disk.js";
import { STEP, SealedRecord } from "../../../templates/desk/cache/sealedrecord.js";

const OWNER = { office: "AAAAAAAAAAAAAAAAAAAAAA", member: "sun-fang" };
const WORDS = "采购拆成小额订单 split orders";
const seed = (byte: number): Secret => new Secret(new Uint8Array(32).fill(byte));

/** A disk in memory, or the browser's own where there is one. */
function disk(): Disk & { record: ArrayBuffer | null } {
  const memory = {
    record: null as ArrayBuffer | null,
    read: async () => memory.record,
    write: async (record: ArrayBuffer) => { memory.record = record; },
    remove: async () => { memory.record = null; },
  };
  return memory;
}

const places: readonly (() => Disk)[] = "indexedDB" in globalThis ? [disk, () => browserDisk] : [disk];

for (const place of places) {
  test(`what is written is read again, and only the newest (${place.name || "the browser's own"})`, async () => {
    const there = place();
    const record = new SealedRecord(seed(1), OWNER, there);
    assert.equal(await record.read(), null);
    await record.write("");
    assert.equal(await record.read(), "");
    await record.write(WORDS);
    assert.equal(await record.read(), WORDS);
    await there.remove();
    assert.equal(await record.read(), null);
  });
}

test("a record has no word in clear, and one size for nothing and for much", async () => {
  const there = disk();
  const record = new SealedRecord(seed(1), OWNER, there);
  for (const text of ["", WORDS, "x".repeat(STEP - 100)]) {
    await record.write(text);
    assert.equal(there.record?.byteLength, STEP);
  }
  await record.write(WORDS);
  const clear = new TextDecoder("latin1").decode(there.record ?? new ArrayBuffer(0));
  for (const word of ["split orders", "sun-fang", OWNER.office]) assert.ok(!clear.includes(word), word);
  await record.write("x".repeat(STEP - 30));
  assert.equal(there.record?.byteLength, 2 * STEP);
});

test("two records of the same text have nothing in common", async () => {
  const there = disk();
  const record = new SealedRecord(seed(1), OWNER, there);
  await record.write(WORDS);
  const first = new Uint8Array(there.record as ArrayBuffer).slice(0, 4096);
  await record.write(WORDS);
  const second = new Uint8Array(there.record as ArrayBuffer).slice(0, 4096);
  const same = first.filter((byte, at) => byte === second[at]).length;
  assert.ok(same < 64, String(same));
});

test("it opens for nobody else: another key, member, office; cut, longer or altered", async () => {
  const there = disk();
  await new SealedRecord(seed(1), OWNER, there).write(WORDS);
  const whole = there.record as ArrayBuffer;
  const others = [new SealedRecord(seed(2), OWNER, there), new SealedRecord(seed(1), { ...OWNER, member: "li-wei" }, there), new SealedRecord(seed(1), { ...OWNER, office: "AQAAAAAAAAAAAAAAAAAAAA" }, there)];
  for (const other of others) assert.equal(await other.read(), null);
  const longer = new Uint8Array(2 * STEP);
  longer.set(new Uint8Array(whole));
  const altered = new Uint8Array(whole.slice(0));
  altered[STEP - 1] = (altered[STEP - 1] as number) ^ 1;
  for (const bad of [whole.slice(0, STEP - 1), new ArrayBuffer(0), longer.buffer, altered.buffer]) {
    there.record = bad;
    assert.equal(await new SealedRecord(seed(1), OWNER, there).read(), null);
  }
});

test("after the browser has forgotten, nothing is written until the page is opened again", async () => {
  // Without a database nothing is read at all.
  await browserDisk.remove();
  await browserDisk.write(new ArrayBuffer(STEP));
  assert.equal(await browserDisk.read(), null);
});

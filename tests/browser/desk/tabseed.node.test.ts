// The member's seed across a reload: it opens by the tab's half and the server's together, for this member of this office, and by nothing else.

import assert from "node:assert/strict";
import test from "node:test";
import { b64decode, b64encode } from "../../../crypto/framing.js";
import { Secret } from "../../../crypto/staff.js";
import { placeOf } from "../../../templates/desk/tabplace.js";
import { forgetTabSeed, keepPlace, keepTabSeed, openPlace, openTabSeed, tabSeed } from "../../../templates/desk/tabseed.js";

const WHOSE = { office: "AAAA-BBBB", member: "li-wei" };
const SEED = new Uint8Array(64).map((_, n) => n);
const HALF = b64encode(new Uint8Array(32).fill(7));
const OTHER = b64encode(new Uint8Array(32).fill(8));

const disk = new Map<string, string>();
globalThis.sessionStorage = {
  getItem: (name: string) => disk.get(name) ?? null, setItem: (name: string, text: string) => void disk.set(name, text), removeItem: (name: string) => void disk.delete(name),
} as Storage;

let half = HALF;
let asked = 0;
globalThis.fetch = async (address) => {
  asked += 1;
  assert.equal(String(address), "/api/session/key-half");
  return half === "" ? new Response('{"type":"urn:yanlu:error:not-signed-in"}', { status: 401 }) : new Response(JSON.stringify({ key_half: half }));
};

async function kept(): Promise<void> {
  half = HALF;
  disk.clear();
  await keepTabSeed(new Secret(SEED), WHOSE, true);
}

test("what was kept opens by the same half, and again at the next reload", async () => {
  await kept();
  assert.deepEqual(tabSeed() && { member: tabSeed()?.member, remember: tabSeed()?.remember }, { member: "li-wei", remember: true });
  for (const _ of [1, 2]) assert.deepEqual((await openTabSeed(WHOSE.office))?.reveal(), SEED);
});

test("the storage alone shows nothing of the seed, and two sign-ins nothing of each other", async () => {
  await kept();
  const first = [...disk.values()].join("");
  await kept();
  const second = [...disk.values()].join("");
  for (const text of [first, second]) for (const part of [b64encode(SEED), b64encode(SEED.slice(0, 32)), HALF]) assert.ok(!text.includes(part));
  const [one, two] = [JSON.parse(first), JSON.parse(second)];
  assert.notEqual(one.half, two.half);
  assert.notEqual(one.box, two.box);
  // The half is no key by itself.
  const iv = b64decode(one.box).slice(0, 12) as Uint8Array<ArrayBuffer>;
  const key = await crypto.subtle.importKey("raw", b64decode(one.half) as Uint8Array<ArrayBuffer>, "AES-GCM", false, ["decrypt"]);
  await assert.rejects(crypto.subtle.decrypt({ name: "AES-GCM", iv }, key, b64decode(one.box).slice(12) as Uint8Array<ArrayBuffer>));
});

const CHANGES: readonly (readonly [string, () => void, string])[] = [
  ["another session's half", () => { half = OTHER; }, WHOSE.office],
  ["another office", () => undefined, "CCCC-DDDD"],
  ["another member's name in the storage", () => change({ member: "sun-fang" }), WHOSE.office],
  ["another half in the storage", () => change({ half: OTHER }), WHOSE.office],
  ["a half of another length", () => change({ half: b64encode(new Uint8Array(31)) }), WHOSE.office],
  ["half a box", () => change({ box: b64encode(new Uint8Array(20)) }), WHOSE.office],
  ["no b64", () => change({ box: "§" }), WHOSE.office],
];

function change(by: Readonly<Record<string, string>>): void {
  for (const [name, text] of disk) disk.set(name, JSON.stringify({ ...JSON.parse(text), ...by }));
}

for (const [name, alter, office] of CHANGES) {
  test(`nothing opens, and nothing is kept any more: ${name}`, async () => {
    await kept();
    alter();
    assert.equal(await openTabSeed(office), null);
    assert.equal(disk.size, 0);
  });
}

test("a session that is over is met as such, a server that does not answer keeps what is there", async () => {
  await kept();
  half = "";
  await assert.rejects(openTabSeed(WHOSE.office), { status: 401 });
  assert.equal(disk.size, 1);
});

test("a server that gives no half of the right shape has nothing kept", async () => {
  for (half of [b64encode(new Uint8Array(31)), "x", ""]) {
    disk.clear();
    await assert.rejects(keepTabSeed(new Secret(SEED), WHOSE, false));
    assert.equal(disk.size, 0);
  }
});

test("foreign storage names nobody and asks the server for nothing", async () => {
  for (const text of ["", "null", "[]", "{}", '{"member":1}', "x".repeat(9), '{"member":"li-wei","remember":"yes","half":"a","box":"b"}']) {
    disk.clear();
    disk.set("yanlu.desk.tab", text);
    asked = 0;
    assert.equal(tabSeed(), null);
    assert.equal(await openTabSeed(WHOSE.office), null);
    assert.equal(asked, 0);
  }
});

const PLACE = { open: "c1", unsent: { title: "Internal note", texts: ["Typed and not sent }", "还没有发送"] } };

test("what is shown and typed opens after a reload, shows no word and in 4 KiB steps its size alone", async () => {
  await kept();
  keepPlace(JSON.stringify(PLACE));
  const box = disk.get("yanlu.desk.place") ?? "";
  assert.equal((b64decode(box).length - 12 - 16) % 4096, 0);
  for (const word of ["Typed and", b64encode(new TextEncoder().encode("Typed"))]) assert.ok(!box.includes(word));
  await openTabSeed(WHOSE.office);
  assert.deepEqual(placeOf(openPlace()), PLACE);
  keepPlace(JSON.stringify({ ...PLACE, unsent: null }));
  assert.deepEqual(placeOf(openPlace()), { open: "c1", unsent: null });
  // Another sign-in on this tab finds nothing of the one before.
  await keepTabSeed(new Secret(SEED), WHOSE, true);
  assert.equal(openPlace(), null);
});

test("a place that is none is nothing", () => {
  for (const text of [null, "", "[]", "1", "{}", '{"open":1,"unsent":null}', '{"open":null,"unsent":{"title":1,"texts":[]}}', '{"open":null,"unsent":{"title":"a","texts":[1]}}', '{"open":null,"unsent":[]}']) assert.equal(placeOf(text), null);
});

test("what is forgotten is gone, and nothing is kept after it", async () => {
  await kept();
  keepPlace(JSON.stringify(PLACE));
  forgetTabSeed();
  assert.equal(disk.size, 0);
  keepPlace(JSON.stringify(PLACE));
  assert.equal(disk.size, 0);
});

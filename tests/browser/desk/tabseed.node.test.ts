// The member's seed across a reload: it opens by the tab's half and the server's together, for this member of this office, and by nothing else.

import assert from "node:assert/strict";
import test from "node:test";
import { b64decode, b64encode } from "../../../crypto/framing.js";
import { Secret } from "../../../crypto/staff.js";
import { placeOf } from "../../../templates/desk/tabplace.js";
import { forgetTabSeed, keepPlace, keepTabSeed, openPlace, openTabSeed, tabSeed, touchTab } from "../../../templates/desk/tabseed.js";

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

const BEGAN = Date.UTC(2026, 2, 2, 8);
const MINUTE = 60_000;

async function kept(): Promise<void> {
  half = HALF;
  disk.clear();
  await keepTabSeed(new Secret(SEED), WHOSE, true, BEGAN);
}

const opens = (office = WHOSE.office, now = BEGAN): Promise<unknown> => openTabSeed(office, now).then((found) => found && found.seed.reveal());

test("what was kept opens by the same half, and again at the next reload", async () => {
  await kept();
  assert.deepEqual(tabSeed() && { member: tabSeed()?.member, remember: tabSeed()?.remember }, { member: "li-wei", remember: true });
  for (const _ of [1, 2]) assert.deepEqual(await opens(), SEED);
});

/** How bytes stand in base64url at each of three places. */
const inText = (bytes: Uint8Array): string[] => [0, 1, 2].map((before) => b64encode(new Uint8Array([...new Uint8Array(before), ...bytes])).slice(4, -4));

test("the storage alone shows nothing of the seed nor of the server's half, and two browsers nothing of each other", async () => {
  await kept();
  const first = [...disk.values()].join("");
  await kept();
  const second = [...disk.values()].join("");
  for (const text of [first, second]) {
    assert.ok(inText(b64decode(JSON.parse(text).half)).some((one) => text.includes(one)));
    for (const part of [...inText(SEED.slice(0, 32)), ...inText(SEED.slice(32)), ...inText(b64decode(HALF))]) assert.ok(!text.includes(part));
  }
  const [one, two] = [JSON.parse(first), JSON.parse(second)];
  assert.notEqual(one.half, two.half);
  assert.notEqual(one.box, two.box);
});

const CHANGES: readonly (readonly [string, () => void, string])[] = [
  ["another session's half", () => { half = OTHER; }, WHOSE.office],
  ["another office", () => undefined, "CCCC-DDDD"],
  ["another member's name in the storage", () => change({ member: "sun-fang" }), WHOSE.office],
  ["another moment of the sign-in in the storage", () => change({ since: BEGAN + 1 }), WHOSE.office],
  ["another half in the storage", () => change({ half: OTHER }), WHOSE.office],
  ["a half of another length", () => change({ half: b64encode(new Uint8Array(31)) }), WHOSE.office],
  ["half a box", () => change({ box: b64encode(new Uint8Array(20)) }), WHOSE.office],
  ["no b64", () => change({ box: "§" }), WHOSE.office],
];

function change(by: Readonly<Record<string, string | number>>): void {
  for (const [name, text] of disk) disk.set(name, JSON.stringify({ ...JSON.parse(text), ...by }));
}

for (const [name, alter, office] of CHANGES) {
  test(`nothing opens, and nothing is kept any more: ${name}`, async () => {
    await kept();
    alter();
    assert.equal(await opens(office), null);
    assert.equal(disk.size, 0);
  });
}

for (const [name, touched, now, does] of [
  ["half an hour after the sign-in", null, 30 * MINUTE, false],
  ["a minute before", null, 29 * MINUTE, true],
  ["half an hour after the last touch", 20 * MINUTE, 50 * MINUTE, false],
  ["a minute before that", 20 * MINUTE, 49 * MINUTE, true],
  ["ten hours after the sign-in, whatever was touched", 599 * MINUTE, 600 * MINUTE, false],
] as const) {
  test(`a server that still gives its half ${does ? "opens" : "opens nothing"} ${name}`, async () => {
    await kept();
    if (touched !== null) touchTab(BEGAN + touched);
    keepPlace("x");
    assert.deepEqual(await opens(WHOSE.office, BEGAN + now), does ? SEED : null);
    assert.equal(disk.size > 0, does);
  });
}

test("a session that is over is met as such, a server that does not answer keeps what is there", async () => {
  await kept();
  half = "";
  await assert.rejects(opens(), { status: 401 });
  assert.equal(disk.size, 1);
});

test("a server that gives no half of the right shape has nothing kept, nor what was before it", async () => {
  for (const wrong of [b64encode(new Uint8Array(31)), "x", ""]) {
    await kept();
    half = wrong;
    await keepTabSeed(new Secret(SEED), WHOSE, false, BEGAN);
    assert.equal(disk.size, 0);
  }
});

test("foreign storage names nobody and asks the server for nothing", async () => {
  for (const text of ["", "null", "[]", "{}", '{"member":1}', "x".repeat(9), '{"member":"li-wei","remember":"yes","half":"a","box":"b"}']) {
    disk.clear();
    disk.set("yanlu.desk.tab", text);
    asked = 0;
    assert.equal(tabSeed(), null);
    assert.equal(await opens(), null);
    assert.equal(asked, 0);
  }
});

const PLACE = { open: "c1", unsent: [{ at: "c1", title: "Internal note", texts: ["Typed and not sent }", "还没有发送"], sending: false }] };

test("what is shown and typed opens after a reload, shows no word and in 4 KiB steps its size alone", async () => {
  await kept();
  keepPlace(JSON.stringify(PLACE));
  const box = disk.get("yanlu.desk.place") ?? "";
  assert.equal((b64decode(box).length - 12 - 16) % 4096, 0);
  for (const word of inText(new TextEncoder().encode("Typed and not sent"))) assert.ok(!box.includes(word));
  await opens();
  assert.deepEqual(placeOf(openPlace()), PLACE);
  // The same member who has to sign in again finds it, by the half that the server passed on; after another half nobody does.
  await keepTabSeed(new Secret(SEED), WHOSE, true, BEGAN);
  assert.deepEqual(placeOf(openPlace()), PLACE);
  half = OTHER;
  await keepTabSeed(new Secret(SEED), WHOSE, true, BEGAN);
  assert.equal(openPlace(), null);
});

test("what is too long is not kept, nor what was typed before it", async () => {
  await kept();
  keepPlace(JSON.stringify(PLACE));
  keepPlace("x".repeat(1024 * 1024));
  assert.equal(openPlace(), null);
});

test("a place that is none is nothing", () => {
  const left = { at: null, title: "a", texts: ["b"], sending: false };
  assert.deepEqual(placeOf(JSON.stringify({ open: null, unsent: [left] })), { open: null, unsent: [left] });
  for (const wrong of [{ ...left, at: 1 }, { ...left, title: null }, { ...left, texts: [1] }, { ...left, sending: "no" }, { ...left, texts: Array(65).fill("b") }, null, 1]) {
    assert.equal(placeOf(JSON.stringify({ open: null, unsent: [wrong] })), null);
  }
  for (const text of [null, "", "[]", "1", "{}", '{"open":1,"unsent":[]}', '{"open":null,"unsent":null}', '{"open":null}']) assert.equal(placeOf(text), null);
});

test("what is forgotten is gone, and nothing is kept after it", async () => {
  await kept();
  keepPlace(JSON.stringify(PLACE));
  forgetTabSeed();
  assert.equal(disk.size, 0);
  keepPlace(JSON.stringify(PLACE));
  assert.equal(disk.size, 0);
});

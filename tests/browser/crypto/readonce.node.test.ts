// What a desk does ten thousand times after a sign-in, it does once for each thing: a header is taken apart once, a grant's packet hashed once.

import assert from "node:assert/strict";
import test from "node:test";
import { checkItemMac, openItem } from "../../../crypto/case/items.js";
import { caseIdentity, keysOf, readLargePacket, readPacket } from "../../../crypto/case/grantbody.js";
import { openPacket } from "../../../crypto/case/grant.js";
import { readItem } from "../../../crypto/case/thread.js";
import { text } from "../../../crypto/shape.js";
import { CryptoError, b64decode, readCase, readJsonText, sealReply, systemRng } from "../../../crypto/staff.js";
import { directory, given, grant, staff } from "../desk/pinnedcase.js";

const LINE_FEED = 10;

/** How many lines of headers are looked for while this runs. */
async function linesRead(work: () => unknown): Promise<number> {
  const whole = Uint8Array.prototype.indexOf;
  let read = 0;
  Uint8Array.prototype.indexOf = function counted(this: Uint8Array, ...sought: Parameters<typeof whole>) {
    if (sought[0] === LINE_FEED) read += 1;
    return whole.apply(this, sought);
  };
  try {
    await work();
  } finally {
    Uint8Array.prototype.indexOf = whole;
  }
  return read;
}

/** A header's lines: the first, two for each stanza, the MAC. */
const linesOf = (stanzas: number): number => 2 + 2 * stanzas;

test("the header of an item is read once, though it is looked at before its key is known and opened afterwards", async () => {
  const report = given.items.find((one: { dir: string }) => one.dir === "to-office");
  const lines = await linesRead(async () => {
    const item = readItem(report);
    checkItemMac(item, b64decode(grant.body.macs.to_office));
    assert.equal((await openItem(item, caseIdentity(keysOf(grant.body)))).content.type, "report");
  });
  assert.equal(lines, linesOf(1));
});

test("the packet of a grant is taken apart once, and hashed by the browser alone", async () => {
  const { digest } = crypto.subtle;
  let hashed = 0;
  crypto.subtle.digest = function counted(this: SubtleCrypto, ...what: Parameters<typeof digest>) {
    hashed += 1;
    return digest.apply(this, what);
  };
  const lines = await linesRead(async () => {
    const parts = await readLargePacket(b64decode(given.packet));
    assert.equal((await openPacket(staff, parts, directory))?.hash, grant.hash);
  });
  crypto.subtle.digest = digest;
  assert.deepEqual([lines, hashed], [linesOf(readPacket(b64decode(given.packet)).bucket), 1]);
});

test("both ways to take a packet apart say the same, and refuse the same", async () => {
  const packet = b64decode(given.packet);
  assert.deepEqual(await readLargePacket(packet), readPacket(packet));
  const longer = packet.slice();
  longer[longer.length - 1] = 1;
  for (const wrong of [packet.slice(1), longer]) {
    assert.throws(() => readPacket(wrong), (error) => error instanceof CryptoError && error.stage === "schema");
    await assert.rejects(readLargePacket(wrong), (error) => error instanceof CryptoError && error.stage === "schema");
  }
});

test("a text is encoded for its length only where that could be too long", () => {
  const whole = TextEncoder.prototype.encode;
  let encoded = 0;
  TextEncoder.prototype.encode = function counted(this: TextEncoder, given?: string) {
    encoded += 1;
    return whole.call(this, given);
  };
  const fits = (given: string): boolean => {
    try {
      return text(9)(given) === given;
    } catch (error) {
      assert.ok(error instanceof CryptoError && error.stage === "schema");
      return false;
    }
  };
  try {
    assert.deepEqual(["abc", "三字经", "", "\u{1F600}"].map(fits), [true, true, true, true]);
    assert.equal(encoded, 0);
    assert.deepEqual(["abcdefghi", "三字经a", "\u{1F600}\u{1F600}", "\u{1F600}\u{1F600}a", "\u{1F600}\u{1F600}ab", "abcdefghij"].map(fits), [true, false, true, true, false, false]);
    assert.equal(encoded, 5);
  } finally {
    TextEncoder.prototype.encode = whole;
  }
});

test("of a JSON text only strings with an escape are parsed by themselves, and lone surrogates are refused in both kinds", () => {
  const { parse } = JSON;
  let parsed = 0;
  JSON.parse = (...given: Parameters<typeof parse>): unknown => {
    parsed += 1;
    return parse(...given) as unknown;
  };
  try {
    const plain = JSON.stringify(Object.fromEntries(Array.from({ length: 50 }, (_, n) => [`key-${n}`, `字 ${n}`])));
    assert.equal(Object.keys(readJsonText(plain) as object).length, 50);
    assert.equal(parsed, 1);
    readJsonText(`["a", "b\\n", "c"]`);
    assert.equal(parsed, 3);
    for (const wrong of [`["\ud800"]`, `["\\ud800"]`, `["\\ud800", "\ud800"]`, `{"a": 1, "\\u0061": 2}`, `{"a":1,\u00a0"b":2}`, `[1,\u000b2]`]) {
      assert.throws(() => readJsonText(wrong), (error) => error instanceof CryptoError && error.stage === "json", wrong);
    }
    assert.deepEqual(readJsonText(` { "a" :\t[ 1 ,\r\n2 ] } `), { a: [1, 2] });
  } finally {
    JSON.parse = parse;
  }
});

/** How often a stanza is tried meanwhile: each time the curve's half of a key is asked once. */
async function stanzasTried(work: () => Promise<unknown>): Promise<number> {
  const { deriveBits } = crypto.subtle;
  let tried = 0;
  crypto.subtle.deriveBits = function counted(this: SubtleCrypto, ...what: Parameters<typeof deriveBits>) {
    tried += 1;
    return deriveBits.apply(this, what);
  };
  try {
    await work();
  } finally {
    crypto.subtle.deriveBits = deriveBits;
  }
  return tried;
}

test("a desk opens a reply by the case's own stanza, which stands behind the reporter's; a reporter by the first", async () => {
  const read = (items: readonly unknown[]): Promise<unknown> => readCase(directory, grant, items);
  const { item } = await sealReply(staff, directory, await readCase(directory, grant, given.items), { text: "Heard.", attachments: [], day: directory.today }, systemRng);
  assert.equal(await stanzasTried(() => read([...given.items, item])) - (await stanzasTried(() => read(given.items))), 1);
  assert.equal(await stanzasTried(() => openItem(item, caseIdentity(keysOf(grant.body)))), 2);
});

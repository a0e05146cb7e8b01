// Properties: what is written reads back, and no altered byte passes.

import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import {
  CryptoError, b64decode, b64encode, checkEnvelope, blobSize, drawReceipt, readCode, readJson, readReceipt, readSlots, systemRng, writeCode, writeJson,
} from "../../../crypto/index.js";
import { isBlobSize, paddedAttachment } from "../../../crypto/sealing/attachmentsizes.js";
import { drawPassphrase, normalPassphrase, unknownWords } from "../../../crypto/staff.js";
import { open, seal } from "../../../crypto/sealing/age.js";
import { readPacket } from "../../../crypto/case/grantbody.js";
import { readNote } from "../../../crypto/office/signednotes.js";
import { drawDummyPackets } from "../../../crypto/reporter/packets.js";
import { damm } from "../../../crypto/keys/receipt.js";
import { drawBelow } from "../../../crypto/randomness.js";
import { readItem } from "../../../crypto/case/thread.js";
import { Identity } from "../../../crypto/sealing/xwing.js";

const bytes = (max = 200) => fc.uint8Array({ maxLength: max }).map((found) => new Uint8Array(found));

/** Runs a parser on anything: it gives something or refuses with a CryptoError, and never breaks otherwise. */
function onlyRefuses(work: () => unknown): boolean {
  try {
    work();
  } catch (error) {
    assert.ok(error instanceof CryptoError, String(error));
  }
  return true;
}

test("base64url and codes read back what was written", () => {
  fc.assert(fc.property(bytes(), (content) => {
    assert.deepEqual(b64decode(b64encode(content)), content);
    assert.deepEqual(readCode(writeCode(content).toLowerCase().replaceAll("0", "O"), content.length), content);
  }));
});

test("strict JSON reads back what it wrote, and refuses duplicate keys, floats, lone surrogates and depth", () => {
  fc.assert(fc.property(fc.jsonValue({ maxDepth: 5 }), (value) => onlyRefuses(() => assert.deepEqual(readJson(writeJson(value), 1e6), JSON.parse(JSON.stringify(value))))));
  for (const text of ['{"a":1,"a":2}', '{"a":1,"\\u0061":2}', "1.0", "1e3", "-0", '"\\ud800"', "[".repeat(17) + "]".repeat(17), "9007199254740992", "\ufeff1", "[1,]", "01"]) {
    assert.throws(() => readJson(new TextEncoder().encode(text), 1000), (error) => error instanceof CryptoError && error.stage === "json", text);
  }
});

test("parsers refuse random bytes and random JSON with the one error family", () => {
  fc.assert(fc.property(bytes(2000), (content) => {
    const text = new TextDecoder().decode(content);
    return [() => checkEnvelope(content, 1), () => readPacket(content), () => readNote(content), () => readSlots([content]), () => readReceipt(text), () => readJson(content, 2000)].every(onlyRefuses);
  }));
  fc.assert(fc.property(fc.jsonValue(), (value) => onlyRefuses(() => readItem(value))));
});

test("a receipt survives how people type it, and no wrong digit or swapped pair does", () => {
  const digits = drawReceipt(systemRng).reveal();
  assert.equal(readReceipt(digits.replace(/(.{4})/g, "$1 - ").replaceAll("3", "\uff13")).reveal(), digits);
  fc.assert(fc.property(fc.nat(27), fc.integer({ min: 1, max: 9 }), (at, by) => {
    const wrong = digits.slice(0, at) + String((Number(digits.charAt(at)) + by) % 10) + digits.slice(at + 1);
    const swapped = digits.slice(0, at) + digits.charAt(at + 1) + digits.charAt(at) + digits.slice(at + 2);
    assert.notEqual(damm(wrong), 0);
    if (at < 27 && digits.charAt(at) !== digits.charAt(at + 1)) assert.notEqual(damm(swapped), 0);
  }));
});

test("no flipped byte and no cut of an envelope opens", async () => {
  const identity = Identity.draw(systemRng);
  const file = await seal([identity.recipient], systemRng(300), systemRng);
  await fc.assert(fc.asyncProperty(fc.nat(file.length - 1), fc.integer({ min: 1, max: 255 }), async (at, mask) => {
    const altered = file.slice();
    altered[at] = (altered[at] as number) ^ mask;
    await assert.rejects(open(identity, altered, 1), (error) => error instanceof CryptoError);
    await assert.rejects(open(identity, file.slice(0, at), 1), (error) => error instanceof CryptoError);
  }), { numRuns: 40 });
});

test("attachments come in few lengths, each of which holds what it is for", () => {
  fc.assert(fc.property(fc.integer({ min: 0, max: 2 ** 32 }), fc.integer({ min: 1, max: 2 }), (length, stanzas) => {
    const [file, padded] = [blobSize(length, stanzas), paddedAttachment(length, stanzas)];
    assert.ok(isBlobSize(file) && !isBlobSize(file - 1) && !isBlobSize(file + 1));
    assert.ok(padded >= length && padded < file && blobSize(padded, stanzas) === file);
    assert.notEqual(blobSize(padded + 1, stanzas), file);
  }));
});

test("drawing below a bound is uniform enough and never reaches the bound", () => {
  const counts = new Array<number>(7).fill(0);
  for (let i = 0; i < 7000; i += 1) {
    const drawn = drawBelow(systemRng, 7);
    counts[drawn] = (counts[drawn] as number) + 1;
  }
  // Six standard deviations around 1,000.
  assert.ok(counts.every((count) => count > 820 && count < 1180), String(counts));
  const draws = [Uint8Array.of(0xff, 0xff), Uint8Array.of(0, 5)];
  assert.equal(drawBelow(() => draws.shift() as Uint8Array<ArrayBuffer>, 7), 5);
});

test("passphrases are words of their list and survive sloppy typing", () => {
  const [english, chinese] = [drawPassphrase("en", systemRng), drawPassphrase("zh", systemRng)];
  assert.deepEqual([english.split(" ").length, chinese.split(" ").length], [7, 8]);
  assert.equal(normalPassphrase(`  ${english.toUpperCase().replaceAll(" ", "\u3000 ")} `), english);
  assert.deepEqual([unknownWords(english), unknownWords(chinese), unknownWords("zzzz abandon")], [[], [], ["zzzz"]]);
});

test("dummy packets have their fixed sizes and an envelope's shape", async () => {
  const { identity, protection } = await drawDummyPackets(systemRng);
  assert.deepEqual([b64decode(identity).length, b64decode(protection).length], [49_152, 16_384]);
  assert.equal(checkEnvelope(b64decode(protection), 1).stanzas, 1);
});

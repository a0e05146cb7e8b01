// base64url by the browser: it gives what the script gives, and nothing where the script refuses.

import assert from "node:assert/strict";
import test from "node:test";
import { CryptoError } from "../../../crypto/errors.js";
import { b64decode, b64encode, decodeBy, encodeBy } from "../../../crypto/framing.js";
import { nativeDecode, nativeEncode } from "../../../crypto/nativebase64.js";

/** What the script alone says: the bytes, or null where it refuses. */
function byScript(text: string): string | null {
  decodeBy(() => null);
  try {
    return b64decode(text).join();
  } catch (error) {
    assert.ok(error instanceof CryptoError);
    return null;
  } finally {
    decodeBy(nativeDecode);
  }
}

/** What both together say, as a desk asks. */
function together(text: string): string | null {
  try {
    return b64decode(text).join();
  } catch (error) {
    assert.ok(error instanceof CryptoError);
    return null;
  }
}

const hasNative = "fromBase64" in Uint8Array;
const honest = [63, 64, 65, 66, 96, 200, 4096].map((size) => b64encode(Uint8Array.from({ length: size }, (_, n) => (n * 151 + size) & 255)));

test("what is written rightly is decoded alike, by the browser where it can", () => {
  for (const text of honest) {
    assert.equal(together(text), byScript(text));
    assert.equal(nativeDecode(text, Math.floor((text.length * 3) / 4))?.join() ?? null, hasNative ? byScript(text) : null);
  }
});

test("what is written otherwise is refused alike: white space, padding, another alphabet, bits that are not zero, a cut", () => {
  for (const text of honest) {
    const [head, tail] = [text.slice(0, 30), text.slice(30)];
    const others = [
      ...[" ", "\n", "\t ", " \r\n", "=", "==", "+", "/", "é", "\u{1f600}", "\0"].flatMap((sign) => [head + sign + tail, text + sign, sign + text, text.slice(0, -1) + sign]),
      text.slice(0, -1), text.slice(0, -2), ..."ABQgwxyz_-9".split("").map((last) => text.slice(0, -1) + last),
    ];
    for (const other of others) {
      assert.equal(together(other), byScript(other), JSON.stringify(other.slice(-8)));
      const found = nativeDecode(other, Math.floor((other.length * 3) / 4));
      assert.ok(found === null || found.join() === byScript(other), JSON.stringify(other.slice(-8)));
    }
  }
});

/** What the script alone writes. */
function writtenByScript(bytes: Uint8Array): string {
  encodeBy(() => null);
  try {
    return b64encode(bytes);
  } finally {
    encodeBy(nativeEncode);
  }
}

test("bytes of each length and value are written alike, also a part of a longer array", () => {
  const all = Uint8Array.from({ length: 70_000 }, (_, n) => (n * 151 + (n >> 8)) & 255);
  for (const size of [0, 1, 2, 3, 4, 63, 64, 65, 256, 4096, 65_537]) {
    const part = all.subarray(7, 7 + size);
    assert.equal(b64encode(part), writtenByScript(part));
    assert.equal(nativeEncode(part), "toBase64" in part ? writtenByScript(part) : null);
  }
});

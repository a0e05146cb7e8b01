// A payload that is opened whole: chunks in their order and to their end, and no empty one behind a full one.

import assert from "node:assert/strict";
import test from "node:test";
import { chacha20poly1305 } from "@noble/ciphers/chacha.js";
import { hkdf } from "@noble/hashes/hkdf.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { CryptoError } from "../../../crypto/errors.js";
import { concat, utf8 } from "../../../crypto/framing.js";
import { openPayload } from "../../../crypto/sealing/payload.js";

const CHUNK = 65_536;
const [fileKey, nonce] = [new Uint8Array(16).fill(7), new Uint8Array(16).fill(9)];
const key = hkdf(sha256, fileKey, nonce, utf8("payload"), 32);
const full = new Uint8Array(CHUNK).map((_, n) => n % 251);
const short = utf8("what is left");

/** A chunk as STREAM seals it: its number, and whether it is the last. */
function sealed(plain: Uint8Array, n: number, last: boolean): Uint8Array {
  const iv = new Uint8Array(12);
  [iv[10], iv[11]] = [n, last ? 1 : 0];
  return chacha20poly1305(key, iv).encrypt(plain);
}

const opened = (...chunks: readonly Uint8Array[]): Uint8Array => openPayload(fileKey, nonce, concat(...chunks));

test("one chunk, several, a full one alone, and nothing at all", () => {
  assert.deepEqual(opened(sealed(short, 0, true)), short);
  assert.deepEqual(opened(sealed(full, 0, false), sealed(full, 1, false), sealed(short, 2, true)), concat(full, full, short));
  assert.deepEqual(opened(sealed(full, 0, true)), full);
  assert.equal(opened(sealed(new Uint8Array(0), 0, true)).length, 0);
});

test("cut, in another order, altered, or with an empty end, it is refused", () => {
  const wrong = [
    [], [sealed(short, 0, false)], [sealed(full, 0, false)], [sealed(full, 1, false), sealed(short, 0, true)], [sealed(full, 0, true), sealed(short, 1, true)],
    [sealed(full, 0, false), sealed(new Uint8Array(0), 1, true)], [sealed(short, 0, true).map((byte, n) => (n === 3 ? byte ^ 1 : byte))], [sealed(short, 0, true).subarray(0, 12)],
  ];
  for (const chunks of wrong) {
    assert.throws(() => opened(...chunks), (error: unknown) => error instanceof CryptoError && error.stage === "payload");
  }
});

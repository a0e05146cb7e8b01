// The browser's own X-Wing beside the script's.

import assert from "node:assert/strict";
import test from "node:test";
import { MLKEM768X25519 } from "@noble/post-quantum/hybrid.js";
import { systemRng } from "../../../crypto/browser/index.js";
import { nativeDecapsulate, nativeWorks } from "../../../crypto/browser/sealing/native.js";
import { Secret } from "../../../crypto/browser/primitives.js";

test("a browser that has X-Wing passes the known-answer check, and then gives what the script gives", async () => {
  const subtle = crypto.subtle as unknown as { decapsulateBits?: unknown };
  const has = typeof subtle.decapsulateBits === "function";
  assert.equal(await nativeWorks(), has);
  const seed = new Secret(systemRng(32));
  const { cipherText, sharedSecret } = MLKEM768X25519.encapsulate(MLKEM768X25519.getPublicKey(seed.reveal()));
  assert.deepEqual(await nativeDecapsulate(seed, cipherText), has ? new Uint8Array(sharedSecret) : null);
});

test("a wrong answer of the browser is found out by length or by the seal, never taken for a key", async () => {
  assert.equal(await nativeDecapsulate(new Secret(systemRng(32)), new Uint8Array(7)), null);
});

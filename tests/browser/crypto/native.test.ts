// The browser's own X-Wing beside the script's.

import assert from "node:assert/strict";
import test from "node:test";
import { MLKEM768X25519 } from "@noble/post-quantum/hybrid.js";
import { systemRng } from "../../../crypto/index.js";
import { decapsulate } from "../../../crypto/sealing/expanded.js";
import { nativeDecapsulate, nativeWorks } from "../../../crypto/sealing/native.js";
import { Secret } from "../../../crypto/primitives.js";

test("a browser that has X-Wing passes the known-answer check, and then gives what the script gives", async () => {
  const subtle = crypto.subtle as unknown as { decapsulateBits?: unknown };
  const has = typeof subtle.decapsulateBits === "function";
  assert.equal(await nativeWorks(), has);
  const seed = new Secret(systemRng(32));
  const { cipherText, sharedSecret } = MLKEM768X25519.encapsulate(MLKEM768X25519.getPublicKey(seed.reveal()));
  assert.deepEqual(await nativeDecapsulate(seed, cipherText), has ? new Uint8Array(sharedSecret) : null);
});

test("a seed that is expanded once gives what the library gives, for every text; what is no text gives nothing", async () => {
  for (let n = 0; n < 5; n++) {
    const seed = new Secret(systemRng(32));
    const key = MLKEM768X25519.getPublicKey(seed.reveal());
    for (let m = 0; m < 3; m++) {
      const { cipherText, sharedSecret } = MLKEM768X25519.encapsulate(key);
      assert.deepEqual(await decapsulate(seed, cipherText), new Uint8Array(sharedSecret));
      // Another key, or an altered text, gives another secret, as the library does.
      for (const [place, bit] of [[7, 1], [1100, 1], [1119, 128]] as const) {
        const altered = cipherText.map((byte, at) => (at === place ? byte ^ bit : byte));
        assert.deepEqual(await decapsulate(seed, altered), new Uint8Array(MLKEM768X25519.decapsulate(altered, seed.reveal())));
      }
    }
  }
  const seed = new Secret(systemRng(32));
  const lowOrder = new Uint8Array(1120).fill(5, 0, 1088);
  assert.throws(() => MLKEM768X25519.decapsulate(lowOrder, seed.reveal()));
  for (const none of [lowOrder, new Uint8Array(1119), new Uint8Array(1121), new Uint8Array(0)]) {
    assert.equal(await decapsulate(seed, none), null);
  }
});

test("where the browser has no such curve the script gives the same", async () => {
  const { importKey } = crypto.subtle;
  const seed = new Secret(systemRng(32));
  const { cipherText, sharedSecret } = MLKEM768X25519.encapsulate(MLKEM768X25519.getPublicKey(seed.reveal()));
  let asked = 0;
  crypto.subtle.importKey = () => {
    asked += 1;
    return Promise.reject(new Error("no such curve"));
  };
  try {
    assert.deepEqual(await decapsulate(seed, cipherText), new Uint8Array(sharedSecret));
    assert.equal(await decapsulate(seed, new Uint8Array(1120).fill(5, 0, 1088)), null);
  } finally {
    crypto.subtle.importKey = importKey;
  }
  assert.ok(asked > 0);
});

test("a wrong answer of the browser is found out by length or by the seal, never taken for a key", async () => {
  assert.equal(await nativeDecapsulate(new Secret(systemRng(32)), new Uint8Array(7)), null);
});

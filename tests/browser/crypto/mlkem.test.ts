// ML-KEM by another library in place of noble's: used only where both give the same, and what is opened with it is the same.

import assert from "node:assert/strict";
import test from "node:test";
import { ml_kem768 } from "@noble/post-quantum/ml-kem.js";
import { MLKEM768X25519 } from "@noble/post-quantum/hybrid.js";
import { createMlKem768 } from "mlkem";
import { Secret } from "../../../crypto/primitives.js";
import { systemRng } from "../../../crypto/randomness.js";
import { type LatticeDecapsulation, decapsulate, useOnLattice } from "../../../crypto/sealing/expanded.js";

const CIPHERTEXT_SIZE = 1088;
const noble: LatticeDecapsulation = (ciphertext, key) => ml_kem768.decapsulate(ciphertext, key);

function flipped(bytes: Uint8Array, n: number): Uint8Array {
  return bytes.map((byte, at) => (at === n ? byte ^ 1 : byte));
}

function fails(): Uint8Array {
  throw new Error("broken");
}

test("both libraries give the same for what is sealed, and for each way to alter it", async () => {
  const kem = await createMlKem768();
  for (let round = 0; round < 12; round += 1) {
    const { publicKey, secretKey } = ml_kem768.keygen(systemRng(64));
    const { cipherText, sharedSecret } = ml_kem768.encapsulate(publicKey, systemRng(32));
    assert.deepEqual(kem.decap(cipherText, secretKey), sharedSecret);
    for (const altered of [0, 500, CIPHERTEXT_SIZE - 1].map((n) => flipped(cipherText, n)).concat(systemRng(CIPHERTEXT_SIZE), new Uint8Array(CIPHERTEXT_SIZE), new Uint8Array(CIPHERTEXT_SIZE).fill(255))) {
      const other = kem.decap(altered, secretKey);
      assert.deepEqual(other, noble(altered, secretKey));
      assert.notDeepEqual(other, sharedSecret);
    }
  }
});

/** The same secret for everything, as one without the check by encrypting again would give for what was altered. */
function forgiving(): LatticeDecapsulation {
  let first: Uint8Array | undefined;
  return (ciphertext, key) => (first ??= noble(ciphertext, key));
}

test("what gives another secret, forgives an altered ciphertext or breaks is not used", async () => {
  const wrong: LatticeDecapsulation = (ciphertext, key) => flipped(noble(ciphertext, key), 31);
  for (const candidate of [wrong, forgiving(), fails]) assert.equal(useOnLattice(candidate), false);
  const seed = new Secret(systemRng(32));
  const { cipherText, sharedSecret } = MLKEM768X25519.encapsulate(MLKEM768X25519.getPublicKey(seed.reveal()), systemRng(64));
  assert.deepEqual(await decapsulate(seed, cipherText), new Uint8Array(sharedSecret));
});

test("what gives the same is used from then on", async () => {
  const kem = await createMlKem768();
  let asked = 0;
  const used = useOnLattice((ciphertext, key) => {
    asked += 1;
    return kem.decap(ciphertext, key);
  });
  assert.equal(used, true);
  asked = 0;
  const seed = new Secret(systemRng(32));
  const { cipherText } = MLKEM768X25519.encapsulate(MLKEM768X25519.getPublicKey(seed.reveal()), systemRng(64));
  for (const [n, text] of [cipherText, flipped(cipherText, 3)].entries()) {
    assert.deepEqual(await decapsulate(seed, text), new Uint8Array(MLKEM768X25519.decapsulate(text, seed.reveal())));
    assert.equal(asked, n + 1);
  }
});

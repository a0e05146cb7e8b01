// Signatures by the script and by the browser's own Ed25519: one answer, for whatever somebody writes down.

import assert from "node:assert/strict";
import test from "node:test";
import { ed25519 } from "@noble/curves/ed25519.js";
import vectors from "../../../crypto/vectors/framing.json";
import { b64decode } from "../../../crypto/framing.js";
import { systemRng } from "../../../crypto/index.js";
import { isStrict, signatureHolds } from "../../../crypto/primitives.js";
import { nativeHolds, nativeVerifies, signatureSteps } from "../../../crypto/signatures.js";
import { atOnce, inTurns } from "../../../crypto/yielding.js";

interface Case {
  readonly name: string;
  readonly op: string;
  readonly input: { readonly key?: string; readonly message?: string; readonly sig?: string };
  readonly fails?: string;
}

const cases = (vectors.cases as readonly Case[]).filter(({ op }) => op === "check_signature");

async function answers(key: Uint8Array, message: Uint8Array, signature: Uint8Array): Promise<boolean> {
  const script = signatureHolds(key, message, signature);
  assert.equal(await inTurns(signatureSteps(key, message, signature)), script);
  assert.equal(atOnce(signatureSteps(key, message, signature)), script);
  // What the browser confirms, the script confirms; it is asked only about what is strictly written.
  if (isStrict(key, signature) && (await nativeHolds(key, message, signature)) === true) assert.equal(script, true);
  return script;
}

for (const { name, input, fails } of cases) {
  test(`script and browser agree: ${name}`, async () => {
    const [key, message, signature] = [input.key, input.message, input.sig].map((one) => b64decode(one as string));
    assert.equal(await answers(key as Uint8Array, message as Uint8Array, signature as Uint8Array), fails === undefined);
  });
}

test("a browser that has Ed25519 is used, and confirms what is right by itself", async () => {
  const has = await crypto.subtle.importKey("raw", ed25519.getPublicKey(new Uint8Array(32)) as Uint8Array<ArrayBuffer>, "Ed25519", false, ["verify"]).then(() => true, () => false);
  assert.equal(await nativeVerifies(), has);
  const [seed, message] = [systemRng(32), systemRng(100)];
  assert.equal(await nativeHolds(ed25519.getPublicKey(seed), message, ed25519.sign(message, seed)), has ? true : null);
});

test("honest signatures hold, and none with one bit changed", async () => {
  for (let length = 0; length < 8; length += 1) {
    const [seed, message] = [systemRng(32), systemRng(length * 37 + 1)];
    const [key, signature] = [ed25519.getPublicKey(seed), ed25519.sign(message, seed)];
    assert.ok(await answers(key, message, signature));
    for (const whole of [key, message, signature]) {
      const at = (systemRng(1)[0] as number) % (whole.length * 8);
      const flipped = (one: Uint8Array): Uint8Array => (one === whole ? one.map((byte, place) => (place === at >> 3 ? byte ^ (1 << (at & 7)) : byte)) : one);
      assert.equal(await answers(flipped(key), flipped(message), flipped(signature)), false);
    }
  }
});

// What the rest of the browser code stands on: the same in Node and in both real browsers.

import assert from "node:assert/strict";
import test from "node:test";
import { Decrypter, Encrypter, generateHybridIdentity, identityToRecipient } from "age-encryption";

test("a post-quantum recipient opens what was sealed for it", async () => {
  const identity = await generateHybridIdentity();
  const recipient = await identityToRecipient(identity);
  assert.match(recipient, /^age1pq1/);
  const encrypter = new Encrypter();
  encrypter.addRecipient(recipient);
  const sealed = await encrypter.encrypt("言路");
  const decrypter = new Decrypter();
  decrypter.addIdentity(identity);
  assert.equal(await decrypter.decrypt(sealed, "text"), "言路");
});

test("equality goes all the way down", () => {
  assert.deepEqual({ a: [new Uint8Array([1, 2])] }, { a: [new Uint8Array([1, 2])] });
  assert.notDeepEqual({ a: [new Uint8Array([1, 2])] }, { a: [new Uint8Array([1, 3])] });
  assert.throws(() => assert.deepEqual([1], [1, 2]));
});

test("an expected error is told from another one", async () => {
  assert.throws(() => JSON.parse("{"), SyntaxError);
  assert.throws(() => assert.throws(() => JSON.parse("{"), RangeError));
  await assert.rejects(Promise.reject(new TypeError("no")), /no/);
});

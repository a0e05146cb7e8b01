// The file that the desk saves is one that the watch's pages take; what differs in shape or size is refused.

import assert from "node:assert/strict";
import test from "node:test";
import { CryptoError } from "../../../crypto/errors.js";
import { keyFileOf } from "../../../templates/desk/passkeys/keyfile.js";
import { readKeyFile } from "../../../templates/watch/keyfile.js";

const b64 = (size: number): string => Buffer.alloc(size).toString("base64url");
const WRAPPED = { v: 1, salt: b64(16), nonce: b64(12), box: b64(48) };
const FILE = keyFileOf({ desk: "https://desk.example", code: "EDQP-TS90-D1GQ-6T10-C9WA", member: "bao-hu", wrapped: WRAPPED, seen: { sequence: 7, hash: b64(32) } });
const blob = (value: unknown): Blob => new Blob([JSON.stringify(value)]);

test("what the desk saves is read as it was", async () => {
  assert.deepEqual(await readKeyFile(blob(FILE)), FILE);
});

test("the key file of an officer whose new keys wait holds two seeds, and is read too", async () => {
  for (const seeds of [2, 4]) {
    const file = { ...FILE, wrapped_key: { ...WRAPPED, box: b64(16 + 32 * seeds) } };
    assert.deepEqual(await readKeyFile(blob(file)), file);
  }
  await assert.rejects(readKeyFile(blob({ ...FILE, wrapped_key: { ...WRAPPED, box: b64(16 + 32 * 5) } })), CryptoError);
});

test("a profile that was pulled before any directory is read too", async () => {
  assert.equal((await readKeyFile(blob({ ...FILE, seen: null }))).seen, null);
});

test("what is no key file is refused", async () => {
  const { member, ...less } = FILE;
  const wrong = [less, { ...FILE, more: 1 }, { ...FILE, member: "No Name" }, { ...FILE, wrapped_key: { ...WRAPPED, box: b64(47) } }, { ...FILE, desk: "x".repeat(20_000) }, []];
  assert.equal(member, "bao-hu");
  for (const one of wrong) await assert.rejects(readKeyFile(blob(one)), CryptoError);
  await assert.rejects(readKeyFile(new Blob(["{"])), CryptoError);
});

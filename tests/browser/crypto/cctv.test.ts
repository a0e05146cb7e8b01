// The public age vectors (npm cctv-age): ours open or fail as they say, all others are refused before any key.

import assert from "node:assert/strict";
import test from "node:test";
import * as cctv from "cctv-age";
import { CryptoError, checkEnvelope } from "../../../crypto/index.js";
import { open } from "../../../crypto/sealing/age.js";
import { sha256 } from "../../../crypto/primitives.js";
import { Identity } from "../../../crypto/sealing/xwing.js";
import { loadVector } from "./cctvfile.js";

const vectors = cctv as unknown as Record<string, Uint8Array>;
const ANY = Array.from({ length: 32 }, (_, i) => i + 1);
// Valid age, but with a stanza of another type beside ours.
const STRICTER = ["hybrid_and_x25519", "hybrid_grease", "hybrid_uppercase"];
const STAGES: Readonly<Record<string, readonly string[]>> = {
  "no match": ["no-match"], "HMAC failure": ["header-mac"], "header failure": ["header", "stanzas", "no-match"], "payload failure": ["payload"],
};

const hex = (bytes: Uint8Array) => [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
const stageOf = (error: unknown) => (error instanceof CryptoError ? error.stage : String(error));
const [hybrid, others] = [true, false].map((ours) => Object.keys(vectors).filter((name) => name.startsWith("hybrid") === ours)) as [string[], string[]];

test("the package holds what these tests were written for", () => {
  assert.ok(hybrid.length >= 18 && others.length > 100);
});

for (const name of hybrid) {
  test(`${name} opens or fails as it says`, async () => {
    const { head, file } = await loadVector(vectors[name] as Uint8Array);
    const identity = Identity.read(head.get("identity") as string);
    const expect = head.get("expect") as string;
    if (expect === "success" && !STRICTER.includes(name)) {
      return assert.equal(hex(sha256(await open(identity, file, ...ANY))), head.get("payload"));
    }
    const allowed = STRICTER.includes(name) ? ["stanzas"] : (STAGES[expect] as readonly string[]);
    return assert.rejects(open(identity, file, ...ANY), (error) => allowed.includes(stageOf(error)));
  });
}

test("every file with another recipient type, armor or a broken header gets no further than its header", async () => {
  for (const name of others) {
    const { file } = await loadVector(vectors[name] as Uint8Array);
    assert.throws(() => checkEnvelope(file, ...ANY), (error) => ["header", "stanzas"].includes(stageOf(error)), name);
  }
});

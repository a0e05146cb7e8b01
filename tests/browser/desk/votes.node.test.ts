// Which votes count on a request for a name: one custodian's false vote stops nobody who agreed, and opens nothing.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { verifyDirectory } from "../../../crypto/browser/office/directory.js";
import { b64decode } from "../../../crypto/browser/bytes.js";
import { Secret } from "../../../crypto/browser/primitives.js";
import { CryptoError, openRequest, staffKeys } from "../../../crypto/browser/staff.js";
import { holdingVotes, openWithAny } from "../../../templates/desk/custody/votes.js";
import { resolve } from "../crypto/vectorops.js";

const { shared, cases } = JSON.parse(readFileSync("crypto/vectors/unsealing.json", "utf8"));
const given = (name: string) => resolve(cases.find((one: { op: string; name: string }) => one.op === "unseal" && one.name === name).input, shared);
const all = given("custodians [0, 1, 2]");
const directory = verifyDirectory(all.office.code, all.office.roots, all.office.note, all.office.today);
const staff = staffKeys(new Secret(b64decode(all.staff.seed)), { office: directory.office, member: all.staff.member });
const opened = openRequest(staff, directory, all.request);
const lastOf = (name: string) => given(name).votes.at(-1);
const texts = (votes: readonly unknown[]) => votes.map((vote) => JSON.stringify(vote));

test("a vote that does not hold is none, whoever sent it and however", async () => {
  const [first, second] = all.votes;
  for (const name of ["another custodian's name", "a refusal turned", "nobody's custodian", "a vote on another request"]) {
    const found = holdingVotes(directory, await opened, [...texts([lastOf(name), first, second]), "{", "null"]);
    assert.deepEqual(found.map(({ custodian }) => custodian), ["bao-guan-1", "bao-guan-2"], name);
    assert.equal((await openWithAny(staff, directory, await opened, found)).name.name, "王小明");
  }
  assert.equal(holdingVotes(directory, await opened, texts([first, first])).length, 1);
});

test("an agreement with false shares is left out and named, and those of m others open", async () => {
  // Shares of nothing have the right shape: they show only in that no opening uses them.
  for (const [name, left] of [["two quorums", ["bao-guan-3"]], ["shares of nothing", []], ["alone, and says that one is enough", ["bao-guan-3"]]] as const) {
    const found = holdingVotes(directory, await opened, texts([lastOf(name), ...all.votes.slice(0, 2)]));
    const { name: read, leftOut } = await openWithAny(staff, directory, await opened, found);
    assert.deepEqual([read.name, leftOut], ["王小明", left], name);
  }
});

test("fewer agreements than it takes open nothing", async () => {
  for (const name of ["nobody", "one of two", "alone, and says that one is enough", "two quorums"]) {
    const found = holdingVotes(directory, await opened, texts(given(name).votes));
    await assert.rejects(openWithAny(staff, directory, await opened, found), CryptoError, name);
  }
});

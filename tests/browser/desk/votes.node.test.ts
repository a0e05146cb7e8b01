// Which votes count on a request for a name: one custodian's false vote stops nobody who agreed, and opens nothing.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { verifyDirectory } from "../../../crypto/office/directory.js";
import { PacketFaulty } from "../../../crypto/errors.js";
import { b64decode } from "../../../crypto/framing.js";
import { Secret } from "../../../crypto/primitives.js";
import { CryptoError, openRequest, ownShares, staffKeys, unseal } from "../../../crypto/staff.js";
import { falseApprovals, holdingVotes } from "../../../templates/desk/custody/votes.js";
import { resolve } from "../crypto/vectorops.js";

const { shared, cases } = JSON.parse(readFileSync("crypto/vectors/unsealing.json", "utf8"));
const given = (name: string) => resolve(cases.find((one: { op: string; name: string }) => one.op === "unseal" && one.name === name).input, shared);
const all = given("custodians [0, 1, 2]");
const directory = verifyDirectory(all.office.code, all.office.roots, all.office.note, all.office.today);
const staff = staffKeys(new Secret(b64decode(all.staff.seed)), { office: directory.office, member: all.staff.member });
const opened = openRequest(staff, directory, all.request);
const lastOf = (name: string) => given(name).votes.at(-1);
const texts = (votes: readonly unknown[]) => votes.map((vote) => JSON.stringify(vote));

test("a vote that does not hold is none, no matter who sent it and however", async () => {
  const [first, second] = all.votes;
  for (const name of ["another custodian's name", "a refusal turned", "nobody's custodian", "a vote on another request"]) {
    const found = holdingVotes(directory, await opened, [...texts([lastOf(name), first, second]), "{", "null"]);
    assert.deepEqual(found.map(({ custodian }) => custodian), ["bao-guan-1", "bao-guan-2"], name);
    assert.equal((await unseal(staff, directory, await opened, found)).name, "王小明");
  }
  assert.equal(holdingVotes(directory, await opened, texts([first, first])).length, 1);
});

test("an agreement with false shares is named at that vote, and those of m others open", async () => {
  for (const name of ["two quorums", "shares of nothing", "alone, and says that one is enough", "a colleague's share beside the own"]) {
    const found = holdingVotes(directory, await opened, texts([lastOf(name), ...all.votes.slice(0, 2)]));
    assert.deepEqual(await falseApprovals(staff, await opened, found), ["bao-guan-3"], name);
    const left = found.filter(({ custodian }) => custodian !== "bao-guan-3");
    assert.equal((await unseal(staff, directory, await opened, left)).name, "王小明", name);
  }
  const twice = all.votes.slice(0, 2).map((vote: { shares: string }) => ({ ...vote, shares: all.votes[0].shares }));
  assert.deepEqual(await falseApprovals(staff, await opened, twice), ["bao-guan-1", "bao-guan-2"]);
});

test("a packet that commits to its lies is its maker's, and no custodian is named", async () => {
  for (const name of ["a faulty packet: a share that opens nothing", "a faulty packet: a key that it does not commit to"]) {
    const { request, votes } = given(name);
    const faulty = await openRequest(staff, directory, request);
    const found = holdingVotes(directory, faulty, texts(votes));
    assert.deepEqual(await falseApprovals(staff, faulty, found), [], name);
    await assert.rejects(unseal(staff, directory, faulty, found), PacketFaulty, name);
  }
});

test("a custodian whose share was forged is told so before any vote", async () => {
  const forged = resolve(cases.find((one: { name: string }) => one.name === "a share that the packet does not commit to").input, shared);
  const keeper = staffKeys(new Secret(b64decode(forged.staff.seed)), { office: directory.office, member: forged.staff.member });
  const faulty = await openRequest(keeper, directory, forged.request);
  await assert.rejects(ownShares(keeper, faulty), (error: CryptoError) => error.stage === "hpke");
});

test("fewer agreements than it takes open nothing", async () => {
  for (const name of ["nobody", "one of two", "alone, and says that one is enough", "two quorums"]) {
    const found = holdingVotes(directory, await opened, texts(given(name).votes));
    await assert.rejects(unseal(staff, directory, await opened, found), CryptoError, name);
  }
});

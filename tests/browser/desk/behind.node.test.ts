// A page whose member was away for several changes of readers: the pin moves where each was signed by who held the case, else it stays.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { Secret } from "../../../crypto/primitives.js";
import {
  CryptoError, FIRST_EVENT, type Grant, b64decode, openGrant, openKeyringEntry, readCase, sealKeyringEntry, signEvent, staffKeys, systemRng,
} from "../../../crypto/staff.js";
import { unsignedProof } from "../../../crypto/case/grant.js";
import type { CaseFile } from "../../../templates/desk/api.js";
import { Vault } from "../../../templates/desk/opened/vault.js";
import { Rulebook } from "../../../templates/desk/trusted/rulebook.js";
import { grantOf, office, resolve } from "../crypto/vectorops.js";

const { shared, cases } = JSON.parse(readFileSync("crypto/vectors/chain.json", "utf8"));
const given = (name: string) => resolve(cases.find((one: { name: string }) => one.name === name).input, shared);
const { office: there, staff: who } = given("the pinned grant");
const directory = office(there);
const seed = new Secret(b64decode(who.seed));
const staff = staffKeys(seed, { office: directory.office, member: who.member });

interface Notice {
  readonly grant: string;
  readonly signatures: readonly { member: string; sig: string }[];
}

/** A desk that serves the case of a vector, and keeps what the page puts into the keyring. */
class Desk {
  readonly kept: unknown[] = [];
  readonly calls: string[] = [];

  constructor(readonly file: { case: string; keyring: unknown }) {}

  async answer(address: string, how: RequestInit | undefined): Promise<Response> {
    const method = how?.method ?? "GET";
    this.calls.push(`${method} ${address}`);
    if (method === "PUT") this.kept.push(JSON.parse(await new Response(how?.body).text()));
    return new Response(JSON.stringify(method === "GET" ? this.file : {}));
  }

  async open(): Promise<Vault> {
    globalThis.fetch = (address, how) => this.answer(String(address), how);
    const vault = new Vault(staff, seed, directory, await Rulebook.open(new Map(), null, () => true));
    await vault.open(this.file as unknown as CaseFile);
    return vault;
  }
}

/** An event that bears the signatures under a grant, as its `epoch` item has them: whose event it is does not matter. */
async function eventOf(grant: Grant, items: unknown[]) {
  const view = await readCase(directory, grant, items);
  const notices = view.entries.flatMap(({ content }) => (content?.type === "epoch" ? [content.payload as Notice] : []));
  const { signatures } = notices.find((one) => one.grant === grant.hash) ?? { signatures: [] };
  const data = { grant: grant.hash, ...unsignedProof(grant.body), signatures: [...signatures] };
  return signEvent(staff, { case: grant.case, kind: "regranted", day: directory.today, data }, FIRST_EVENT);
}

async function deskOf(name: string): Promise<Desk> {
  const input = given(name);
  const pinned = await openGrant(staff, b64decode(input.before), directory);
  assert.ok(pinned !== null);
  const grant = await grantOf(input);
  const { event, head } = await eventOf(grant, input.items);
  return new Desk({
    case: grant.case, entity: grant.entity, policy: grant.policy, version: "1", day: directory.today, stage: "received", epoch: grant.epoch, urgent: false, taken_by: [],
    head: { n: 0, hash: head.hash }, last: { to_office: 1, to_reporter: 2 }, standing: { ended: false, waiting: false, owner: null, deputy: null, next_due: null },
    packet: input.packet, history: input.history, items: input.items, events: [event], keyring: await sealKeyringEntry(staff, pinned, systemRng), proposal: null, dues: [], undeliverable: [],
  } as never);
}

const FOLLOWED = { "two epochs further on": 2, "three epochs further on, with somebody who joined": 3, "the move between told again behind items of its epoch": 2 };
for (const [name, epoch] of Object.entries(FOLLOWED)) {
  test(`the pin follows: ${name}`, async () => {
    const desk = await deskOf(name);
    await desk.open();
    assert.equal(desk.kept.length, 1);
    assert.equal((await openKeyringEntry(staff, desk.kept[0])).epoch, epoch);
  });
}

for (const name of ["a move between that a holder and a stranger signed", "a move between that one holder alone signed", "other holders before than were signed", "the move between is withheld"]) {
  test(`the case is refused, and nothing is written: ${name}`, async () => {
    const desk = await deskOf(name);
    await assert.rejects(desk.open(), (error) => error instanceof CryptoError && error.stage === "successor" && error.message.includes("pinned grant"));
    assert.deepEqual(desk.calls.filter((call) => !call.startsWith("GET ")), []);
  });
}

test("a file that this member's own re-grant overtook on its way is no alarm: the case is fetched alone, and that is judged", async () => {
  const [desk, before] = [await deskOf("two epochs further on"), given("two epochs further on").before];
  const now = desk.file as unknown as CaseFile;
  const fetchedAhead = { ...now, packet: before, epoch: 0 };
  const vault = await desk.open();
  assert.equal((await vault.open(now, fetchedAhead)).epoch, 2);
  assert.equal(desk.calls.filter((call) => call.startsWith("GET ")).length, 2);
  const lying = new Desk(fetchedAhead as never);
  globalThis.fetch = (address, how) => lying.answer(String(address), how);
  await assert.rejects(vault.open(now, fetchedAhead), CryptoError);
});

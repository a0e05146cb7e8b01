// What a custodian's page takes for its member's own vote, and what becomes of a review that is there already, in other words.

import assert from "node:assert/strict";
import test from "node:test";
import vectors from "../../../crypto/vectors/unsealing.json";
import { b64decode } from "../../../crypto/framing.js";
import { verifyDirectory } from "../../../crypto/office/directory.js";
import { Secret } from "../../../crypto/primitives.js";
import { openRequest, requestShape, sealReview, staffKeys, systemRng } from "../../../crypto/staff.js";
import { CustodianDesk } from "../../../templates/desk/custody/custodian.js";
import { Reviewing } from "../../../templates/desk/custody/reviewing.js";
import { holdingVotes } from "../../../templates/desk/custody/votes.js";
import { OfficeWords } from "../../../templates/desk/context.js";
import type { Vault } from "../../../templates/desk/opened/vault.js";
import { h } from "../../../templates/desk/ui.js";
import { resolve } from "../crypto/vectorops.js";
import { at } from "./drawncase.js";
import { NOW } from "./ruledcase.js";

/** The page has to be drawn for it: Node has no document. */
const onPage: typeof test = typeof document === "undefined" ? ((() => undefined) as unknown as typeof test) : test;

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- a vector's input is whatever its operation takes
const given = (op: string, name: string): any => resolve(vectors.cases.find((one) => one.op === op && one.name === name)?.input as never, vectors.shared as never);

function pageOf({ office, staff: { seed, member } }: { office: { code: string; roots: string[]; note: string; today: string }; staff: { seed: string; member: string } }): { vault: Vault; words: OfficeWords } {
  const directory = verifyDirectory(office.code, office.roots, office.note, office.today);
  const staff = staffKeys(new Secret(b64decode(seed)), { office: directory.office, member });
  return { vault: { staff, directory } as unknown as Vault, words: new OfficeWords(directory, new Map(), () => NOW) };
}

test("of the votes that name a custodian only the one that they signed holds", async () => {
  const one = given("open_request", "a custodian reads it");
  const { vault: { staff, directory } } = pageOf(one);
  const { request, votes } = given("unseal", "custodians [0, 1, 2]") as { request: unknown; votes: { custodian: string; sig: string }[] };
  const opened = await openRequest(staff, directory, request);
  const own = votes.filter(({ custodian }) => custodian === staff.member);
  const made = own.map((vote) => ({ ...vote, sig: "A".repeat(86) }));
  const held = [own, made].map((some) => holdingVotes(directory, opened, some.map((vote) => JSON.stringify(vote))).length);
  assert.deepEqual(held, [1, 0]);
});

onPage("a vote that the server made up in a custodian's name is not said to be theirs, and takes no button away", async () => {
  const one = given("open_request", "a custodian reads it");
  const { vault, words } = pageOf(one);
  const all = given("unseal", "custodians [0, 1, 2]");
  const card = async (...votes: string[]): Promise<HTMLElement> => new CustodianDesk(vault, words)["card"](all.request, votes);
  const own = (all.votes as { custodian: string; sig: string }[]).find(({ custodian }) => custodian === one.staff.member);
  assert.ok(own !== undefined);
  const [voted, made] = [await card(JSON.stringify(own)), await card(JSON.stringify({ ...own, sig: "A".repeat(86) }))];
  assert.deepEqual([at(voted, "own-vote")?.dataset["vote"], at(voted, "vote-refuse")], ["approve", null]);
  assert.equal(at(made, "own-vote"), null);
  assert.ok(at(made, "vote-refuse") !== null && at(await card("{", JSON.stringify(own)), "own-vote") !== null);
});

onPage("a review that is there already in other words is not sent again, and what was written last stays to be read", async () => {
  const one = given("seal_review", "by wai-bu");
  const { vault, words } = pageOf(one);
  const request = requestShape(one.request);
  const there = JSON.stringify(await sealReview(vault.staff, vault.directory, request, "unjustified", "It could have waited.", systemRng));
  const fetched = globalThis.fetch;
  const sent: string[] = [];
  globalThis.fetch = async (address, how) => {
    if (how?.method === "POST") sent.push(String(address));
    return Promise.resolve(new Response(JSON.stringify({ v: 1, requests: [{ request: one.request, votes: [], reviews: [there] }] }), { headers: { "content-type": "application/json" } }));
  };
  const form = new Reviewing(vault, words)["form"](request, h("ul", {}), "why");
  document.body.append(form);
  const [finding, text] = [form.querySelector("select"), form.querySelector("textarea")];
  assert.ok(finding !== null && text !== null);
  const sign = async (of: string, why: string): Promise<string> => {
    [finding.value, text.value] = [of, why];
    at(form, "review-sign")?.click();
    while (form.getAttribute("aria-busy") === "true") await new Promise((done) => { setTimeout(done, 5); });
    return text.value;
  };
  assert.equal(await sign("justified", "There was a fire."), "There was a fire.");
  assert.match(at(form, "review-fault")?.textContent ?? "", /^You have already signed a review of this, in other words\. Nothing was sent\./u);
  assert.equal(await sign("unjustified", "It could have waited."), "");
  assert.deepEqual(sent, []);
  globalThis.fetch = fetched;
  form.remove();
});

// What counts as a publication of a case: an item that was sealed as one, judged by the case as it stood before it.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { readRules } from "../../../casework/index.js";
import { utf8 } from "../../../crypto/framing.js";
import type { OpenedCase } from "../../../templates/desk/opened/model.js";
import type { Offer } from "../../../templates/desk/publication/offers.js";
import { type Step, decision, entry, opened, ruledCase } from "./ruledcase.js";

const { isPublishing, notPublished, offerNow, sentTexts } = await import("../../../templates/desk/publication/offers.js");
const { Said, namesOn, partsOf } = await import("../../../templates/desk/publication/prefill.js");

const P19 = "employee-complaint-review-publish";
const rows = JSON.parse(readFileSync("casework/vectors/publicity.json", "utf8")) as { policy?: string; rules: string }[];
const { publications } = readRules(utf8(rows.find(({ policy }) => policy === P19)?.rules ?? ""));
const TEXT = "Published result\nFor: the company\n\nResult\nDone.";
const NOTICE: Step = ["notified", "li", { role: "hr", item: "n" }];
const published = (role: string): Step => ["published", "li", { role, item: "p" }];
const REACHED: readonly Step[] = [
  ["checked", "li", { role: "hr" }], ["routed", "li", { role: "hr", departments: "owning-department", to: "investigation" }], ["department-received", "li", { role: "owning-department" }],
  ["evidence-gathered", "li", { role: "owning-department", item: "a" }], ["report-formed", "li", { role: "owning-department", item: "b" }], ["plan-drafted", "li", { role: "owning-department", item: "c" }],
  ["report-submitted", "li", { role: "owning-department", to: "audit" }], ["approved", "li", { role: "hr" }], ["sealed", "li", { role: "hr", item: "d", to: "notice" }],
];

/** What the desk says of the last step, with the item `p` of this type and text. */
function judged(steps: readonly Step[], type = "publication", text = TEXT): { sent: (string | null)[]; wrong: string | null } {
  const item = entry(type, "p", { text, attachments: [] });
  const ruled = ruledCase(P19, steps);
  const one = opened({ ...ruled, rules: { ...ruled.rules, publications } }, [item, entry("decision", "d", decision("decided", ["borne-out"]))]);
  return { sent: sentTexts(one).map(({ against }) => against), wrong: notPublished(one.events.at(-1) ?? assert.fail(), item, one) };
}

test("a text that was sealed as published, after the notice and by the role that publishes, is a publication", () => {
  assert.deepEqual(judged([...REACHED, NOTICE, published("owning-department")]), { sent: [null], wrong: null });
});

test("no draft of a publication begins with a measure against the person who reported", () => {
  const sealed = (act: string, item: string): Step => ["sealed", act === "malice-approved" ? "wang" : "li", { role: act === "malice-approved" ? "company" : "hr", item }];
  const steps: readonly Step[] = [...REACHED.slice(0, -1), ["decided", "li", { role: "hr", item: "d", to: "notice" }], NOTICE, sealed("malice-proposed", "m"), sealed("malice-approved", "n2"), sealed("measure-set", "x")];
  const items = [
    entry("decision", "d", decision("decided", ["not-borne-out"])), entry("decision", "m", decision("malice-proposed", [])),
    entry("decision", "n2", decision("malice-approved", []), "wang"), entry("decision", "x", { ...decision("measure-set", []), measures: ["penalty", "solved"] }),
  ];
  const one = { ...opened(ruledCase(P19, steps), items), report: null } as unknown as OpenedCase;
  const rules = one.ruled?.rules.measures ?? [];
  assert.ok(rules.some(({ id, on }) => id === "penalty" && on === "reporter"), JSON.stringify(rules.map(({ id, on }) => [id, on])));
  const parts = partsOf(one, { policies: new Map() } as never, "en");
  assert.equal(parts.measures, "The problem is solved");
});

test("an internal note that begins with the same words is none, nor is a bare step", () => {
  assert.deepEqual(judged([...REACHED, NOTICE, ["noted", "li", { item: "p" }]], "note"), { sent: [], wrong: null });
  assert.deepEqual(judged([...REACHED, NOTICE, published("owning-department")], "note"), { sent: [], wrong: "No text was signed as published with it." });
});

test("where the policy withholds it, or has another step for it, the reason is said", () => {
  const early = judged([...REACHED, ["noted", "li", { item: "p" }]]);
  assert.deepEqual(early, { sent: ["The reporter is told the result first. Nothing is published before that."], wrong: early.sent[0] });
  const frozen: Step = ["handed-over", "li", { role: "hr", authority: "police", item: "h" }];
  assert.match(judged([...REACHED, NOTICE, frozen, ["noted", "li", { item: "p" }]]).wrong ?? "", /^An authority/u);
  assert.match(judged([...REACHED, NOTICE, ["noted", "li", { item: "p" }]]).wrong ?? "", /^The policy records this as/u);
  assert.match(judged([...REACHED, NOTICE, published("owning-department")], "publication", "Done.").wrong ?? "", /what of the case is published/u);
  assert.match(judged([...REACHED, NOTICE, published("owning-department")], "publication", TEXT.replace("the company", "everybody whom the policy serves")).wrong ?? "", /does not publish this/u);
});

test("a step is judged by every role of its actor, as the offer was, and not alone by the one that it names", () => {
  const item = entry("publication", "p", { text: TEXT, attachments: [] });
  const ruled = ruledCase(P19, [...REACHED, NOTICE, published("owning-department")]);
  const own = publications.map((one) => ({ ...one, by: "hr" }));
  const holding = (holders: Record<string, string[]>): (string | null)[] =>
    sentTexts(opened({ ...ruled, rules: { ...ruled.rules, publications: own, holders: new Map(Object.entries(holders)) } }, [item, entry("decision", "d", decision("decided", ["borne-out"]))])).map(({ against }) => against);
  assert.deepEqual(holding({ "owning-department": ["li"], hr: ["li"] }), [null]);
  assert.match(holding({ "owning-department": ["li"], hr: ["wang"] })[0] ?? "", /published by/u);
});

test("the step published opens the form in every stage, and an offer that is gone is refused", () => {
  const offer: Offer = { rule: { what: "cases", audience: "company", by: null, text: { en: "", zh: "" }, redaction: null } as unknown as Offer["rule"], act: "published", withheld: "not-ended", why: "not yet" };
  assert.ok(isPublishing("published", [offer]));
  assert.equal(isPublishing("noted", [{ ...offer, act: "noted" }]), false);
  assert.equal(offerNow([offer], { ...offer, why: null }).why, "not yet");
  assert.equal(offerNow([], { ...offer, why: null }).why, "The policy does not publish this to these readers.");
});

test("the form begins with the names of a free answer, and with no word that names nobody", () => {
  const known = (answer: string): string[] => {
    const one = { ...opened(ruledCase(P19, [])), holders: [], events: [], report: { answers: [{ id: "persons", value: answer }], excluded: [] } } as unknown as OpenedCase;
    return namesOn(one, { directory: { member: () => null } } as never, () => null);
  };
  for (const answer of ["经理、不知道", "the manager and HR", "n/a", "I don’t know."]) assert.deepEqual(known(answer), []);
  assert.deepEqual(known("我的领导，李四/Zhao Liu"), ["李四", "Zhao Liu"]);
  assert.deepEqual(known("王经理; An"), ["王经理", "An"]);
});

test("what the reporter wrote is read once, within a bound, and each letter of a part is looked up once", () => {
  let read = 0;
  function* texts(): Generator<string> {
    read += 1;
    for (let at = 0; at < 32; at += 1) yield `${String.fromCodePoint(0x4e00 + at)}${"甲乙丙丁戊己庚辛壬癸子丑".repeat(2_700)}`;
  }
  const { add, has } = Set.prototype;
  const counted = { add: 0, has: 0 };
  Set.prototype.add = function (this: Set<unknown>, value: unknown): Set<unknown> { counted.add += 1; return add.call(this, value); };
  Set.prototype.has = function (this: Set<unknown>, value: unknown): boolean { counted.has += 1; return has.call(this, value); };
  try {
    const said = new Said(texts());
    assert.ok(counted.add <= 300_000, String(counted.add));
    const part = "The office says this in its own words. ".repeat(50);
    counted.has = 0;
    for (let key = 0; key < 10; key += 1) assert.equal(said.repeated(part), null);
    assert.ok(counted.has <= 10 * part.length, String(counted.has));
    assert.equal(said.repeated("他说：甲乙丙丁戊己庚辛壬癸，"), "甲乙丙丁戊己庚辛壬癸");
  } finally {
    Object.assign(Set.prototype, { add, has });
  }
  assert.equal(read, 1);
  assert.equal(new Said(["We were all standing at the gate when"]).repeated("Then we were all standing at the gate when it"), "e were all standing at the gat");
});

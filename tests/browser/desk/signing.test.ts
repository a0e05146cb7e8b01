// What waits for a member's second signature, what a publication says of itself, and when taking a case is the first thing to do.

import assert from "node:assert/strict";
import test from "node:test";
import { secondsFor } from "../../../templates/desk/acting/seconding.js";
import { appealWords } from "../../../templates/desk/publication/offers.js";
import { type Act, applyEvents, publicText, readRules } from "../../../casework/index.js";
import type { Day } from "../../../casework/deadlines/days.js";
import vectors from "../../../casework/vectors/publicity.json";
import { utf8 } from "../../../crypto/framing.js";
import type { OpenedCase } from "../../../templates/desk/opened/model.js";
import { asksWords } from "../../../templates/desk/queue/caselist.js";
import { byView } from "../../../templates/desk/queue/views.js";
import { Today } from "../../../templates/desk/today/page.js";
import { h } from "../../../templates/shared/dom.js";
import { actionsOf, at, caseHeldBy, draw, inPage, onShelf, openedCase, said, words } from "./drawncase.js";
import { ITEM, NOW, type Step, entry } from "./ruledcase.js";

const onPage: typeof test = inPage ? test : ((() => undefined) as unknown as typeof test);

const REGISTERED: Step = ["registered", "li", { role: "company", to: "registered" }];
const asking: Step = ["release-asked", "li", { role: "company", item: ITEM }];
const held: Step = ["held", "li", { role: "company", item: ITEM }];
const waits = (...steps: readonly Step[]): OpenedCase => openedCase(caseHeldBy("company-whistleblowing", [REGISTERED, held, ...steps], { company: ["li", "wang"], "dedicated-person": ["wang"] }));

test("a step waits for the second person alone, and for nobody before it was asked for", () => {
  const acts = (one: OpenedCase, me: string): readonly string[] => secondsFor(one, me, NOW).map(({ act }) => act);
  assert.deepEqual([acts(waits(), "wang"), acts(waits(asking), "wang"), acts(waits(asking), "li"), acts(waits(asking), "sun")], [[], ["released"], [], []]);
  const views = byView([onShelf(waits(asking))], "wang", NOW);
  assert.equal(views.get("asked")?.length, 1);
  assert.equal(byView([onShelf(waits(asking))], "li", NOW).get("asked")?.length, 0);
  assert.equal(asksWords(waits(asking), "wang", NOW), "Waiting for your signature: End the legal hold");
});

onPage("what waits for a second signature stands open on the case's page with its button, and first in Today", () => {
  const page = draw(waits(asking), actionsOf("wang"));
  const button = at(page, "act-released");
  assert.ok(button !== null && button.closest("details") === null && at(page, "seconds")?.contains(button) === true);
  assert.equal(page.querySelectorAll('[data-test="act-released"]').length, 1);
  assert.equal(at(draw(waits(asking), actionsOf("li")), "act-released"), null);
  document.body.querySelector("#work")?.remove();
  document.body.append(h("div", { id: "work" }, h("div", { id: "today" }), h("ul", { id: "asked" }), h("ul", { id: "reviews" })));
  const one = onShelf(waits(asking));
  const today = new Today({ shelf: new Map([[one.row.case, one]]), me: "wang", words, now: () => NOW, open: () => undefined, view: () => undefined, isSeen: () => false, dueDuties: () => [], duties: () => undefined });
  today.open();
  const [first] = document.querySelectorAll('[data-test="today-lines"] section');
  assert.equal(first?.getAttribute("data-test"), "today-signature");
  assert.match(first?.textContent ?? "", /^Waiting for your signature1.*End the legal hold/u);
  assert.doesNotMatch(first?.textContent ?? "", /Waiting for your signature:/u);
});

onPage("a second signature waits in its row, and for nobody before it was asked for, also under rules that ask for no request", () => {
  const underOldRules = (one: OpenedCase): Element => {
    const ruled = one.ruled as NonNullable<OpenedCase["ruled"]>;
    const anywhere = ruled.rules.anywhere.map((rule) => (rule.act === "released" ? { ...rule, ever: [] } : rule));
    return draw({ ...one, ruled: { ...ruled, rules: { ...ruled.rules, anywhere } } }, actionsOf("wang"));
  };
  const page = underOldRules(waits(asking));
  assert.equal(page.querySelectorAll('[data-test="act-released"]').length, 1);
  assert.ok(at(page, "seconds")?.contains(at(page, "act-released")) === true);
  assert.equal(at(underOldRules(waits()), "act-released"), null);
});

const P19 = "employee-complaint-review-publish";
const HELD = { hr: ["li"], "owning-department": ["wang"], company: ["sun"] };
const { publications } = readRules(utf8((vectors as readonly { readonly policy?: string; readonly rules: string }[]).find(({ policy }) => policy === P19)?.rules ?? ""));
const NOTICE: readonly Step[] = [
  ["checked", "li", { role: "hr" }], ["routed", "li", { role: "hr", departments: "owning-department", to: "investigation" }], ["department-received", "wang", { role: "owning-department" }],
  ["evidence-gathered", "wang", { role: "owning-department", item: "a" }], ["report-formed", "wang", { role: "owning-department", item: "b" }], ["plan-drafted", "wang", { role: "owning-department", item: "c" }],
  ["report-submitted", "wang", { role: "owning-department", to: "audit" }], ["approved", "li", { role: "hr" }], ["sealed", "li", { role: "hr", item: "d", to: "notice" }], ["notified", "li", { role: "hr", item: "n" }],
];

/** The case after these steps, and after acts that the reporter declared. */
function afterNotice(steps: readonly Step[], declared: readonly Act[] = [], to: string | null = null): OpenedCase {
  const ruled = caseHeldBy(P19, steps, HELD);
  const blank = { day: "2026-11-25" as Day, moment: null, by: null, role: null, codes: {}, item: null, signed: true };
  const found = applyEvents(ruled.found, declared.map((act, at) => ({ ...blank, n: ruled.found.events.length + at, act, to: act === "appealed" ? to : null })));
  return openedCase({ ...ruled, found, rules: { ...ruled.rules, publications } });
}

test("a publication says that an appeal can still be made, until when, or that it is being decided", () => {
  assert.match(appealWords(afterNotice(NOTICE), words, NOW), /^An appeal can still be made\. Its period of .+ begins when the reporter reads/u);
  assert.match(appealWords(afterNotice(NOTICE, ["notice-received"]), words, NOW), /^An appeal can be made until .*30/u);
  assert.match(appealWords(afterNotice(NOTICE, ["notice-received", "appealed"], "reexamination"), words, NOW), /^The reporter has appealed and the appeal is not decided/u);
  assert.equal(appealWords(afterNotice(NOTICE.slice(0, 3)), words, NOW), "");
});

onPage("the appeal stands in the line of what may be published now", () => {
  const page = draw(afterNotice(NOTICE), actionsOf("wang"), true);
  assert.match(said(page, "publication-status"), /It may be published now\. An appeal can still be made\./u);
});

onPage("a signed text is said to be signed, not to be published", () => {
  const text = publicText("result", "company", { matter: "Meals", result: "Settled" }, "en");
  const one = { ...afterNotice([...NOTICE, ["published", "wang", { role: "owning-department", item: "T".repeat(43) }]]), entries: [entry("publication", "T".repeat(43), { text }, "wang")] } as OpenedCase;
  const page = draw(one, actionsOf("li"), true);
  assert.match(said(page, "published-text"), /Text signed for publication on .* by Name of wang/u);
  assert.match(said(page, "published-where"), /Where and when it was shown/u);
  assert.doesNotMatch(page.textContent ?? "", /Published on/u);
});

onPage("taking a case is the first thing to do only for who can go on with it", () => {
  const one = openedCase(caseHeldBy("company-whistleblowing", [REGISTERED], { company: ["li"], "dedicated-person": ["sun"] }));
  const primary = (me: string): boolean | undefined => at(draw(one, actionsOf(me), true), "take")?.classList.contains("primary");
  assert.equal(primary("sun"), false);
  const other = openedCase(caseHeldBy("company-whistleblowing", [REGISTERED, ["assigned", "li", { role: "company", handler: "sun", to: "investigation" }], ["reassigned", "sun", { role: "dedicated-person" }]], { company: ["li"], "dedicated-person": ["sun"] }));
  const then = (me: string): boolean | undefined => at(draw(other, actionsOf(me), true), "take")?.classList.contains("primary");
  assert.deepEqual([then("sun"), then("li")], [true, false]);
});

// Which promises the page says were kept: by an answer that verified, and by no other word to the reporter.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import type { Entry, OpenedCase } from "../../../templates/desk/opened/model.js";
import { Knot, textOf } from "./knots.js";
import { NOW, type Step, entry, opened, ruledCase } from "./ruledcase.js";

const { fulfilledPromises } = await import("../../../templates/desk/opened/fulfilled.js");
const { dueSection } = await import("../../../templates/desk/opened/deadlines.js");
const { OfficeWords } = await import("../../../templates/desk/context.js");

const words = new OfficeWords({ member: () => null, content: { entities: [{ id: "group", name: { en: "Group", zh: "Group" }, timezone: "Asia/Shanghai" }] } } as never, new Map(), () => NOW);
const REPLIED: Step = ["replied", "li", { item: "i" }];

/** How many promises the page says were kept in this case. */
function kept(steps: readonly Step[], entries: readonly Entry[], policy = "company-whistleblowing", wrong: string | null = null): number {
  const one = opened(ruledCase(policy, steps), entries);
  const events = one.events.map((event) => ({ ...event, wrong: event.n > 0 ? wrong : null }));
  const found = fulfilledPromises({ ...one, events, row: { entity: "group" } } as unknown as OpenedCase, words, NOW) as Knot | null;
  const said = textOf(found);
  const count = said.split("kept on ").length - 1;
  assert.equal(found === null, count === 0);
  if (count > 1) assert.ok(said.startsWith(`Promises kept: ${count}`), said);
  return count;
}

const told = (type: string, more: Partial<Entry> = {}): Entry => ({ ...entry(type, "i", { text: "-" }), dir: "to-reporter", ...more });

test("a reply, a letter, a status and a notice of the policy keep what they answer", () => {
  for (const type of ["reply", "letter", "status"]) assert.equal(kept([REPLIED], [told(type)]), 2, type);
  assert.equal(kept([REPLIED], [told("reply", { mark: "departed" })]), 2);
  const notified: Step = ["notified", "li", { role: "company", item: "i" }];
  assert.equal(kept([notified], [told("notice", { payload: { act: "notified" } })]), 3);
  assert.equal(kept([["acknowledged", "li", { role: "company", item: "i" }]], [told("notice", { payload: { act: "acknowledged" } })]), 1);
});

test("a notice that answers nothing keeps no promise, though the clock stops with it", () => {
  for (const type of ["unsealing", "epoch"]) assert.equal(kept([REPLIED], [told(type)]), 0, type);
  assert.equal(kept([REPLIED, ["replied", "li", { item: "j" }]], [told("unsealing"), told("reply", { hash: "j" })]), 0);
});

test("the notice that a key may be in other hands keeps no promise, in the very words of the command line", () => {
  for (const lang of ["zh", "en"]) {
    const said = [...readFileSync(`templates/locale/${lang}/LC_MESSAGES/cli.po`, "utf8").matchAll(/^msgid "A key of our office \(\{member\}\) may.*\nmsgstr "(.*)"$/gmu)].map(([, text = ""]) => text.replace("{member}", "li-wei-2"));
    assert.equal(said.length, 2);
    for (const text of said) assert.equal(kept([REPLIED], [told("reply", { payload: { text } })]), 0, text);
  }
  assert.equal(kept([REPLIED], [told("reply", { payload: { text: "A key of our office (lab-2) was found at the gate." } })]), 2);
});

test("what did not verify, is another's, says another act or is not there keeps no promise", () => {
  assert.equal(kept([REPLIED], [told("reply", { mark: "forged" })]), 0);
  assert.equal(kept([REPLIED], [told("reply", { signer: "wang" })]), 0);
  assert.equal(kept([REPLIED], [told("reply", { signer: null })]), 0);
  assert.equal(kept([REPLIED], []), 0);
  assert.equal(kept([REPLIED], [told("reply")], "company-whistleblowing", "forged"), 0);
  assert.equal(kept([["notified", "li", { role: "company", item: "i" }]], [told("notice", { payload: { act: "acknowledged" } })]), 0);
  assert.equal(kept([["acknowledged", "li", { role: "company" }]], []), 0);
});

test("a call by telephone that the policy counts as an answer keeps it by itself, unless it names an item that does not hold", () => {
  const policy = "customer-callback-workorder", called = (data: Record<string, string>): Step => ["contacted", "li", { role: "specialist", ...data }];
  const whole = kept([called({})], [], policy);
  assert.ok(whole > 0);
  assert.equal(kept([called({ item: "i" })], [entry("note", "i", { text: "Called." })], policy), whole);
  assert.equal(kept([called({ item: "i" })], [told("unsealing")], policy), 0);
  assert.equal(kept([called({ item: "i" })], [], policy), 0);
});

/** Everything under these elements that has the attribute. */
function marked(roots: readonly unknown[], name: string, value: string): Knot[] {
  return roots.flat().flatMap((one) => (one instanceof Knot ? [...(one.attributes.get(name) === value ? [one] : []), ...marked(one.children, name, value)] : []));
}

test("what is promised names the step that keeps it, and another once that one's stage is over", () => {
  const keeps = (policy: string, steps: readonly Step[] = []): string => {
    const one = { ...opened(ruledCase(policy, steps)), row: { entity: "group" } } as unknown as OpenedCase;
    const lines = marked(marked([dueSection(one, words, NOW, "li")], "data-clock", "promise-acknowledge"), "data-test", "keeps");
    return lines.map(textOf).join();
  };
  for (const policy of ["company-whistleblowing", "quality-system-complaint"]) assert.equal(keeps(policy), "Kept by the step “Acknowledge” or by a reply to the reporter; a question does not count", policy);
  // Where the promise names a step, a reply does not keep it.
  for (const [policy, step] of [["consumer-complaint-intake-slip", "Issue the slip"], ["product-quality-complaint", "Confirm the content"], ["employee-complaint-resolution-sla", "Explain the procedure"], ["airline-complaint", "Confirm the content"]] as const) {
    assert.equal(keeps(policy), `Kept by the step “${step}”`, policy);
  }
  assert.equal(keeps("quality-system-complaint", [["registered", "li", { role: "quality-supervisor", to: "standing" }]]), "Kept by the step “Accept” or by a reply to the reporter; a question does not count");
  assert.equal(keeps("company-whistleblowing", [REPLIED]), "");
});

/** The lines of what is due in a new case of a policy. */
function dueIn(policy: string, steps: readonly Step[] = [], now = NOW): readonly Knot[] {
  const one = { ...opened(ruledCase(policy, steps)), row: { entity: "group" } } as unknown as OpenedCase;
  return [dueSection(one, words, now, "li")] as never;
}

test("a deadline of the office names the step that ends it in the words of its button", () => {
  const ends = (policy: string, clock: string): string => marked(marked(dueIn(policy), "data-clock", clock), "data-test", "ends").map(textOf).join();
  assert.equal(ends("company-retaliation", "first-look"), "Ended by the step “Explain the procedure”");
  assert.equal(ends("company-whistleblowing", "promise-acknowledge"), "");
  // Both of these may be taken at every stage.
  assert.equal(ends("product-quality-complaint", "contact"), "Ended by these steps together: first contact by telephone, report progress");
});

test("a promise that a deadline's step keeps in time stands with it, not beside it with another day", () => {
  const found = (policy: string): readonly (readonly [string, string])[] => marked(dueIn(policy), "data-test", "due").flatMap((row) => marked([row], "data-test", "also-promised").map((one) => [String(row.attributes.get("data-clock")), String(one.attributes.get("data-clock"))] as const));
  assert.deepEqual(["eu-wb-internal", "company-whistleblowing", "company-retaliation", "airline-complaint", "customer-service-24h-5wd"].map(found),
    [[["acknowledge", "promise-acknowledge"]], [], [["first-look", "promise-acknowledge"], ["first-look", "promise-first-answer"]], [], [["handling", "promise-first-answer"], ["result", "promise-result"]]]);
  // Of several ways to answer the next one ends the deadline, and it tells no result: that has its own day.
  assert.deepEqual(found("property-owner-complaint").filter(([, promise]) => promise === "promise-result"), []);
  // Once the deadline is missed the later day of the promise is no news.
  const late = marked(dueIn("customer-service-24h-5wd", [], new Date(NOW.getTime() + 10 * 86_400_000)), "data-clock", "promise-result").map((row) => row.attributes.get("data-test"));
  assert.deepEqual(late, ["also-promised"]);
  const [first] = dueIn("eu-wb-internal");
  assert.equal(marked([first], "data-clock", "promise-acknowledge").length, 1);
});

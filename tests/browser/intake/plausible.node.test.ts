// What one holder seals, in their own name and rightly signed: it never becomes the page's own voice.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";

import type { ThreadEntry } from "../../../crypto/index.js";
import { withFewBlankLines } from "../../../templates/intake/foreignwords.js";
import { sayDoubt, sayMark } from "../../../templates/intake/mailbox/entries.js";
import { sayLimitDoubt } from "../../../templates/intake/mailbox/limits.js";
import { doubtIn, firstNotice, lastNotice, lastOf, sayNext } from "../../../templates/intake/mailbox/notices.js";
import { canRun, limitDoubt } from "../../../templates/intake/mailbox/plausible.js";
import { hasWritten, promisedStill } from "../../../templates/intake/mailbox/promises.js";
import { daysLater, today } from "../../../templates/intake/office.js";
import { askedBy } from "../../../templates/intake/receipt/naming.js";
import type { View } from "../../../templates/intake/sending/opened.js";

const NOW = today();
const REPORTED = daysLater(NOW, -10);
const named = (...ids: string[]): object[] => ids.map((id) => ({ id, name: { zh: id, en: id } }));
const POLICY = { stages: named("received", "closed"), outcomes: named("founded"), measures: named("warning") };
const NOTICE = { act: "acknowledged", stage: "received", next: null, due: null, text: "", attachments: [], outcomes: [], measures: [], asks: ["withdraw"], until: null, day: NOW };
const entry = (type: string, payload: object, more: object = {}): ThreadEntry => ({ mark: null, seen: 1, content: { type, payload }, ...more }) as unknown as ThreadEntry;
const notice = (more: object): ThreadEntry => entry("notice", { ...NOTICE, ...more });
const unsealing = (more: object): ThreadEntry => entry("unsealing", { state: "opened", about: "reporter", role: "registrar", ground: "consent", text: "", delay: null, day: NOW, ...more });
const NO_NAMES = { identity: null, others: [], named: false };
const view = (entries: ThreadEntry[], handles: object = NO_NAMES, policies = new Map<string, object>([["p", POLICY]])): View =>
  ({ office: { policies }, mailbox: { entries, handles, policy: "p", started: REPORTED } }) as unknown as View;

test("a stage, outcome or measure that the policy lacks is no stage of the case, and asks for nothing", () => {
  const right = notice({});
  for (const more of [{ stage: "your-receipt-has-expired" }, { next: "give-your-name" }, { outcomes: ["you-are-guilty"] }, { measures: ["you-pay"] }]) {
    const wrong = notice(more);
    const seen = view([right, wrong]);
    assert.equal(doubtIn(seen, wrong), "unknown");
    assert.equal(lastOf(seen, "status", "notice"), right);
    assert.equal(lastNotice(seen)?.entry, right);
  }
  const status = entry("status", { stage: "give-your-staff-number", next: null, due: null, text: "" });
  assert.equal(doubtIn(view([status]), status), "unknown");
  assert.equal(lastOf(view([status]), "status", "notice"), null);
  assert.equal(doubtIn(view([right], NO_NAMES, new Map()), right), "unknown");
  assert.equal(doubtIn(view([right]), notice({ outcomes: ["founded"], measures: ["warning"], stage: "closed" })), null);
  assert.match(sayDoubt("unknown"), /does not have/);
});

test("a day that can't be is no day of a message", () => {
  const doubt = (more: object): string | null => doubtIn(view([]), notice(more));
  assert.equal(doubt({ day: "2031-01-01" }), "day");
  assert.equal(doubt({ day: daysLater(REPORTED, -2) }), null);
  assert.equal(doubt({ act: "handed-over", day: daysLater(REPORTED, -2) }), "day");
  assert.equal(doubt({ day: daysLater(NOW, 5) }), null);
  assert.equal(doubt({ act: "handed-over", day: daysLater(NOW, 5) }), "day");
  assert.equal(doubt({ act: "handed-over", day: daysLater(NOW, 1) }), null);
  assert.equal(doubtIn(view([]), entry("reply", { text: "", attachments: [], day: "2031-01-01" })), "day");
  assert.match(sayNext(view([]), { next: null, due: daysLater(NOW, 400) }) ?? "", /can't confirm it/);
  assert.doesNotMatch(sayNext(view([]), { next: "closed", due: daysLater(NOW, 90) }) ?? "", /can't confirm/);
});

test("an opened name where none was given is not true", () => {
  assert.equal(doubtIn(view([]), unsealing({})), "name");
  assert.equal(doubtIn(view([]), unsealing({ about: "witness", state: "asked" })), "name");
  assert.equal(doubtIn(view([], { ...NO_NAMES, identity: "x" }), unsealing({})), null);
  assert.equal(doubtIn(view([], { ...NO_NAMES, identity: "x" }), unsealing({ about: "witness" })), "name");
  assert.equal(doubtIn(view([], { ...NO_NAMES, others: ["x"] }), unsealing({ about: "witness" })), null);
  assert.match(sayDoubt("name"), /not true/);
});

test("who asked for a name is the signer, by the office's list", () => {
  const members = [{ id: "li-wei", role: "investigator" }, { id: "wang-li", role: "registrar" }];
  const directory = { content: { members }, member: (id: string) => members.find((one) => one.id === id) ?? null } as unknown as Parameters<typeof askedBy>[0];
  assert.equal(askedBy(directory, "wang-li", "registrar"), "Registrar");
  assert.match(askedBy(directory, "li-wei", "registrar"), /^Registrar, says the one who wrote this \(Investigator\)$/);
  const unknown = askedBy(directory, "li-wei", "regulator-of-the-ministry");
  assert.doesNotMatch(unknown, /ministry/);
  assert.match(unknown, /written by: Investigator/);
});

test("a last day that its own limit does not lead to is said to press", () => {
  const until = { day: daysLater(NOW, 2), provisional: false, limit: "5 working days", counts: null };
  assert.equal(limitDoubt(until, NOW, NOW), "wrong");
  assert.equal(limitDoubt(until, REPORTED, NOW), "early");
  assert.equal(limitDoubt(until, REPORTED, daysLater(NOW, -5)), null);
  assert.equal(limitDoubt({ ...until, day: daysLater(NOW, 7) }, NOW, NOW), null);
  const counts = [1, 2, 3, 6, 7].map((n) => daysLater(NOW, n));
  assert.equal(limitDoubt({ ...until, day: daysLater(NOW, 7), counts }, NOW, NOW), null);
  assert.equal(limitDoubt({ ...until, day: daysLater(NOW, 7), counts: counts.slice(2) }, NOW, NOW), "wrong");
  assert.equal(limitDoubt({ ...until, day: daysLater(NOW, 20), limit: "1 month" }, REPORTED, NOW), "early");
  assert.equal(limitDoubt({ ...until, day: daysLater(NOW, 31), limit: "1 month" }, NOW, NOW), null);
  assert.equal(limitDoubt({ ...until, limit: "999999 years" }, NOW, NOW), "wrong");
  assert.match(sayLimitDoubt(until, NOW, NOW) ?? "", /does not come of 5 working days/);
  const [first, again] = [notice({ until, day: daysLater(NOW, -5) }), notice({ until })];
  assert.equal(firstNotice(view([first, again]), until), daysLater(NOW, -5));
});

test("nothing is called refused that a dishonest reader may have done", () => {
  assert.doesNotMatch(sayMark("excluded"), /refused/);
  assert.match(sayMark("excluded"), /or gave it/);
});

test("the page does not say that nobody wrote where somebody did", () => {
  assert.equal(hasWritten([entry("reply", { text: "x" })]), true);
  assert.equal(hasWritten([entry("epoch", {}), entry("reply", { text: "x" }, { mark: "forged" })]), false);
});

test("a question keeps no promise, a confirmation of receipt the first alone", () => {
  const promises = { acknowledge_days: 7, first_answer_days: 14, result_days: 90 };
  const page = new Map<string, object>([["p", { ...POLICY, promises, kept_by: [] }]]);
  const owed = (...entries: ThreadEntry[]): number => promisedStill(view(entries, NO_NAMES, page)).length;
  assert.equal(owed(), 3);
  assert.equal(owed(notice({ act: "information-asked" })), 3);
  assert.equal(owed(unsealing({ state: "asked", about: "witness" }), entry("epoch", {})), 3);
  assert.equal(owed(entry("reply", { text: "x", day: NOW }, { mark: "forged" }), notice({ stage: "your-receipt-has-expired" })), 3);
  assert.deepEqual(promisedStill(view([notice({})], NO_NAMES, page)), ["first_answer_days", "result_days"]);
  assert.equal(owed(notice({ act: "information-asked" }), notice({ act: "slip-issued" })), 2);
  for (const one of [entry("reply", { text: "x", day: NOW }), entry("letter", { text: "x", day: NOW }), notice({ act: "accepted" })]) assert.deepEqual(promisedStill(view([one], NO_NAMES, page)), ["result_days"]);
  for (const act of ["notified", "refused"]) assert.equal(owed(notice({ act })), 0);
});

test("a policy's own acts keep its promise, and no other", () => {
  const promises = { acknowledge_days: 7, first_answer_days: 14, result_days: 90 };
  const page = (...acts: string[]): Map<string, object> => new Map([["p", { ...POLICY, promises, kept_by: [{ id: "result", acts }] }]]);
  const owed = (policies: Map<string, object>, ...entries: ThreadEntry[]): readonly string[] => promisedStill(view(entries, NO_NAMES, policies));
  assert.deepEqual(owed(page("contacted-again"), notice({ act: "contacted-again" })), []);
  assert.deepEqual(owed(page("contacted-again"), notice({ act: "notified" })), ["result_days"]);
  const filed = new Map([["p", { ...POLICY, promises, kept_by: [{ id: "acknowledge", acts: ["filed"] }, { id: "first-answer", acts: ["plan-told"] }] }]]);
  assert.deepEqual(owed(filed, notice({ act: "acknowledged" }), entry("reply", { text: "x", day: NOW })), ["acknowledge_days", "first_answer_days", "result_days"]);
  assert.deepEqual(owed(filed, notice({ act: "plan-told" })), ["acknowledge_days", "result_days"]);
  assert.deepEqual(owed(filed, notice({ act: "notified" })), []);
  assert.deepEqual(owed(page("replied"), entry("reply", { text: "x", day: NOW })), []);
});

test("the notice that a key may be in other hands keeps no promise here either, in the words of the command line", () => {
  const promises = { acknowledge_days: 7, first_answer_days: 14, result_days: 90 };
  const page = new Map<string, object>([["p", { ...POLICY, promises, kept_by: [] }]]);
  const owed = (type: string, text: string): number => promisedStill(view([entry(type, { text, day: NOW })], NO_NAMES, page)).length;
  for (const lang of ["zh", "en"]) {
    const found = [...readFileSync(`templates/locale/${lang}/LC_MESSAGES/cli.po`, "utf8").matchAll(/^msgid "A key of our office \(\{member\}\) may.*\nmsgstr "(.*)"$/gmu)];
    const said = found.map(([, text = ""]) => text.replace("{member}", "li-wei-2"));
    assert.equal(said.length, 2);
    for (const text of said) assert.equal(owed("reply", text), 3, text);
  }
  assert.equal(owed("reply", "A key of our office (lab-2) was found at the gate."), 1);
});

test("no message pushes the page around it out of sight", () => {
  assert.equal(withFewBlankLines(`a${"\n".repeat(30)}b`), "a\n\n\nb");
  for (const blank of [" ", "\t", "\u200b", "\u3164", "\u2800", "\u00a0", "\u2066\u2069", "\u034f"]) assert.equal(withFewBlankLines(`a${`\n${blank}`.repeat(30)}\nb`), "a\n\n\nb", JSON.stringify(blank));
  assert.equal(withFewBlankLines(`a${"\u2028".repeat(9)}${"\r\n".repeat(9)}b`), "a\n\n\nb");
  assert.equal(withFewBlankLines(`a${"\u3000".repeat(4000)}b`), "a b");
  assert.equal(withFewBlankLines("a\n\n\nb\n  c"), "a\n\n\nb\n  c");
});

test("a file that can run a program is told, whatever stands around its ending", () => {
  for (const name of ["a.exe", "report.pdf_ .html", "x.PDF.Js", "photo.svg ", "x.docm", "x.lnk.", "y.iso", "z.hta", "q.vbs"]) assert.ok(canRun(name), name);
  for (const name of ["a.pdf", "b.docx", "exe", "c.jpg", "html.txt", "照片.png"]) assert.ok(!canRun(name), name);
});

// How deadlines were kept, on the page of a member's figures: where the office is late, and who is assessed.

import assert from "node:assert/strict";
import test from "node:test";
import { type Clauses, readClauses } from "../../../casework/index.js";
import rulesOf from "../../../casework/vectors/rules.json";
import { utf8 } from "../../../crypto/framing.js";
import { csvOf } from "../../../templates/desk/figures/csv.js";
import { daysInStages } from "../../../templates/desk/figures/charting.js";
import { byDeadline, byDepartment, byHandler } from "../../../templates/desk/figures/timeliness.js";
import { timelinessRows, timelinessTables } from "../../../templates/desk/figures/timelinesstables.js";
import type { DeskCase } from "../../../templates/desk/opened/model.js";
import { nameOf } from "../../../templates/desk/queue/facts.js";
import { at, inPage, onShelf, openedCase, said, words } from "./drawncase.js";
import { NOW, type Step, ruledCase } from "./ruledcase.js";

const onPage: typeof test = inPage ? test : ((() => undefined) as unknown as typeof test);
const P18 = "employee-complaint-resolution-sla";
const ITEM = "A".repeat(43);
const LATER = new Date("2027-01-20T04:00:00Z");
const document_ = JSON.parse((rulesOf as Record<string, string>)[P18] ?? "") as object;
const source = { line: 1, quote: "原文" };
const asking = (...recurring: string[]): Clauses => readClauses(utf8(JSON.stringify({ ...document_, recurring: recurring.map((what) => ({ what, text: { en: "Asked", zh: "要求" }, source, by: null, to: null, word: null })) })));
const ASSESSED = asking("assessment");
const assigned = (to: string): Step => ["reassigned", "li", { role: "hr", handler: to }, "2026-11-26"];
const REGISTERED: Step = ["registered", "li", { role: "hr" }, "2026-11-26"];
const TOLD: Step = ["procedure-told", "li", { role: "hr", item: ITEM, to: "review" }, "2026-11-27"];

function caseOf(steps: readonly Step[], clauses: Clauses | null = ASSESSED): DeskCase {
  const one = onShelf(openedCase({ ...ruledCase(P18, steps), clauses }));
  return { ...one, row: { ...one.row, day: "2026-11-25" } };
}

const deadlines = (cases: readonly DeskCase[], now: Date): unknown[] => byDeadline(cases, words, now).map(({ value, met, late, overdue, running, days }) => [nameOf(value), met, late, overdue, running, days]);

test("each deadline of the office is counted by how it ended, the most often missed first; the reporter's and those without an end are not", () => {
  const cases = [caseOf([REGISTERED, TOLD]), caseOf([REGISTERED])];
  const found = deadlines(cases, NOW);
  assert.deepEqual(found.find((row) => (row as string[])[0] === "Answer"), ["Answer", 0, 0, 0, 2, 0]);
  assert.ok(!found.some((row) => /Waiting period|Registration/u.test(String((row as string[])[0]))));
  const later = deadlines(cases, LATER) as [string, number, number, number, number, number][];
  const [first] = later;
  const missed = later.map(([, , late, overdue]) => late + overdue);
  assert.deepEqual(missed, [...missed].sort((a, b) => b - a));
  assert.equal(first?.[3], 2);
  const answer = later.find(([name]) => name === "Answer");
  assert.deepEqual(answer?.slice(1, 5), [0, 0, 2, 0]);
  assert.ok((answer?.[5] ?? 0) > 40);
  assert.deepEqual(byDeadline([{ ...cases[0], opened: null } as DeskCase], words, LATER), []);
  const ruled = ruledCase(P18, [REGISTERED, TOLD]);
  const ofReporter = { ...ruled, rules: { ...ruled.rules, clocks: ruled.rules.clocks.map((clock) => (clock.id === "answer" ? { ...clock, who: "reporter" } : clock)) } };
  assert.ok(!(deadlines([onShelf(openedCase(ofReporter as never))], LATER) as string[][]).some(([name]) => name === "Answer"));
});

test("handlers are assessed where the policy asks for it, on five cases at least, and never by what the page promises", () => {
  const five = Array.from({ length: 5 }, () => caseOf([REGISTERED, TOLD, assigned("li")]));
  const all = [...five, caseOf([REGISTERED, TOLD, assigned("wang")])];
  const { lines, few } = byHandler(all, words, LATER);
  assert.deepEqual(lines.map(({ value, cases, met, late, overdue, running }) => [value.key, cases, met, late, overdue, running]), [["li", 5, 0, 0, 5, 0]]);
  assert.deepEqual(few.map(({ key }) => key), ["wang"]);
  // Whose the late deadlines of a case were that changed hands nobody can tell.
  const passedOn = byHandler([...all, caseOf([REGISTERED, TOLD, assigned("wang"), assigned("li")])], words, LATER);
  assert.deepEqual([passedOn.lines.map(({ cases }) => cases), passedOn.few.map(({ key }) => key)], [[5], ["wang"]]);
  const givenBack: Step = ["reassigned", "li", { role: "hr" }, "2026-11-26"];
  assert.deepEqual(byHandler([...five, caseOf([REGISTERED, TOLD, assigned("li"), givenBack])], words, LATER).lines.map(({ cases }) => cases), [5]);
  for (const clauses of [asking("report"), asking(), null]) assert.deepEqual(byHandler(all.map(({ opened }) => onShelf({ ...opened, ruled: { ...opened?.ruled, clauses } } as never)), words, LATER), { lines: [], few: [] });
});

test("departments are called as the office calls them, else by their ids", () => {
  const steps: Step[] = [["registered", "li", { role: "hr" }], ["procedure-told", "li", { role: "hr", item: ITEM, to: "review" }], ["routed", "li", { role: "hr", departments: "east,west", to: "investigation" }]];
  const one = caseOf(steps);
  const named = { ...one, opened: { ...one.opened, ruled: { ...one.opened?.ruled, rules: { ...one.opened?.ruled?.rules, own_departments: [{ id: "east", name: { en: "East wing", zh: "东区" }, members: [] }] } } } } as unknown as DeskCase;
  const { few } = byDepartment([named], NOW);
  assert.deepEqual(few.map(nameOf), ["East wing", "west"]);
});

test("days in a stage are counted from entry to entry, the last up to today; a stage that ends a case is none", () => {
  const at_ = { ...words, today: () => "2026-12-07" } as unknown as typeof words;
  const found = daysInStages([caseOf([REGISTERED, TOLD]), caseOf([REGISTERED, ["procedure-told", "li", { role: "hr", item: ITEM, to: "review" }, "2026-11-29"]])], at_);
  assert.deepEqual(found.map(({ size, cases }) => [size, cases]), [[9, 2], [3, 2]]);
});

onPage("the tables show their lines, who had too few cases, and what is not judged; the file has the same", () => {
  const five = Array.from({ length: 5 }, () => caseOf([REGISTERED, TOLD, assigned("li")]));
  const all = [...five, caseOf([REGISTERED, TOLD, assigned("wang")])];
  const found = { deadlines: byDeadline(all, words, LATER), handlers: byHandler(all, words, LATER), departments: byDepartment(all, LATER) };
  const place = document.createElement("div");
  place.append(...[timelinessTables(found)].flat(4).filter((one) => one instanceof Node));
  document.body.append(place);
  const cells = [...at(place, "own-figures-handlers")?.querySelectorAll("tbody td") ?? []].map(({ textContent }) => textContent);
  assert.deepEqual(cells.slice(0, 5), ["5", "0", "0", "5", "0%"]);
  assert.match(said(place, "own-figures-handlers-few"), /^Fewer than 5 cases, not judged: /u);
  assert.match(said(place, "own-figures-judged"), /never how a case was decided/u);
  assert.equal(at(place, "own-figures-departments"), null);
  assert.match(csvOf(timelinessRows(found)), /Missed, still open/u);
  const none = document.createElement("div");
  none.append(...[timelinessTables({ deadlines: [], handlers: { lines: [], few: [] }, departments: { lines: [], few: [] } })].flat(4).filter((one) => one instanceof Node));
  assert.equal(none.childNodes.length, 0);
});

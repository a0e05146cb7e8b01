/** The questionnaire in the page: what shows follows the answers, and another policy asks its own questions again. */

import assert from "node:assert/strict";
import test from "node:test";

import { utf8 } from "../../../crypto/framing.js";
import type { Office } from "../../../templates/intake/office.js";
import { inShort } from "../../../templates/intake/form/matter.js";
import { missingForDraft } from "../../../templates/intake/form/saving.js";
import { STEPS } from "../../../templates/intake/form/steps.js";
import { ReportDraft } from "../../../templates/intake/form/answers.js";
import { readPage, shown } from "../../../templates/shared/questionnaire.js";

const both = (text: string): { en: string; zh: string } => ({ en: text, zh: text });
const option = (id: string): unknown => ({ id, name: both(id) });
const choice = (id: string, when: unknown = null): unknown => ({ id, kind: "choice", label: both(id), hint: null, choices: [option("yes"), option("no")], when });

function pageOf(id: string, ...questions: unknown[]): Uint8Array {
  return utf8(JSON.stringify({
    v: 1, language: "en", id, version: "1", title: both(id), summary: both(id), promises: { acknowledge_days: 7, first_answer_days: null, result_days: 90 },
    categories: [option("bribery"), option("other")], account: { label: both("what"), hint: null }, questions, stages: [option("received")],
  }));
}

const nested = pageOf("one", choice("a"), choice("b", { question: "a", is: ["yes"] }), choice("c", { question: "b", is: ["yes"] }), choice("d", { question: "category", is: ["bribery"] }));

test("a branch opens by an answer to a question that shows itself", () => {
  const page = readPage(nested);
  const ids = (category: string, ...answers: [string, string][]): string => shown(page, category, new Map(answers)).map(({ id }) => id).join();
  assert.equal(ids("other", ["a", "yes"], ["b", "yes"]), "a,b,c");
  assert.equal(ids("other", ["a", "no"], ["b", "yes"]), "a");
  assert.equal(ids("bribery"), "a,d");
});

test("a page with a fault is refused", () => {
  assert.throws(() => readPage(pageOf("one", choice("category"))));
  assert.throws(() => readPage(pageOf("one", choice("a", { question: "a", is: ["yes"] }))));
  assert.throws(() => readPage(pageOf("one", choice("a"), choice("a"))));
});

test("the acts that keep a promise are read where a policy names its own, and refused where they are none", () => {
  const read = (kept_by: unknown): unknown => readPage(utf8(JSON.stringify({ ...(JSON.parse(new TextDecoder().decode(nested)) as object), kept_by }))).kept_by;
  const own = [{ id: "result", acts: ["contacted-again"] }];
  assert.deepEqual(read(own), own);
  assert.deepEqual(readPage(nested).kept_by, []);
  for (const wrong of [[{ id: "result", acts: [] }], [...own, ...own], { result: [] }, [{ ...own[0], more: 1 }]]) assert.throws(() => read(wrong));
});

test("a page that names one version twice is refused, for it would have two rules", () => {
  const read = (...versions: string[]): unknown => readPage(utf8(JSON.stringify({ ...(JSON.parse(new TextDecoder().decode(nested)) as object), earlier: versions.map((version) => ({ version, rules: "A".repeat(43) })) }))).earlier;
  assert.equal((read("0", "2") as unknown[]).length, 2);
  for (const versions of [["0", "0"], ["1"], ["0", "1"]]) assert.throws(() => read(...versions), /twice/u);
});

const row = (members: string[]): unknown => ({ members, left_out: [] });

/** An office with these policies, all of them at `group`, the first at `branch` too. */
function officeOf(...pages: Uint8Array[]): Office {
  const policies = pages.map(readPage);
  const rows = policies.map(({ id, version }, at) => ({ id, version, hash: "", entities: at === 0 ? ["group", "branch"] : ["group"] }));
  const holders = rows.flatMap(({ id, entities }) => entities.map((entity) => ({ entity, policy: id, category: "*", ...(row(entity === "branch" ? ["bo"] : ["an", id]) as object) })));
  const content = { policies: rows, entities: [{ id: "group" }, { id: "branch" }], holders };
  return { policies: new Map(policies.map((page) => [page.id, page])), directory: { content, validMember: (id: string) => ({ id }) } } as unknown as Office;
}

const textual = (id: string): unknown => ({ id, kind: "text", label: both(id), hint: null, choices: [], when: null });
const given = (telling: ReportDraft): string => telling.givenAnswers().map(({ id, value }) => `${id}=${String(value)}`).join();

test("another matter asks its own questions: an answer to one of both stays, the others wait and are not sent", () => {
  const telling = new ReportDraft(officeOf(nested, pageOf("two", choice("a"), textual("when"))), "group");
  assert.equal(telling.decided, false);
  telling.choosePolicy("one");
  telling.category = "bribery";
  telling.answers.set("a", "yes");
  telling.answers.set("b", "no");
  assert.equal(given(telling), "a=yes,b=no");
  telling.choosePolicy("two");
  assert.deepEqual([telling.category, given(telling), telling.unasked()], ["", "a=yes", 1]);
  telling.answers.set("when", "in March");
  telling.choosePolicy("one");
  assert.deepEqual([telling.category, given(telling), telling.unasked()], ["bribery", "a=yes,b=no", 1]);
});

test("an answer of another kind to a question of the same name is none", () => {
  const telling = new ReportDraft(officeOf(pageOf("one", textual("a")), pageOf("two", choice("a"))), "group");
  telling.choosePolicy("one");
  telling.answers.set("a", "some words");
  telling.choosePolicy("two");
  assert.equal(telling.answer("a"), undefined);
  assert.equal(given(telling), "");
});

test("who is left out stays left out, whatever else is chosen, and can be seen", () => {
  const telling = new ReportDraft(officeOf(nested, pageOf("two")), "group");
  const people = (): string => telling.people().map(({ id }) => id).join();
  telling.choosePolicy("one");
  telling.excluded.add("an");
  telling.excluded.add("one");
  telling.category = "other";
  assert.equal(people(), "an,one");
  telling.choosePolicy("two");
  assert.equal(people(), "an,two,one");
  telling.chooseEntity("branch");
  assert.equal(people(), "bo,an,one");
  assert.deepEqual([...telling.excluded], ["an", "one"]);
});

test("another company keeps the matter where it has it too", () => {
  const telling = new ReportDraft(officeOf(nested, pageOf("two")), "group");
  telling.choosePolicy("one");
  telling.category = "bribery";
  telling.chooseEntity("branch");
  assert.deepEqual([telling.policy, telling.decided, telling.category], ["one", true, "bribery"]);
  telling.chooseEntity("group");
  telling.choosePolicy("two");
  telling.chooseEntity("branch");
  assert.deepEqual([telling.policy, telling.decided, telling.category], ["one", true, "bribery"]);
});

test("a draft that an earlier release saved opens with everything that is in it", () => {
  const telling = new ReportDraft(officeOf(nested, pageOf("two", textual("when"))), "group");
  telling.fromDraft({
    v: 1, entity: "group", policy: "two", category: "other", account: "words", urgent: true, level: "anonymous",
    answers: [{ id: "when", value: "in March" }], excluded: ["an"], files: [], kept: null, directory: { hash: "", sequence: 1 },
  });
  const { policy, decided, category, account, urgent, detailsOpen } = telling;
  assert.deepEqual([policy, decided, category, account, urgent, detailsOpen], ["two", true, "other", "words", true, true]);
  assert.deepEqual([given(telling), ...telling.excluded], ["when=in March", "an"]);
});

test("each step says in which fields something is wrong", () => {
  const telling = new ReportDraft(officeOf(pageOf("one", textual("when"), { ...(textual("how") as object), kind: "long-text" }), pageOf("two")), "group");
  const lacks = (step: number): string => (STEPS[step]?.lacks(telling) ?? []).map(({ field }) => field).join();
  assert.equal(lacks(0), "matter,account");
  telling.choosePolicy("one");
  assert.equal(lacks(0), "category,account");
  telling.category = "other";
  telling.account = " \n";
  assert.equal(lacks(0), "account");
  telling.account = "words";
  assert.equal(lacks(0), "");
  telling.answers.set("when", "x".repeat(300));
  telling.answers.set("how", "x".repeat(1000));
  assert.equal(lacks(1), "");
  telling.answers.set("when", "x".repeat(301));
  telling.answers.set("how", "x".repeat(1001));
  telling.cleaning = 1;
  assert.equal(lacks(1), "files-field,q-when,q-how");
});

test("what a draft has no room for, or a file that is still being cleaned, is said at its field before anything is sent", () => {
  const telling = new ReportDraft(officeOf(pageOf("one")), "group");
  const lacks = (): string => missingForDraft(telling).map(({ field }) => field).join();
  const film = (size: number): ReportDraft["files"][number] => ({ file: { name: "film.mp4", content: { size } } as never, kept: null, came: null, done: null, preview: null });
  telling.account = "字".repeat(9_000);
  assert.equal(lacks(), "");
  telling.account = "字".repeat(10_900);
  assert.equal(lacks(), "account");
  telling.account = "words";
  // A gigabyte is 128 parts, each with its hash in the draft.
  telling.files = Array.from({ length: 6 }, () => film(2 ** 30));
  assert.equal(lacks(), "files-field");
  telling.files = telling.files.slice(0, 3);
  assert.equal(lacks(), "");
  telling.cleaning = 1;
  assert.equal(lacks(), "files-field");
});

test("the first sentence of a summary stands for a matter", () => {
  const short = (text: string): unknown[] => Object.values(inShort(both(text)));
  assert.deepEqual(short("工资没有发。本人可以投诉。任何时候都行。"), ["工资没有发", "本人可以投诉。任何时候都行。"]);
  assert.deepEqual(short("Wages not paid. Anyone may complain."), ["Wages not paid", "Anyone may complain."]);
  assert.deepEqual(short("Paid 3.5 hours late."), ["Paid 3.5 hours late", null]);
});

test("of several companies none is chosen until somebody does, and what was carried is taken only if there is such a one", () => {
  const office = officeOf(nested, pageOf("two"));
  const about = STEPS[0];
  for (const chosen of [null, "nobody"]) {
    const telling = new ReportDraft(office, chosen);
    assert.deepEqual([telling.entityChosen, telling.entityOpen], [false, true]);
    assert.deepEqual(about?.lacks(telling).map(({ field }) => field), ["entity"]);
    telling.chooseEntity("group");
    assert.deepEqual([telling.entityChosen, telling.decided], [true, false]);
  }
  const carried = new ReportDraft(office, "branch");
  assert.deepEqual([carried.entity, carried.entityChosen, carried.entityOpen], ["branch", true, false]);
});

// Cases of one matter: which belong together, what may be done in all of them, and that no case gets a step twice.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { type Act, type Case, type StreamEntry as Told, againstVerdict, history, isUnanswered, mergedInto, landingsOf, migrate, ratedAt, readOffices, readRules } from "../../../casework/index.js";
import { utf8 } from "../../../crypto/framing.js";
import type { LocalizedText } from "../../../crypto/localized.js";
import { choicesOf } from "../../../templates/desk/acting/choices.js";
import { PolicyRefused, type ActDraft, attempt } from "../../../templates/desk/acting/precheck.js";
import { DeskRefusal } from "../../../templates/desk/api.js";
import { type Follower, around, isDueIn, jointsOf } from "../../../templates/desk/merging/followers.js";
import { type DeskServices, Round } from "../../../templates/desk/merging/round.js";
import type { OpenedCase, Ruled, DeskCase } from "../../../templates/desk/opened/model.js";
import { NotAll } from "../../../templates/desk/context.js";

const texts = JSON.parse(readFileSync("casework/vectors/rules.json", "utf8")) as Record<string, string>;
const offices = readOffices(JSON.parse(readFileSync("casework/vectors/offices.json", "utf8")));
const NOW = new Date("2026-11-25T04:00:00Z");
const P06 = "product-quality-complaint";
const ITEM = "A".repeat(43);

const said = (zh: string, en: string): LocalizedText => ({ texts: { zh, en }, language: "zh", zh, en });

type Step = readonly [kind: string, data: Record<string, string>];
const MERGED: Step = ["merged", { role: "customer-service", case: "one" }];

function rulesOf(version = "1"): Ruled["rules"] {
  const document = JSON.parse(texts[P06] ?? "") as { roles: { id: string }[]; stages: { id: string }[] };
  const holders = Object.fromEntries(document.roles.map((role) => [role.id, ["li"]]));
  const stages = version === "1" ? document.stages : document.stages.filter(({ id }) => id !== "check");
  return readRules(utf8(JSON.stringify({ ...document, version, stages, holders })));
}

function shelved(id: string, steps: readonly Step[], more: Partial<OpenedCase> = {}): DeskCase {
  const office = offices.get("shanghai");
  assert.ok(office);
  const all: readonly Step[] = [["received", {}], ...steps];
  const entries: Told[] = all.map(([kind, data], n) => ({ event: { v: 1, case: "AAAAAAAAAAAAAAAAAAAAAA", n, kind, day: "2026-11-25", actor: n === 0 ? "worker" : "li", data }, signed: n > 0 }));
  const found = history(P06, "1", entries);
  const ruled: Ruled = { rules: rulesOf(), office, entries, found, others: [], server: { stage: found.stage, dues: [] } };
  const events = entries.map(({ event }) => ({ n: event.n, kind: event.kind, day: event.day, actor: event.actor, item: (event.data["item"] as string | undefined) ?? null, data: event.data, hash: "", wrong: null }));
  const row = { case: id, entity: "group", policy: P06 };
  const opened = { row, ruled, events, entries: [], report: null, chainHolds: true, ...more } as unknown as OpenedCase;
  return { row, opened, refused: null } as unknown as DeskCase;
}

const wish = (act: ActDraft["act"], more: Partial<ActDraft> = {}): ActDraft =>
  ({ act, to: null, codes: {}, audience: "reporter", text: "召回", files: [], outcomes: [], measures: [], ownWords: false, reward: null, next: null, due: null, ...more });
const ids = (list: readonly Follower[]): string[] => list.map(({ id }) => id);

test("a case belongs to the one that it was merged into last, until it is separated", () => {
  const found = (steps: readonly Step[]) => (shelved("x", steps).opened as OpenedCase).ruled?.found ?? assert.fail();
  const separated: Step = ["separated", { role: "customer-service", item: ITEM }];
  assert.equal(mergedInto(found([])), null);
  assert.equal(mergedInto(found([MERGED])), "one");
  assert.equal(mergedInto(found([MERGED, separated])), null);
  assert.equal(mergedInto(found([MERGED, separated, ["merged", { role: "customer-service", case: "two" }]])), "two");
});

test("its reporter is owed an answer until one comes after the merger, unless the text wants one answer only", () => {
  const replied: Step = ["replied", { item: ITEM }];
  const owed = (steps: readonly Step[], rules = rulesOf()): boolean => isUnanswered(rules, (shelved("x", steps).opened as OpenedCase).ruled?.found ?? assert.fail());
  assert.deepEqual([owed([]), owed([MERGED]), owed([replied, MERGED]), owed([MERGED, replied])], [false, true, true, false]);
  const one = { text: said("一次", "once"), source: { line: 1, quote: "一次" }, each_answered: false };
  assert.equal(owed([MERGED], { ...rulesOf(), batch: one }), false);
});

test("around a case stand those merged into it and those that could be, and nothing merged is merged further", () => {
  const shelf = [shelved("one", []), shelved("two", [MERGED]), shelved("three", []), shelved("four", [["merged", { role: "customer-service", case: "gone" }]]), shelved("broken", [], { chainHolds: false })];
  const here = around("one", shelf, "li", NOW);
  assert.deepEqual([here.master, ids(here.followers), ids(here.candidates())], [null, ["two"], ["three"]]);
  assert.deepEqual(ids(around("one", shelf, "passer-by", NOW).candidates()), []);
  const two = around("two", shelf, "li", NOW);
  assert.ok(two.master !== null && two.master !== "elsewhere" && two.master.id === "one");
  assert.deepEqual(ids(two.candidates()), []);
  assert.equal(around("four", shelf, "li", NOW).master, "elsewhere");
  // A case that others were merged into is worked itself: it goes into no other.
  assert.deepEqual(ids(around("three", shelf, "li", NOW).candidates()), []);
});

/** Counts how often the rules of these cases are asked for: whenever it is judged what may be done in one. */
function countJudging(shelf: readonly DeskCase[]): () => number {
  let asked = 0;
  const get = (target: Ruled, key: string | symbol): unknown => {
    if (key === "rules") asked += 1;
    return Reflect.get(target, key);
  };
  for (const { opened } of shelf) Object.assign(opened as OpenedCase, { ruled: new Proxy(opened?.ruled as Ruled, { get }) });
  return () => asked;
}

test("the page of a case judges no other case further than that one could be merged, and none twice in a minute", () => {
  const shelf = Array.from({ length: 100 }, (_, n) => shelved(`case-${n}`, []));
  const judged = countJudging(shelf);
  const here = around("case-0", shelf, "li", NOW);
  assert.equal(here.hasCandidates, true);
  const forOne = judged();
  assert.ok(forOne > 0 && forOne <= 2, `${forOne}`);
  around("case-0", shelf, "li", NOW);
  assert.equal(judged(), forOne);
  assert.equal(here.candidates().length, 99);
  const forAll = judged();
  around("case-5", shelf, "li", NOW).candidates();
  assert.ok(judged() <= forAll + forOne, `${judged()}`);
  around("case-5", shelf, "li", new Date(NOW.getTime() + 60_000)).candidates();
  assert.ok(judged() > forAll + 90, `${judged()}`);
});

test("what reaches the reporters comes first, each with the cases in which it may be done", () => {
  const shelf = [shelved("one", []), shelved("two", [MERGED]), shelved("three", [MERGED, ["registered", { role: "customer-service" }]])];
  const { followers } = around("one", shelf, "li", NOW);
  const { answers, others } = jointsOf(followers, "li", NOW);
  assert.deepEqual(answers.map(({ choice }) => choice.act).slice(0, 1), ["replied"]);
  assert.deepEqual(ids(answers.find(({ choice }) => choice.act === "progress-told")?.able ?? []), ["two", "three"]);
  assert.deepEqual(ids(others.find(({ choice }) => choice.act === "content-confirmed")?.able ?? []), ["three"]);
  assert.ok(!others.some(({ choice }) => ["merged", "recused", "pledged", "migrated"].includes(choice.act)));
  assert.deepEqual(followers.map(isDueIn), [true, true]);
});

/** A form over two cases before a desk that fails as told; gives what was sent, and what the form was told. */
function desk(fail: (id: string, time: number) => unknown): { round: Round; sent: string[]; marks: string[]; shelf: Map<string, DeskCase>; left: Set<string>; targets: { stands: boolean } } {
  const shelf = new Map(["two", "three"].map((id) => [id, shelved(id, [MERGED])]));
  const { followers } = around("one", [shelved("one", []), ...shelf.values()], "li", NOW);
  const sent: string[] = [];
  const marks: string[] = [];
  const left = new Set(ids(followers));
  const targets = {
    chosen: () => followers.filter(({ id }) => left.has(id)),
    stands: true,
    get done() { return followers.length - left.size; },
    mark: (id: string, fate: string) => {
      marks.push(`${id} ${fate}`);
      if (fate === "sent") left.delete(id);
    },
  };
  const act = (id: string): Promise<void> => {
    sent.push(id);
    const error = fail(id, sent.filter((one) => one === id).length);
    return error === undefined ? Promise.resolve() : Promise.reject(error as Error);
  };
  const room = { shelf, steps: { act, reply: act }, me: "li", words: {}, load: () => Promise.resolve() } as unknown as DeskServices;
  return { round: new Round(targets, room), sent, marks, shelf, left, targets };
}

test("what one case refuses holds up no other, and only what is left is tried again", async () => {
  const { round, sent, marks } = desk((id, time) => (id === "two" && time === 1 ? new DeskRefusal(409, "head-moved", "") : undefined));
  await assert.rejects(round.send(wish("progress-told"), () => undefined), (error) => error instanceof NotAll && error.sent === 1 && error.left === 1);
  assert.deepEqual(marks, ["two sending", "two failed", "three sending", "three sent"]);
  await round.send(wish("progress-told"), () => undefined);
  assert.deepEqual(sent, ["two", "three", "two"]);
});

test("without an answer nothing more is tried, and a step that was taken after all is not sent twice", async () => {
  const { round, sent, shelf, left } = desk((id, time) => (id === "two" && time === 1 ? new DeskRefusal(0, "no-answer", "") : undefined));
  await assert.rejects(round.send(wish("progress-told"), () => undefined), DeskRefusal);
  assert.deepEqual(sent, ["two"]);
  const payload = { text: "召回" };
  shelf.set("two", shelved("two", [MERGED, ["progress-told", { role: "customer-service", item: ITEM }]], { entries: [{ hash: ITEM, mark: "ok", payload }] as unknown as OpenedCase["entries"] }));
  await round.send(wish("progress-told"), () => undefined);
  assert.deepEqual([sent, [...left]], [["two", "three"], []]);
});

test("anyone who leaves the form stops what it has not sent", async () => {
  const { round, sent, targets } = desk(() => {
    targets.stands = false;
    return undefined;
  });
  await assert.rejects(round.send(wish("progress-told"), () => undefined), NotAll);
  assert.deepEqual(sent, ["two"]);
});

test("where nothing is ticked nothing is sent, and it is said", async () => {
  const { round, sent, left } = desk(() => undefined);
  left.clear();
  const empty = desk(() => undefined);
  const none = new Round({ chosen: () => [], done: 0, stands: true, mark: () => undefined }, {} as DeskServices);
  await assert.rejects(none.send(wish("progress-told"), () => undefined), NotAll);
  await round.send(wish("progress-told"), () => undefined);
  assert.deepEqual([sent, empty.sent], [[], []]);
});

test("only the reporter says whether a handling succeeded, and the last word of the round counts", () => {
  const outcome = (id: string, upholds: "yes" | "no", to: string) => ({ id, name: said(id, id), source: { line: 1, quote: id }, upholds, to: [to], of: "acceptance" as const, final: true, owes: [], owes_after_appeal: [] });
  const satisfaction = { text: said("满意为止", "until satisfied"), use: "verdict" as const, source: { line: 1, quote: "满意" }, reopens: true, deferred: null };
  const rules = { ...rulesOf(), satisfaction, outcomes: [outcome("satisfied", "yes", "result"), outcome("unsatisfied", "no", "check")] };
  const told = (...acts: Act[]): Case => ({ events: acts.map((act, n) => ({ n, act })), uncounted: new Set() }) as unknown as Case;
  const agreed = told("received", "visited-again", "visit-agreed", "rated");
  const refused = againstVerdict(rules, agreed, "unsatisfied", "result");
  assert.deepEqual([refused?.reason, refused?.names], ["another-stage", ["check"]]);
  assert.deepEqual([againstVerdict(rules, agreed, "unsatisfied", "check"), againstVerdict(rules, agreed, "satisfied", "result"), againstVerdict(rulesOf(), agreed, "unsatisfied", "result")], [null, null, null]);
  // A second visit that was agreed comes first; one before the agreement was about something else.
  const waiting = { ...rules, satisfaction: { ...satisfaction, deferred: "visited-again" as const } };
  const early = againstVerdict(waiting, agreed, "satisfied", "result");
  assert.deepEqual([early?.reason, early?.names], ["first", ["visited-again"]]);
  assert.deepEqual([againstVerdict(waiting, told("mediated", "rated"), "satisfied", "result"), againstVerdict(waiting, told("visit-agreed", "visited-again", "rated"), "satisfied", "result"), againstVerdict(waiting, told("visit-agreed", "reopened", "rated"), "satisfied", "result")], [null, null, null]);
  // What was said before the visit is no verdict on it.
  assert.deepEqual(againstVerdict(waiting, told("visit-agreed", "rated", "visited-again"), "satisfied", "result")?.names, ["contacted-again"]);
  // Spoken and noted is a word too; one who never came is on the record as such.
  assert.deepEqual([againstVerdict(waiting, told("visit-agreed", "visited-again", "contacted-again"), "satisfied", "result"), againstVerdict(waiting, told("visit-agreed", "unanswered"), "satisfied", "result")], [null, null]);
  const round = (...acts: Act[]): number | null => {
    const events = acts.map((act, n) => ({ n, act }));
    return ratedAt({ events, uncounted: new Set() } as unknown as Case);
  };
  assert.deepEqual([round("received"), round("received", "rated", "rated"), round("received", "rated", "reopened"), round("received", "rated", "reopened", "rated")], [null, 2, null, 3]);
});

test("a move to another version is offered only where there is one, and judged under both", () => {
  const { ruled } = shelved("x", [["registered", { role: "customer-service" }]]).opened as OpenedCase;
  assert.ok(ruled);
  assert.ok(!choicesOf(ruled, "li", NOW).always.some(({ act }) => act === "migrated"));
  const second = rulesOf("2");
  const known = { ...ruled, others: [second] };
  assert.ok(choicesOf(known, "li", NOW).always.some(({ act }) => act === "migrated"));
  const opened = { ruled: known, events: [], entries: [] } as unknown as OpenedCase;
  const moved = (version: string, to: string | null = null) => attempt(known, opened, "li", wish("migrated", { audience: "office", codes: { version }, to }), NOW, ITEM);
  assert.deepEqual([moved("2").to, moved("2", "received").to, moved("2").codes], ["received", "received", { version: "2" }]);
  const reason = (run: () => unknown): string | null => {
    try {
      run();
    } catch (error) {
      if (error instanceof PolicyRefused) return error.refused.reason;
    }
    return null;
  };
  assert.equal(reason(() => moved("3")), "wrong-code");
  for (const to of ["check", ...second.stages.map(({ id }) => id).filter((id) => id !== "received")]) assert.equal(reason(() => moved("2", to)), "another-stage", to);
  const renamed = { ...second, stages: second.stages.map((stage) => (stage.id === "received" ? { ...stage, id: "entered" } : stage)) };
  assert.deepEqual(landingsOf(renamed, known.found), renamed.stages.filter(({ end }) => !end).map(({ id }) => id));
  assert.ok(renamed.stages.some(({ end }) => end));
  const actor = { by: "li", roles: new Set<string>(), signed: true, lapsed: new Set<string>() };
  const stranger = migrate(known.rules, second, known.found, { ...actor, act: "migrated", day: "2026-11-25", moment: null, to: null, codes: { version: "2" }, item: ITEM });
  assert.equal("reason" in stranger ? stranger.reason : null, "wrong-role");
});

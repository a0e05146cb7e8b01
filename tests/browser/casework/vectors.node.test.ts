// Every row of casework/vectors through the browser twin: it must say what Python says.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import type { Json } from "../../../crypto/text.js";
import { utf8 } from "../../../crypto/framing.js";
import { CryptoError } from "../../../crypto/errors.js";
import { BeyondCalendar, StartRefused } from "../../../casework/deadlines/days.js";
import * as casework from "../../../casework/index.js";
import { type Case, type Codes, type Rules, type SealedStep, applyEvents, caseClocks, decide, fold, selfAssigned } from "../../../casework/index.js";
import type { ClockTerms } from "../../../casework/deadlines/terms.js";
import { dayAt } from "../../../casework/deadlines/zones.js";

interface Tried { act: casework.Act; at: string; by?: string; roles?: string[]; to?: string; codes?: Codes; item?: boolean; signed?: boolean; lapsed?: string[] }
interface Step extends Tried { heard?: Tried & { role?: string }; gives?: unknown[]; refused?: [string, string[], number] }
interface Look { after: number; now: string; states: Record<string, unknown>[]; lapsed: string[]; asks: string[]; last: [string, boolean, string, string[] | null] | null;
  extensions?: Record<string, [string, string | null] | null>;
  record: [casework.Act, string, string, casework.Codes, [string, string[]] | null][];
}
interface Stream {
  policy: string; version: string; office: string; events: { kind: string; day: string; actor: string; data: Record<string, Json>; signed: boolean }[]; fails?: string;
  case: Record<string, unknown>; reads: { data: Record<string, Json>; now: string; refused?: unknown; wrong?: string }[];
}
interface Life { policy: string; version: string; office: string; start: string; steps: Step[]; allowed: string[][]; clocks: Look[]; case: Record<string, unknown> }
interface LimitRow { office: string; limit: [number, casework.Unit]; start: string; last_day?: "stands"; pauses?: [string, string][]; plus?: [number, casework.Unit]; fails?: string; zh?: string; en?: string }
type Pair = [number, casework.Unit];
interface Sealed { policy: string; steps: (Record<string, unknown> & { refused: unknown; hurdle?: unknown; end?: unknown })[]; outcomes: string[]; measures: string[] }

function read<T>(name: string): T {
  return JSON.parse(readFileSync(`casework/vectors/${name}.json`, "utf8")) as T;
}

const texts = read<Record<string, string>>("rules");
const rules = new Map(Object.entries(texts).map(([id, text]) => [id, casework.readRules(utf8(text))]));
const offices = casework.readOffices(read("offices"));

function rulesOf(id: string): Rules {
  const found = rules.get(id);
  assert.ok(found, id);
  return found;
}

function officeOf(name: string): casework.Office {
  const found = offices.get(name);
  assert.ok(found, name);
  return found;
}

function pointOf(text: string): string | number {
  return text.length > 10 ? Date.parse(text) : text;
}

function shown(moment: number | null): string | null {
  return moment === null ? null : new Date(moment).toISOString().replace(".000Z", "Z");
}

/** A row without what is nothing, as Python leaves it out. */
function row(fields: Record<string, unknown>): Record<string, unknown> {
  const empty = (value: unknown): boolean => value === null || value === 0 || (Array.isArray(value) && value.length === 0);
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => !empty(value)));
}

test("acts, their traits and names, and the sentences of refusals are those of Python", () => {
  const words = read<{ acts: Record<string, unknown[]>; refusals: Record<string, [string, string]> }>("words");
  assert.deepEqual([...casework.ACTS], Object.keys(words.acts));
  for (const act of casework.ACTS) {
    const { party, item, codes, may, masked } = casework.traitOf(act);
    assert.deepEqual([party, item, codes, may, masked, casework.actWords(act).zh, casework.actWords(act).en], words.acts[act], act);
  }
  assert.deepEqual(casework.REASONS, Object.keys(words.refusals));
  for (const reason of casework.REASONS) {
    const said = casework.refusalWords(casework.refusal(reason, ["甲", "乙"]));
    assert.deepEqual([said.zh, said.en], words.refusals[reason], reason);
  }
});

test("a rules document with a key too many, too few, or of another kind is refused", () => {
  const whole = JSON.parse(texts["company-whistleblowing"] ?? "") as Record<string, unknown>;
  const stages = whole["stages"] as Record<string, unknown>[];
  const wrong = [
    { ...whole, stages: [{ ...stages[0], extra: 1 }] },
    Object.fromEntries(Object.entries(whole).filter(([key]) => key !== "clocks")),
    { ...whole, v: 2 },
    { ...whole, stages: [{ ...stages[0], end: "no" }] },
    { ...whole, stages: [{ ...stages[0], acts: [{ act: "dance" }] }] },
    { ...whole, clocks: [{ ...(whole["clocks"] as object[])[0], limit: { amount: 0, unit: "days" } }] },
    { ...whole, clocks: [{ ...(whole["clocks"] as object[])[0], limit: { amount: 101, unit: "years" } }] },
    { ...whole, holders: { Somebody: [] } },
  ];
  for (const one of wrong) assert.throws(() => casework.readRules(utf8(JSON.stringify(one))), CryptoError);
  assert.equal(casework.readRules(utf8(JSON.stringify(whole))).id, "company-whistleblowing");
});

test("every limit ends where Python says, moves where it says, and says so in the same words", () => {
  const rows = read<LimitRow[]>("limits");
  assert.ok(rows.length >= 2000);
  for (const one of rows) {
    const { office, limit: [amount, unit], start, last_day: lastDay = "moves", plus, fails, zh, en, ...end } = one;
    const { pauses: spans = [], ...wanted } = end;
    const pauses = spans.map(([begin, until]) => ({ begin: pointOf(begin), end: pointOf(until) }));
    const extra = plus === undefined ? null : { amount: plus[0], unit: plus[1] };
    const count = () => casework.computeDeadline({ amount, unit }, pointOf(start), officeOf(office), { lastDay, pauses, plus: extra });
    if (fails !== undefined) {
      assert.throws(count, fails === "StartRefused" ? StartRefused : BeyondCalendar, JSON.stringify(one));
      continue;
    }
    const found = count();
    const { day, moment, moved, paused, missing } = found;
    assert.deepEqual(row({ day, moment: shown(moment), moved, paused: paused / 1000, missing }), wanted, JSON.stringify(one));
    const since = [1, 0].map((named) => casework.explain(found, named === 1 ? { zh: "受理", en: "acceptance" } : null));
    if (zh !== undefined) assert.ok(since.some((said) => said.zh === zh && said.en === en), `${zh} ${en} / ${JSON.stringify(since)}`);
  }
});

function eventOf(tried: Tried & { role?: string }, n: number, zone: string): casework.Event {
  const moment = tried.at.length > 10 ? Date.parse(tried.at) : null;
  return {
    n, act: tried.act, day: moment === null ? tried.at : dayAt(moment, zone), moment, by: tried.by ?? null, role: tried.role ?? null, to: tried.to ?? null,
    codes: tried.codes ?? {}, item: null, signed: tried.signed ?? true,
  };
}

function lead(life: Life, found: Case, step: Step): Case {
  const { zone } = officeOf(life.office);
  const n = found.events.length;
  if (step.heard !== undefined) return applyEvents(found, [eventOf(step.heard, n, zone)]);
  const command = { ...eventOf(step, n, zone), item: step.item === true ? "AA" : null, roles: new Set(step.roles ?? []), lapsed: new Set(step.lapsed ?? []) };
  const gives = decide(rulesOf(life.policy), found, command);
  const told = `${life.policy} ${n} ${JSON.stringify(step)}`;
  if ("reason" in gives) {
    assert.deepEqual([gives.reason, gives.names], step.refused?.slice(0, 2), told);
    assert.deepEqual(gives.allowed, life.allowed[step.refused?.[2] ?? -1], told);
    return found;
  }
  assert.deepEqual([gives.act, gives.role, gives.to], step.gives, told);
  return applyEvents(found, [gives]);
}

function shownState(terms: ClockTerms, state: casework.ClockState): Record<string, unknown> {
  const { zh, en } = casework.explainState(terms, state);
  const { status, started, due, stopped, pausedSince: paused_since, late, extensions, refused } = state;
  return row({
    clock: terms.id, status, started, day: due?.day ?? null, moment: shown(due?.moment ?? null), missing: due?.missing ?? [], stopped, paused_since, late,
    held: extensions.length, refused: refused.map(([, reason]) => reason), zh, en,
  });
}

function look(life: Life, found: Case, wanted: Look): void {
  const clocks = caseClocks(rulesOf(life.policy), found, officeOf(life.office), Date.parse(wanted.now));
  const states = clocks.map(({ terms, state }) => {
    assert.ok(state);
    return shownState(terms, state);
  });
  assert.deepEqual(states, wanted.states, `${life.policy} after ${wanted.after}`);
  assert.deepEqual([...casework.lapsed(clocks)].sort(), wanted.lapsed);
  const ruling = { rules: rulesOf(life.policy), office: officeOf(life.office), now: Date.parse(wanted.now) };
  assert.deepEqual(casework.askedOfReporter(ruling, found), wanted.asks, `${life.policy} after ${wanted.after}`);
  for (const [act, role, by, codes, told] of wanted.record) {
    const event = { n: found.events.length, act, day: wanted.now.slice(0, 10), moment: null, by, role, to: null, codes, item: "A".repeat(43), signed: true };
    const refused = casework.checkRecordRules(ruling, found, event);
    assert.deepEqual(refused && [refused.reason, refused.names], told, `${life.policy} after ${wanted.after}: ${act} ${JSON.stringify(codes)}`);
  }
  for (const [clock, days] of Object.entries(wanted.extensions ?? {})) {
    const may = casework.extensionDays(ruling, found, clock);
    assert.deepEqual(may && [may.first, may.last], days, `${life.policy} after ${wanted.after}: ${clock}`);
  }
  const last = casework.lastDayOf(ruling, found);
  assert.deepEqual(last && [last.day, last.provisional, casework.limitWords(last.limit).en, last.counts], wanted.last);
}

function projection(found: Case): Record<string, unknown> {
  const sorted = (rows: Iterable<readonly [string, unknown]>): object => Object.fromEntries([...rows].sort(([a], [b]) => (a < b ? -1 : 1)));
  return {
    version: found.version, stage: found.stage, entered: found.entered, codes: sorted(Object.entries(found.codes)), frozen: found.frozen, held: found.held,
    recused: [...found.recused].sort(), extended: sorted(found.extended), counts: sorted(found.counts), uncounted: [...found.uncounted],
    takers: selfAssigned(found),
  };
}

const lives = read<Life[]>("lives");

test("every policy has lives", () => {
  assert.equal(rules.size, 41);
  assert.deepEqual([...new Set(lives.map((life) => life.policy))].sort(), [...rules.keys()].sort());
});

for (const life of lives) {
  test(`a life under ${life.policy} in ${life.office} from ${life.start}: the same answers, clocks and case`, () => {
    let found = fold([casework.opening(life.policy, life.version, life.start)]);
    life.steps.forEach((step, at) => {
      found = lead(life, found, step);
      for (const one of life.clocks) if (one.after === at + 1) look(life, found, one);
    });
    assert.deepEqual(projection(found), life.case);
    assert.deepEqual(projection(fold(found.events)), life.case);
  });
}

test("a stream gives the case that Python folds from it, and an act read from a message is judged as there", () => {
  for (const stream of read<Stream[]>("streams")) {
    const told = JSON.stringify(stream.events);
    const entries = stream.events.map(({ signed, ...event }, n) => ({ event: { v: 1 as const, case: "AAAAAAAAAAAAAAAAAAAAAA", n, ...event }, signed }));
    if (stream.fails !== undefined) {
      assert.throws(() => casework.history(stream.policy, stream.version, entries), casework.NotAHistory);
      continue;
    }
    const found = casework.history(stream.policy, stream.version, entries);
    assert.deepEqual(projection(found), stream.case, told);
    for (const one of stream.reads) judgeRead(stream, entries, found, one);
  }
});

function judgeRead(stream: Stream, entries: casework.StreamEntry[], found: Case, { data, now, refused, wrong }: Stream["reads"][number]): void {
  const event = { v: 1 as const, case: "AAAAAAAAAAAAAAAAAAAAAA", n: entries.length, kind: "act-read", day: now.slice(0, 10), actor: "li", data };
  const told = `${JSON.stringify(event)} after ${JSON.stringify(entries)}`;
  const [act, message] = [casework.readAct(event), casework.messageOf(entries, event)];
  if (act === null || message === null || casework.isRead(entries, message.n)) return assert.equal(wrong, "act-read", told);
  const to = typeof data["to"] === "string" ? data["to"] : null;
  const gives = casework.decideRead({ rules: rulesOf(stream.policy), office: officeOf(stream.office), now: Date.parse(now) }, found, act, message, to);
  if ("reason" in gives) return assert.deepEqual([gives.reason, gives.names], refused, told);
  assert.equal(gives.to === to ? "" : "to", wrong, told);
}

interface ClockRow {
  office: string; now: string; grade: string | null; departments: number; happenings: [string, string, string | null][]; fails?: string; state?: Record<string, unknown>;
  terms: {
    start: string[]; stop: string[]; length: Pair; kind: ClockTerms["kind"]; any_stop: boolean; tiers: [Pair, string[], number | null][]; last_day: "moves" | "stands";
    extension: [Pair | null, number | null, boolean, Pair | null] | null; restarts: boolean; statutory: boolean; otherwise: [Pair, boolean] | null;
  };
}

function limitOf(pair: Pair): casework.Limit {
  return { amount: pair[0], unit: pair[1] };
}

function termsOf(id: string, one: ClockRow["terms"]): ClockTerms {
  const { extension, otherwise } = one;
  const maybe = (pair: Pair | null): casework.Limit | null => (pair === null ? null : limitOf(pair));
  return {
    id, start: new Set(one.start), stop: new Set(one.stop), length: { kind: "limit", limit: limitOf(one.length) }, kind: one.kind, anyStop: one.any_stop, since: null,
    tiers: one.tiers.map(([pair, grades, departments]) => ({ limit: limitOf(pair), grades, departments })), lastDay: one.last_day,
    pauses: new Set(["asked"]), resumes: new Set(["answered"]),
    extension: extension && { events: new Set(["longer"]), by: maybe(extension[0]), times: extension[1], told: extension[2], whole: maybe(extension[3]) },
    restarts: one.restarts, statutory: one.statutory,
    otherwise: otherwise && { start: new Set(["came"]), after: limitOf(otherwise[0]), waitLast: otherwise[1] },
  };
}

test("a clock with tiers, pauses, restarts, extensions and another start stands where Python says", () => {
  read<ClockRow[]>("clocks").forEach((one, at) => {
    const office = officeOf(one.office);
    const terms = termsOf(`clock-${at}`, one.terms);
    const told = one.happenings.map(([code, point, until]) => {
      const moment = point.length > 10 ? Date.parse(point) : null;
      return { code, day: moment === null ? point : dayAt(moment, office.zone), moment, until };
    });
    const reckon = () => casework.clockState(terms, told, { grade: one.grade, departments: one.departments }, office, Date.parse(one.now));
    if (one.fails === undefined) assert.deepEqual(shownState(terms, reckon()), one.state, JSON.stringify(one));
    else assert.throws(reckon, StartRefused);
  });
});

test("sealed steps are checked against policy and earlier steps as Python does", () => {
  for (const { policy, steps, outcomes, measures } of read<Sealed[]>("sealed")) {
    const taken: SealedStep[] = [];
    for (const { refused, hurdle = null, end = null, to = null, own_words: ownWords = false, ...given } of steps) {
      const step = { outcomes: [], measures: [], reward: null, ownWords, ...given } as unknown as SealedStep;
      const before = casework.foldSealed(taken);
      const barred = casework.sealedHurdle(rulesOf(policy), before, step.act, step.by, step.role);
      assert.deepEqual(barred && [barred.reason, barred.names], hurdle, `${policy} ${JSON.stringify(given)}`);
      const found = casework.checkSealed(rulesOf(policy), before, step, to as string | null);
      assert.deepEqual(found === null ? null : [found.reason, found.names], refused, `${policy} ${JSON.stringify(given)}`);
      if (found === null) taken.push(step);
      const rules = rulesOf(policy);
      const early = casework.checkEnd(rules, casework.foldSealed(taken), rules.stages.find((one) => one.end)?.id ?? null);
      assert.deepEqual(early && [early.reason, early.names], end, `${policy} ${JSON.stringify(given)}`);
      assert.equal(casework.checkEnd(rules, casework.foldSealed(taken), rules.stages.find((one) => !one.end)?.id ?? null), null);
    }
    const sealed = casework.foldSealed(taken);
    assert.deepEqual([sealed.outcomes, sealed.measures], [outcomes, measures]);
  }
});

interface WorkerRow {
  policy: string; version: string; office: string; now: string; events: Stream["events"]; differs: unknown[];
}

test("what the worker wrote is held against the record as Python does", () => {
  for (const one of read<WorkerRow[]>("worker")) {
    const entries = one.events.map(({ signed, ...event }, n) => ({ signed, event: { case: "AAAAAAAAAAAAAAAAAAAAAA", n, ...event } })) as unknown as casework.StreamEntry[];
    const found = casework.workerDifferences(one.policy, one.version, entries, rulesOf(one.policy), officeOf(one.office), Date.parse(one.now));
    assert.deepEqual(found.map(({ how, kind, clock, n }) => [how, kind, clock, n]), one.differs, `${one.policy} ${one.now}`);
  }
});

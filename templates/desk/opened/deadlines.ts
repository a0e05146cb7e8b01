/** What is due in a case and why then, by the clocks of its policy; every date says its sentence. */

import { nextDay } from "../../../casework/deadlines/days.js";
import { type Act, type CaseClock, explainState } from "../../../casework/index.js";
import { momentOf } from "../../../casework/deadlines/zones.js";
import { counted } from "../../shared/counted.js";
import { msg, t, voiced } from "../../shared/strings.js";
import { actName, actTitle } from "../acting/words.js";
import { daysBetween } from "../days.js";
import { PROMISE, fulfilledPromises } from "./fulfilled.js";
import type { OpenedCase, Ruled } from "./model.js";
import { unreadWords } from "./unread.js";
import { endsElsewhere, missingOf } from "./whoends.js";
import type { OfficeWords } from "../context.js";
import { hasEnded, activeClocks, ruledDifferences } from "./casestate.js";
import { type Child, h } from "../ui.js";
import { type OfficeText, around, blank, inLanguage, listed, officeText, textOr, voicedName } from "../../shared/officetext.js";

const SOON_DAYS = 3;
const MINUTE = 60_000;

interface EndOfFirst {
  readonly day: string;
  readonly at: number;
  readonly missed: boolean;
  /** What the limit is called. */
  readonly what: OfficeText;
}
/** A list asks for each of its cases several times whenever it is drawn, and limits end at whole minutes. */
const ends = new WeakMap<Ruled, { readonly minute: number; readonly first: EndOfFirst | null }>();
const REPORTER = "reporter";

/** The section of due times and, under them, of the promises that were kept; null where there are neither. */
export function dueSection(opened: OpenedCase, words: OfficeWords, now: Date, me: string): Child {
  const { ruled } = opened;
  if (ruled === null) return null;
  const rows = activeClocks(ruled, now).sort((one, other) => endOf(one).localeCompare(endOf(other)));
  const also = doubled(rows, ruled);
  const alone = rows.filter((row) => ![...also.values()].flat().includes(row));
  const promised = hasEnded(ruled) ? null : promise(opened, words, rows);
  const owed = ruledDifferences(ruled, now).filter(({ how }) => how === "missing").length;
  const silent = owed === 0 ? null : h("p", { class: "soft", "data-test": "worker-silent" }, counted(msg("For days the server has failed to record {count} reminder or escalation. Rely on the dates shown here."), msg("For days the server has failed to record {count} reminders or escalations. Rely on the dates shown here."), owed));
  const kept = fulfilledPromises(opened, words, now);
  const open = rows.length > 0 || promised !== null;
  if (!open && kept === null) return null;
  return h("section", { class: "dues", "aria-labelledby": "dues-title", "data-test": "dues" },
    h("h3", { id: "dues-title" }, open ? t("What is due") : t("Past deadlines")),
    open && h("ul", {}, alone.map((row) => clockRow(row, ruled, opened, words, unreadWords(row, ruled, words, opened.row.entity, me, now), endsElsewhere(row.clock, ruled, me, now), also.get(row) ?? [])), promised), silent, kept, zoneLine(words, [opened.row.entity]));
}

/** Whose days these are, where the clock of this browser counts others. */
export function zoneLine(words: OfficeWords, entities: readonly string[]): Child {
  const said = words.zones(entities);
  return said !== null && h("p", { class: "small soft", "data-test": "zone" }, said);
}

const isOffices = ({ clock: { id, kind, who } }: CaseClock): boolean => kind === "deadline" && who !== REPORTER && !id.startsWith(PROMISE);

/** Promises that the same step keeps as a deadline of the office that runs from the receipt and ends no later: they stand with it, not beside it with a day of their own. */
function doubled(rows: readonly CaseClock[], ruled: Ruled): ReadonlyMap<CaseClock, readonly CaseClock[]> {
  const found = new Map<CaseClock, CaseClock[]>();
  for (const promised of rows.filter(({ clock }) => clock.id.startsWith(PROMISE))) {
    const same = rows.find((row) => isOffices(row) && row.state?.due?.day !== undefined && promised.state?.due?.day !== undefined && row.state.due.day <= promised.state.due.day && row.clock.start.includes("received") && [promised.state.status, "missed"].includes(row.state.status) && stepsEnding(row.clock, ruled).some((act) => promised.clock.stop.includes(act)));
    if (same !== undefined) found.set(same, [...(found.get(same) ?? []), promised]);
  }
  return found;
}

/** Sorts what has no date behind what has one. */
function endOf({ state }: CaseClock): string {
  return state?.due?.day ?? "9999";
}

function clockRow({ clock, terms, state }: CaseClock, ruled: Ruled, opened: OpenedCase, words: OfficeWords, own: string | null, elsewhere: string | null, also: readonly CaseClock[]): Child {
  if (state === null) return null;
  const { entity } = opened.row;
  const counts = state.status === "running" || state.status === "missed" || state.status === "open";
  const day = counts ? (state.due?.day ?? null) : null;
  const left = day === null ? null : daysBetween(words.today(entity), day);
  const urgent = clock.kind === "deadline" && clock.who !== REPORTER;
  const mark = !urgent || left === null ? "" : state.status === "missed" ? "overdue" : left <= SOON_DAYS ? "soon" : "";
  const provisional = (state.due?.missing.length ?? 0) > 0;
  return h("li", { class: mark, "data-test": "due", "data-clock": clock.id, "data-day": day ?? "" },
    h("span", { class: "due-what" }, officeText(voicedName(clock.name)), h("span", { class: "soft" }, ` · ${whose(clock.who, ruled)}`)),
    day === null ? null : h("time", { datetime: day }, words.day(day, entity)),
    provisional ? h("span", { class: "provisional", "data-test": "provisional" }, t("provisional")) : null,
    left === null ? h("span", { class: "left" }, state.status === "paused" ? t("suspended") : "") : h("span", { class: "left" }, sayLeft(left, state.status === "missed")),
    h("p", { class: "why", "data-test": "why" }, own ?? voiced(inLanguage(explainState(terms, state)))), elsewhere === null ? fulfillingStep(clock, ruled) : h("p", { class: "why", "data-test": "ends-elsewhere" }, elsewhere),
    also.map((promised) => h("div", { "data-test": "also-promised", "data-clock": promised.clock.id }, h("p", { class: "why" }, around(t("The same step keeps this promise: {promise}", { promise: blank("promise") }), { promise: officeText(voicedName(promised.clock.name)) })), fulfillingStep(promised.clock, ruled))));
}

/** With the result nobody waits for a first answer. */
const LAST_NEWS = "notified";

/** Which step ends a deadline, as its button says it; of a promise the one that keeps it, besides a reply. Of the policy's own steps the first from the present stage on. */
function fulfillingStep(clock: CaseClock["clock"], ruled: Ruled): Child {
  const { id, kind, who } = clock;
  if (!id.startsWith(PROMISE)) return kind === "deadline" && who !== REPORTER ? endingSteps(stepsEnding(clock, ruled)) : null;
  const step = stepsAhead(ruled).find(({ act }) => clock.stop.includes(act) && act !== "refused" && act !== "replied");
  const said = !clock.stop.includes("replied") ? step && t("Kept by the step “{act}”", { act: actTitle(step.act) })
    : step === undefined || step.act === LAST_NEWS ? t("Kept by a reply to the reporter; a question does not count") : t("Kept by the step “{act}” or by a reply to the reporter; a question does not count", { act: actTitle(step.act) });
  return said !== undefined && h("p", { class: "why", "data-test": "keeps" }, said);
}

/** The steps of the policy from the present stage on, those of no stage last. */
function stepsAhead({ rules, found }: Ruled): readonly { readonly act: Act }[] {
  const stages = rules.stages.slice(Math.max(0, rules.stages.findIndex((one) => one.id === found.stage)));
  return [...stages.flatMap(({ acts }) => acts), ...rules.anywhere];
}

/** What ends a deadline: the next step where any will do, else all that are missing; to turn a report away is never put forward. */
function stepsEnding(clock: CaseClock["clock"], ruled: Ruled): readonly Act[] {
  const stop = missingOf(clock, ruled.found);
  const steps = [...new Set(stepsAhead(ruled).map(({ act }) => act).filter((act) => stop.includes(act) && act !== "refused"))];
  return clock.any_stop ? steps.slice(0, 1) : steps;
}

function endingSteps(steps: readonly Act[]): Child {
  const [first, ...others] = steps;
  if (first === undefined) return null;
  const said = others.length === 0 ? t("Ended by the step “{act}”", { act: actTitle(first) }) : t("Ended by these steps together: {acts}", { acts: listed(steps.map(actName)) });
  return h("p", { class: "why", "data-test": "ends" }, said);
}

function whose(who: string, ruled: Ruled): string {
  return who === REPORTER ? t("the reporter") : textOr(ruled.rules.roles.find((one) => one.id === who)?.name, who);
}

/** `2 days overdue`, `today`, `tomorrow`, `5 days left`. */
export function sayLeft(left: number, missed = left < 0): string {
  if (left < 0) return counted(msg("{count} day overdue"), msg("{count} days overdue"), -left);
  if (missed) return t("overdue");
  return left === 0 ? t("today") : left === 1 ? t("tomorrow") : t("{count} days left", { count: left });
}

/** The same of a deadline where nothing around it says that something is due. */
export function sayDue(left: number, missed: boolean): string {
  if (missed || left < 0 || left > 1) return sayLeft(left, missed);
  return left === 0 ? t("due today") : t("due tomorrow");
}

/** What the last notice or status promised the reporter. */
function promise(opened: OpenedCase, words: OfficeWords, rows: readonly CaseClock[]): Child {
  const last = opened.entries.filter((entry) => (entry.type === "status" || entry.type === "notice") && (entry.mark === "ok" || entry.mark === "departed")).at(-1)?.payload;
  const due = last?.["due"];
  // What ends that very day stands there already.
  if (typeof due !== "string" || rows.some((row) => isOffices(row) && row.state?.due?.day === due)) return null;
  const next = typeof last?.["next"] === "string" ? words.stage(opened.row, last["next"]) : t("next step");
  const left = daysBetween(words.today(opened.row.entity), due);
  return h("li", { class: left < 0 ? "overdue" : left <= SOON_DAYS ? "soon" : "", "data-test": "promised" },
    h("span", { class: "due-what" }, t("Promised to the reporter: {step}", { step: next })), h("time", { datetime: due }, words.day(due, opened.row.entity)), h("span", { class: "left" }, sayLeft(left)));
}

/** The first end of a deadline of the office's own, for lists: its day, and whether it has passed; null where none runs. */
export function firstDue(ruled: Ruled, now: Date): EndOfFirst | null {
  const minute = Math.floor(now.getTime() / MINUTE);
  const known = ends.get(ruled);
  if (known?.minute === minute) return known.first;
  const first = firstEnd(ruled, now);
  ends.set(ruled, { minute, first });
  return first;
}

function firstEnd(ruled: Ruled, now: Date): EndOfFirst | null {
  const own = activeClocks(ruled, now).filter(({ clock, state }) => clock.kind === "deadline" && clock.who !== REPORTER && (state?.status === "running" || state?.status === "missed"));
  const found = own.flatMap(({ clock, state }) => (state === null || state.due === null ? [] : [{ day: state.due.day, at: endAt(state.due.day, state.due.moment, ruled), missed: state.status === "missed", what: clock.name }]));
  return found.sort((one, other) => one.at - other.at)[0] ?? null;
}

/** The moment at which a limit is over: its own, or the end of its last day in the office. */
function endAt(day: string, moment: number | null, ruled: Ruled): number {
  return moment ?? momentOf(nextDay(day), "00:00", ruled.office.zone);
}

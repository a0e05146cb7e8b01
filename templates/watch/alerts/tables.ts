/** What the evidence rests on: the measures with their letter of art. 19, and what the feed does not tell. */

import { h } from "../../shared/dom.js";
import { inLanguage } from "../../shared/officetext.js";
import { pageLocale, t } from "../../shared/strings.js";
import { kindName, letterName } from "../kinds.js";
import type { OfficerSession } from "../session.js";
import type { Evidence, Measure } from "./model.js";
import { LEVELS, WHY_NAMES } from "./names.js";

/** Since when the alert stands, as of which day it is shown, and what it said each time that it was told. */
export function lived(room: OfficerSession, evidence: Evidence): HTMLElement {
  const { day, since, from, stands, told } = evidence;
  const added = evidence.measures.filter(({ recorded }) => recorded > since).length;
  return h("section", { class: "stack-small", "data-test": "lived" },
    h("p", {}, t("As of {day}. The line was crossed on {since}; {added} of the measures below were recorded after that.", { day: room.day(day), since: room.day(since), added })),
    h("p", {}, stands ? t("Still active: today's score is beyond the line.") : t("Little was added recently: today's score is below the line again. The level reached remains.")),
    from === null ? null : h("p", { class: "soft" }, t("HR's records count from {from}, at the latest the first of the month of the report. A measure recorded before the report cannot be a response to it: compare the dates.", { from: room.day(from) })),
    h("details", { open: told.length > 1 }, h("summary", {}, t("How it grew")), h("ol", { class: "small", "data-test": "tellings" }, told.map((one) => h("li", {},
      t("{day}: {why}. {level}, 1 in {odds}; measures in total: {measures}.", { day: room.day(one.day), why: t(WHY_NAMES[one.why]), level: t(LEVELS[one.level]), odds: one.odds.toLocaleString(pageLocale()), measures: one.measures }))))));
}

/** The person's adverse measures of a year, the newest first. */
export function measures(evidence: Evidence): HTMLElement {
  const rows = [...evidence.measures].sort((one, other) => (one.recorded < other.recorded ? 1 : -1));
  return h("section", { class: "stack-small" }, h("h2", {}, t("Measures of this year")),
    h("table", { class: "plain-table", "data-test": "measures" },
      h("thead", {}, h("tr", {}, [t("Measure"), t("Recorded by HR"), t("EU Whistleblower Directive, art. 19")].map((one) => h("th", { scope: "col" }, one)))),
      h("tbody", {}, rows.map((one) => measure(one, one.recorded > evidence.since)))));
}

function measure(one: Measure, added: boolean): HTMLElement {
  const effective = one.effective === one.recorded ? null : h("span", { class: "small soft block" }, t("in effect {day}", { day: one.effective }));
  return h("tr", {}, h("th", { scope: "row" }, inLanguage(one)),
    h("td", { class: "days" }, one.recorded, effective, one.backdated ? h("span", { class: "small late block" }, t("recorded long after its day")) : null, added ? h("span", { class: "small block", "data-test": "added" }, t("added since the line was crossed")) : null),
    h("td", {}, h("strong", {}, `(${one.letter})`), " ", h("span", { class: "small" }, letterName(one.letter))));
}

/** What was counted, of whom, and what is missing. */
export function coverage(room: OfficerSession, evidence: Evidence): HTMLElement {
  const { cohort, placebos, odds, expected, gaps, until, from, whole } = evidence;
  const observed = Object.values(evidence.observed).reduce((sum, count) => sum + count, 0);
  const line = (term: string, said: string): HTMLElement => h("div", {}, h("dt", {}, term), h("dd", {}, said));
  return h("section", { class: "stack-small" }, h("h2", {}, t("Basis")),
    h("dl", { class: "answers" }, line(t("Observed in the 91 days to {until}, when the evidence was strongest", { until: room.day(until) }), String(observed)),
      line(t("Expected for this person in that period, at the company's own rates"), expected.toFixed(2)),
      whole === null || from === null ? null : line(t("Observed in total since {from}, and expected", { from: room.day(from) }), `${whole.observed} · ${whole.expected.toFixed(2)}`),
      line(t("Unprotected colleagues of the same unit and grade band at work in that period"), String(cohort)), line(t("Colleagues monitored in the same way"), placebos.toLocaleString(pageLocale())), line(t("How many reach this level in a year"), t("1 in {odds}", { odds: odds.toLocaleString(pageLocale()) }))),
    h("h2", {}, t("Gaps in HR's data")),
    gaps.length === 0 ? h("p", {}, t("No gaps are known. Retaliation that leaves no trace in HR's records is not seen here.")) : h("ul", { class: "gaps", "data-test": "gaps" },
      gaps.map((gap) => h("li", {}, t("{source}: {what} missing since {day}. This is not an all-clear.", { source: gap.source, what: gap.kind === null ? t("everything") : kindName(gap.kind), day: room.day(gap.since) })))));
}

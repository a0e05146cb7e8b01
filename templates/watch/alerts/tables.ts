/** What the evidence rests on: the measures with their letter of art. 19, and what the feed does not tell. */

import { h } from "../../shared/dom.js";
import { inLanguage, t } from "../../shared/strings.js";
import { kindName, letterName } from "../kinds.js";
import type { Room } from "../room.js";
import type { Evidence, Measure } from "./model.js";

/** The person's adverse measures of a year, the newest first. */
export function measures(evidence: Evidence): HTMLElement {
  const rows = [...evidence.measures].sort((one, other) => (one.recorded < other.recorded ? 1 : -1));
  return h("section", { class: "stack-small" }, h("h2", {}, t("Measures of this year")),
    h("table", { class: "plain-table", "data-test": "measures" },
      h("thead", {}, h("tr", {}, [t("Measure"), t("Recorded by HR"), t("Directive, art. 19")].map((one) => h("th", { scope: "col" }, one)))),
      h("tbody", {}, rows.map(measure))));
}

function measure(one: Measure): HTMLElement {
  const effective = one.effective === one.recorded ? null : h("span", { class: "small soft block" }, t("in effect {day}", { day: one.effective }));
  return h("tr", {}, h("th", { scope: "row" }, inLanguage(one)),
    h("td", { class: "days" }, one.recorded, effective, one.backdated ? h("span", { class: "small late block" }, t("recorded long after its day")) : null),
    h("td", {}, h("strong", {}, `(${one.letter})`), " ", h("span", { class: "small" }, letterName(one.letter))));
}

/** What was counted, of whom, and what is missing. */
export function coverage(room: Room, evidence: Evidence): HTMLElement {
  const { cohort, placebos, odds, expected, gaps } = evidence;
  const observed = Object.values(evidence.observed).reduce((sum, count) => sum + count, 0);
  const line = (term: string, said: string): HTMLElement => h("div", {}, h("dt", {}, term), h("dd", {}, said));
  return h("section", { class: "stack-small" }, h("h2", {}, t("What it stands on")),
    h("dl", { class: "answers" }, line(t("Observed in 91 days"), String(observed)), line(t("Expected"), expected.toFixed(2)), line(t("Comparable colleagues"), String(cohort)),
      line(t("Placebo watches"), placebos.toLocaleString("en")), line(t("How many go so far in a year"), t("1 in {odds}", { odds: odds.toLocaleString("en") }))),
    h("h2", {}, t("What the feed does not tell")),
    gaps.length === 0 ? h("p", {}, t("No gap is known. Retaliation that leaves nothing in HR's records is not seen here.")) : h("ul", { class: "gaps", "data-test": "gaps" },
      gaps.map((gap) => h("li", {}, t("{source}: {what} is missing since {day}. No all-clear for it.", { source: gap.source, what: gap.kind === null ? t("everything") : kindName(gap.kind), day: room.day(gap.since) })))));
}

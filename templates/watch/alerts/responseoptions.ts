/** What may be done about an alert, and what each step would betray: the odds as the watch's host reckons them. */

import { type Child, h } from "../../shared/dom.js";
import { type Sentence, inARow, msg, t } from "../../shared/strings.js";
import { kindName } from "../kinds.js";
import type { OfficerSession } from "../session.js";
import { type ResponseOptions, type Step, readLadder } from "./model.js";

const REASONS: Readonly<Record<NonNullable<Step["refusal"]>, Sentence>> = {
  "daily-measure": msg("HR is never asked about everyday measures: asking once would prove that the person is on the list."),
  "small-unit": msg("The unit has fewer than 20 people: there, reviewing a drawn measure would point to a person."),
  "earlier-measure-unreviewed": msg("An earlier measure against this person was not reviewed: asking now would show a change."),
  "not-drawn": msg("This person was not drawn by lot: asking anyway would prove that somebody wanted it."),
  ratio: msg("Earlier questions have used up the limit: the odds may be multiplied by 2 at most."),
  late: msg("HR is asked only about measures of the last four weeks: a letter about an older one would stand out."),
};

/** The four steps, from the silent one to the one that everybody sees. */
export async function optionsTable(room: OfficerSession, alert: string): Promise<HTMLElement> {
  const found = await room.calls.get(readLadder, `/api/alerts/${alert}/steps`);
  return h("section", { class: "stack-small", "data-test": "ladder", "data-whole": found.whole }, h("h2", {}, t("What you can do, and what it would reveal")),
    h("p", { class: "soft" }, t("Someone may act against a suspected reporter and watch whether anybody asks. They must not learn more than this: if a person reported alone, all answers together over the whole protection period multiply the odds that this person reported by {bound} at most. For people who report together there is no such limit: if measures against all four of one receipt are reviewed, the odds that they reported are multiplied by up to {together}.", { bound: found.bound, together: found.together })),
    h("ol", { class: "ladder" },
      rung(t("Check the files only: personnel files, grounds, comparable cases."), t("Nobody notices."), "1"),
      rung(t("Wait for the check-ins of the mailbox."), t("The reporter's page asks automatically."), "1"),
      rung(t("Read HR's answer to a routine fairness review."), t("HR is asked by fixed rules and by lot, the same for everybody. Nobody can order it."), times(found.whole), reviews(room, found)),
      rung(t("Have the governing body suspend or reverse the measure."), t("It is visible, and no number limits what it reveals. Do it if the grounds do not support the measure, no matter who the person is."), null)));
}

function rung(step: string, price: string, ratio: string | null, more: Child = null): HTMLElement {
  return h("li", {}, h("p", {}, h("strong", {}, step)), h("p", { class: "price" }, ratio === null ? h("span", { class: "ratio open" }, t("seen")) : h("span", { class: "ratio" }, `× ${ratio}`), " ", price), more);
}

function reviews(room: OfficerSession, { steps }: ResponseOptions): HTMLElement | null {
  if (steps.length === 0) return null;
  return h("ul", { class: "steps-of" }, steps.map((step) => h("li", { "data-test": "step", "data-refusal": step.refusal }, h("strong", {}, kindName(step.kind)), " ", h("span", { class: "small soft" }, room.day(step.recorded)), h("p", { class: "small" }, verdict(room, step)))));
}

function verdict(room: OfficerSession, { asked, refusal, adds, whole }: Step): string {
  if (asked !== null) return t("HR was asked on {day}: in total the odds are multiplied by {whole} at most.", { day: room.day(asked), whole: times(whole) });
  if (refusal !== null) return inARow(t("Must not be asked about."), t(REASONS[refusal]));
  return t("HR is asked automatically with the next reviews: × {adds}, and × {whole} in total.", { adds: times(adds), whole: times(whole) });
}

function times(ratio: number | null): string {
  return ratio === null ? "∞" : String(Math.round(ratio * 100) / 100);
}

/** What may be done about an alert, and what each step would betray: the odds as the watch's host reckons them. */

import { type Child, h } from "../../shared/dom.js";
import { type Sentence, msg, t } from "../../shared/strings.js";
import { kindName } from "../kinds.js";
import type { Room } from "../room.js";
import { type Ladder, type Step, readLadder } from "./model.js";

const REASONS: Readonly<Record<NonNullable<Step["refusal"]>, Sentence>> = {
  "daily-measure": msg("Daily measures are asked about for nobody: to ask once would prove that the person is on the list."),
  "small-unit": msg("The unit has fewer than 20 people: there a review of a drawn measure points at somebody."),
  "earlier-measure-unreviewed": msg("An earlier measure against this person was not reviewed: to ask now would show a change."),
  "not-drawn": msg("The lot did not fall on this person: to ask all the same would prove that somebody wished it."),
  ratio: msg("What was asked before has used up the promise: the odds may be multiplied by 2 at most."),
  late: msg("HR is asked about measures of the last four weeks: a letter about an older one would stand alone."),
};

/** The four steps, from the silent one to the one that everybody sees. */
export async function ladder(room: Room, alert: string): Promise<HTMLElement> {
  const found = await room.calls.get(readLadder, `/api/alerts/${alert}/steps`);
  return h("section", { class: "stack-small", "data-test": "ladder", "data-whole": found.whole }, h("h2", {}, t("What may be done, and what it would betray")),
    h("p", { class: "soft" }, t("Somebody who acts against a suspect and watches whether anybody asks must not learn more than this: the odds that a person who reported alone did so are multiplied by {bound} at most, over the whole protection period, by all answers together. For people who report together no such bound is kept: if measures against all four of one receipt are reviewed, the odds that it was they stand at up to × {together}.", { bound: found.bound, together: found.together })),
    h("ol", { class: "ladder" },
      rung(t("Check at the desk alone: files, grounds, comparable cases."), t("Nobody notices."), "1"),
      rung(t("Wait for the check-ins of the mailbox."), t("The reporter's page asks by itself."), "1"),
      rung(t("Read HR's answer to a routine fairness review."), t("HR is asked by rule and by lot, alike for everybody; nobody orders it."), times(found.whole), reviews(room, found)),
      rung(t("Have the measure held or undone by the governing body."), t("It is seen, and no number bounds it. Do it where the grounds do not carry the measure, no matter who the person is."), null)));
}

function rung(step: string, price: string, ratio: string | null, more: Child = null): HTMLElement {
  return h("li", {}, h("p", {}, h("strong", {}, step)), h("p", { class: "price" }, ratio === null ? h("span", { class: "ratio open" }, t("seen")) : h("span", { class: "ratio" }, `× ${ratio}`), " ", price), more);
}

function reviews(room: Room, { steps }: Ladder): HTMLElement | null {
  if (steps.length === 0) return null;
  return h("ul", { class: "steps-of" }, steps.map((step) => h("li", { "data-test": "step", "data-refusal": step.refusal }, h("strong", {}, kindName(step.kind)), " ", h("span", { class: "small soft" }, room.day(step.recorded)), h("p", { class: "small" }, verdict(room, step)))));
}

function verdict(room: Room, { asked, refusal, adds, whole }: Step): string {
  if (asked !== null) return t("HR was asked on {day}: all in all the odds stand at × {whole} at most.", { day: room.day(asked), whole: times(whole) });
  if (refusal !== null) return `${t("Must not be asked about.")} ${t(REASONS[refusal])}`;
  return t("It comes by itself with the next reviews: × {adds}, and × {whole} all in all.", { adds: times(adds), whole: times(whole) });
}

function times(ratio: number | null): string {
  return ratio === null ? "∞" : String(Math.round(ratio * 100) / 100);
}

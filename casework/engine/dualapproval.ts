/** What one member asks for and another must agree to: lifting a hold, an export, a deletion by hand (twin of `casework/engine/dual_approval.py`). */

import type { Act, Codes } from "../rules/acts.js";
import { ANSWERS, BY_TWO, type Case, type Event, answersWhatWaits, openAskings } from "./case.js";
import { ABROAD } from "../rules/destinations.js";
import type { ActRule } from "../policy/document.js";

export { ANSWERS, BY_TWO };

/** Whether somebody must have asked: for what takes two always, else where the rule says so. */
export function answers(rule: ActRule): boolean {
  const asking = ANSWERS[rule.act];
  return BY_TWO.has(rule.act) || (asking !== undefined && rule.ever.includes(asking));
}

/** The asking that an act under this rule answers; null where nobody has asked, or it was answered already. */
export function asked(found: Case, rule: ActRule): Event | null {
  return askingFor(found, rule.act);
}

/** The same for the act itself, one of `ANSWERS`: the newest. */
export function askingFor(found: Case, answer: Act): Event | null {
  return openAskings(found.events, found.uncounted, answer)[0] ?? null;
}

/** Who answers: the member, their roles in the case, and what they name. */
export interface Second {
  readonly by: string | null;
  readonly roles: ReadonlySet<string>;
  readonly codes?: Codes;
}

/** The asking that this member's answer means: the one that its codes name, else the newest that they may answer; the newest of all where there is none. `may` are the roles of the rule. */
export function askingMeant(found: Case, rule: ActRule, may: readonly string[], { by, roles, codes }: Second): Event | null {
  const waiting = answers(rule) ? openAskings(found.events, found.uncounted, rule.act) : [];
  const named = waiting.find(({ n }) => codes?.asking === String(n));
  return named ?? waiting.find((one) => one.by !== by && whoMayAnswer(one, may).some((role) => roles.has(role))) ?? waiting[0] ?? null;
}

/** The asking that a counted answer of the record answered; null where there was none. */
export function answered(found: Case, { n: at, act, codes }: Event): Event | null {
  const waiting = openAskings(found.events.slice(0, at), found.uncounted, act);
  return waiting.find(({ n }) => codes.asking === String(n)) ?? waiting[0] ?? null;
}

/** Whether an answer with these codes names no asking that waits, or none after it was asked again. */
export function answersAnother(found: Case, rule: ActRule, codes: Codes): boolean {
  return BY_TWO.has(rule.act) && !answersWhatWaits({ codes, by: null }, openAskings(found.events, found.uncounted, rule.act));
}

/** The approval by a second member that still holds; null where nobody has given one, or something has ended it. */
export function approved(found: Case, answer: Act): Event | null {
  const last = found.events.findLast((event) => !found.uncounted.has(event.n) && (event.act === answer || event.act === "held" || event.act === ANSWERS[answer]));
  return last?.act === answer ? last : null;
}

/** Whether an export was asked for a court or an authority of another country. */
export function goesAbroad(event: Event | null): boolean {
  return event?.act === "export-asked" && ABROAD.has(event.codes.destination ?? "");
}

/** The roles that may answer: of an export to a court or authority abroad never the role that asked. */
export function whoMayAnswer(asking: Event | null, may: readonly string[]): readonly string[] {
  return goesAbroad(asking) ? may.filter((role) => role !== asking?.role) : may;
}

/** What one member asks for and another must agree to: lifting a hold, an export, a deletion by hand (twin of `casework/engine/dual_approval.py`). */

import type { Act } from "../rules/acts.js";
import type { Case, Event } from "./case.js";
import { ABROAD } from "../rules/destinations.js";
import type { ActRule } from "../policy/document.js";

/** Each act that has to be asked for, and what asks for it; a rule says so by naming that in `ever`. */
export const ANSWERS: { readonly [act in Act]?: Act } = {
  released: "release-asked", "export-approved": "export-asked", exported: "export-approved", "deletion-approved": "deletion-asked",
};
/** What ends the asking for an act: the answer to it, or what makes it another question. */
const ENDS: { readonly [act in Act]?: readonly Act[] } = {
  released: ["released", "held"], "export-approved": ["export-approved"], exported: ["exported", "export-asked"], "deletion-approved": ["deletion-approved", "held"],
};
/** Answers that the one who asked can't give. */
export const BY_TWO: ReadonlySet<Act> = new Set<Act>(["released", "export-approved", "deletion-approved"]);

/** Whether the rule asks for somebody who has asked. */
export function answers(rule: ActRule): boolean {
  const asking = ANSWERS[rule.act];
  return asking !== undefined && rule.ever.includes(asking);
}

/** The asking that an act under this rule answers; null where nobody has asked, or it was answered already. */
export function asked(found: Case, rule: ActRule): Event | null {
  return askingFor(found, rule.act);
}

/** The same for the act itself, one of `ANSWERS`. */
export function askingFor(found: Case, answer: Act): Event | null {
  const counted = found.events.filter((event) => !found.uncounted.has(event.n));
  const last = counted.findLast((event) => event.act === ANSWERS[answer] || (ENDS[answer] ?? []).includes(event.act));
  return last !== undefined && last.act === ANSWERS[answer] ? last : null;
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
export function whoMayAnswer(rule: ActRule, found: Case, may: readonly string[]): readonly string[] {
  const asking = answers(rule) ? asked(found, rule) : null;
  return goesAbroad(asking) ? may.filter((role) => role !== asking?.role) : may;
}

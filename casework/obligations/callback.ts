/** The second call: whether a handling succeeded is the reporter's to say (twin of `casework/obligations/callback.py`). */

import type { Case } from "../engine/case.js";
import { type Refusal, refusal } from "../engine/refusals.js";
import type { Rules } from "../policy/document.js";

export type Said = "satisfied" | "unsatisfied";

/** The number of the event with which the reporter's last verdict of this round went on the record; null before there is one. */
export function ratedAt(found: Case): number | null {
  const counted = found.events.filter((event) => !found.uncounted.has(event.n));
  const begun = counted.reduce((last, event) => (event.act === "reopened" ? event.n : last), -1);
  const rated = counted.filter((event) => event.act === "rated" && event.n > begun);
  return rated.at(-1)?.n ?? null;
}

/** Why a stage is not the one to which the reporter's verdict leads; null where it is, or where the policy leaves the verdict to others. */
export function againstVerdict(rules: Rules, said: Said, to: string | null): Refusal | null {
  if (rules.satisfaction?.use !== "verdict") return null;
  const upholds = said === "satisfied" ? "yes" : "no";
  const known = rules.outcomes.find((one) => one.of === "acceptance" && one.upholds === upholds);
  return known === undefined || to === null || known.to.includes(to) ? null : refusal("another-stage", known.to);
}

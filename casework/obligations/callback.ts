/** The second call: whether a handling succeeded is the reporter's to say (twin of `casework/obligations/callback.py`). */

import type { Case } from "../engine/case.js";
import type { Act } from "../rules/acts.js";
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

/**
 * Why the reporter's verdict does not count yet, or does not lead to this stage; null where nothing is against it. `said` is
 * null where no verdict of this round was opened. Where a second visit was agreed and the policy lets the verdict wait for it,
 * the verdict comes after the visit and after what the reporter then says.
 */
export function againstVerdict(rules: Rules, found: Case, said: Said | null, to: string | null): Refusal | null {
  if (rules.satisfaction?.use !== "verdict") return null;
  const awaited = rules.satisfaction.deferred;
  const missing = awaited === null ? null : missingFirst(found, awaited);
  if (missing !== null) return refusal("first", [missing]);
  if (said === null) return null;
  const upholds = said === "satisfied" ? "yes" : "no";
  const known = rules.outcomes.find((one) => one.of === "acceptance" && one.upholds === upholds);
  return known === undefined || to === null || known.to.includes(to) ? null : refusal("another-stage", known.to);
}

/** By which the reporter's word of a visit is on the record: written in the mailbox, or spoken and noted. */
const HEARD: ReadonlySet<string> = new Set(["rated", "contacted-again"]);

/** What has yet to be done where a visit was agreed in this round: the visit, and then the reporter's word of it; one who never came is put on the record as unanswered. */
function missingFirst(found: Case, awaited: Act): Act | null {
  const counted = found.events.filter((event) => !found.uncounted.has(event.n));
  const begun = counted.reduce((last, event) => (event.act === "reopened" ? event.n : last), -1);
  const agreed = counted.filter((event) => event.act === "visit-agreed" && event.n > begun).at(-1)?.n ?? null;
  if (agreed === null) return null;
  const since = counted.filter((event) => event.n > agreed);
  if (since.some(({ act }) => act === "unanswered")) return null;
  const done = since.filter(({ act }) => act === awaited).at(-1)?.n ?? null;
  if (done === null) return awaited;
  return since.some(({ act, n }) => HEARD.has(act) && n > done) ? null : "contacted-again";
}

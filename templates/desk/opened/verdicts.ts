/** What the reporter said of the handling: whether it succeeded nobody else says, and only anyone who opened the message knows. */

import { type Case, type Refusal, againstVerdict, isAct, isByVerdict, ratedAt, refusal } from "../../../casework/index.js";
import { caseBefore } from "./casestate.js";
import { decideDeclared, waitingDeclarations } from "./declarations.js";
import { type Happening, type OpenedCase, type Ruled, good } from "./model.js";

/** What the reporter said and nobody has put on the record: that comes first, for the verdict rests on it. */
export function unheard(ruled: Ruled, opened: OpenedCase, now: Date): Refusal | null {
  const waits = waitingDeclarations(opened).some((one) => one.act === "rated" && !("reason" in decideDeclared(ruled, one, now)));
  return waits ? refusal("first", ["rated"]) : null;
}

/** Why a round can't end in this stage by what the reporter said of it; null where nothing is against it. */
export function againstReporter({ rules, found }: { readonly rules: Ruled["rules"]; readonly found: Case }, opened: OpenedCase, to: string | null): Refusal | null {
  const rated = opened.events.find((event) => event.n === ratedAt(found));
  const said = opened.entries.find((entry) => entry.type === "act" && good(entry) && entry.hash === rated?.item)?.payload["act"];
  return againstVerdict(rules, found, said === "satisfied" || said === "unsatisfied" ? said : null, to);
}

/** Why a round should not have ended by this step: a member's own browser let it pass against what the reporter had said. */
export function endedAgainst(event: Happening, opened: OpenedCase): Refusal | null {
  const { ruled } = opened;
  const to = event.data["to"];
  if (ruled === null || event.wrong !== null || !isAct(event.kind) || !isByVerdict(event.kind) || ruled.found.uncounted.has(event.n)) return null;
  const before = caseBefore(ruled, event.n);
  return before === null ? null : againstReporter(before, opened, typeof to === "string" ? to : null);
}

/** What was decided in a case, by the decisions that its readers can open: the outcomes of the policy, under their names. */

import type { Act, Outcome } from "../../../casework/index.js";
import { langOf, officeText } from "../../shared/officetext.js";
import { type Sentence, msg, t } from "../../shared/strings.js";
import type { Child } from "../ui.js";
import { hasEnded, sealedSide } from "./casestate.js";
import type { OpenedCase, Ruled } from "./model.js";

/** `open-again`: the case is dealt with once more, and what was decided does not stand. `unjudged`: it can't be known here. */
export type VerdictStatus = "decided" | "open-again" | "undecided" | "closed-undecided" | "unjudged";

/** The outcomes of the last decision that counts, and whether it stands; without one, why there is none. */
export interface Verdict {
  readonly status: VerdictStatus;
  readonly outcomes: readonly Outcome[];
}

const MEANS: Readonly<Record<Outcome["of"], Readonly<Record<Outcome["upholds"], Sentence>>>> = {
  facts: { yes: msg("substantiated"), partly: msg("partly substantiated"), no: msg("not substantiated"), unclear: msg("could not be established") },
  acceptance: { yes: msg("accepted"), partly: msg("partly accepted"), no: msg("not accepted"), unclear: msg("acceptance open") },
};

/** What an outcome comes to under any policy; null where the policy names it in the page's language. */
export function outcomeMeans({ name, of, upholds }: Outcome): string | null {
  return langOf(name).lang === null ? null : t(MEANS[of][upholds]);
}

/** An outcome under the name that the policy gives it, and what it comes to where the page speaks another language. */
export function outcomeText(outcome: Outcome): Child {
  const means = outcomeMeans(outcome);
  return [officeText(outcome.name), means !== null && ` (${means})`];
}

const DECIDING: ReadonlySet<Act> = new Set<Act>(["decided", "appeal-decided"]);
/** What takes a decided case up again. */
const AGAIN: ReadonlySet<Act> = new Set<Act>(["reopened", "appeal-accepted"]);
const APPEALED: Act = "appealed";

/** A list asks for it whenever it is drawn; a case that changes is opened again. */
const known = new WeakMap<OpenedCase, Verdict>();

/** What was decided in a case, as far as it stands. */
export function verdictOf(opened: OpenedCase): Verdict {
  const before = known.get(opened);
  if (before !== undefined) return before;
  const found = opened.ruled === null ? { status: "unjudged" as const, outcomes: [] } : judged(opened.ruled, opened);
  known.set(opened, found);
  return found;
}

function judged(ruled: Ruled, opened: OpenedCase): Verdict {
  const { uncounted, events } = ruled.found;
  const { sealed, steps } = sealedSide(ruled, opened);
  const outcomes = sealed.outcomes.flatMap((id) => ruled.rules.outcomes.find((one) => one.id === id) ?? []);
  const last = events.findLast(({ act, n }) => DECIDING.has(act) && !uncounted.has(n));
  const ended = hasEnded(ruled);
  if (last === undefined) return { status: ended ? "closed-undecided" : "undecided", outcomes };
  // The record says that something was decided; what, only an item that opens and fits the policy.
  const isKnown = outcomes.length > 0 && steps.some(({ n, refused }) => n === last.n && refused === null);
  if (!isKnown) return { status: "unjudged", outcomes: [] };
  const again = events.some(({ act, n, to }) => n > last.n && !uncounted.has(n) && (AGAIN.has(act) || (act === APPEALED && to !== null)));
  return { status: again && !ended ? "open-again" : "decided", outcomes };
}

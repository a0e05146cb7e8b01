/** Steps that wait for this member as the second person: somebody has asked, proposed or signed, and this member may answer. */

import { BY_TWO, actsIn, sinceEntry, stageOf } from "../../../casework/index.js";
import type { OpenedCase, Ruled } from "../opened/model.js";
import { declinedBy, requestFor } from "./asking.js";
import { type Choice, choicesOf } from "./choices.js";

const MINUTE = 60_000;
/** Lists ask this of every case whenever they are drawn. */
const known = new WeakMap<OpenedCase, { readonly key: string; readonly found: readonly Choice[] }>();

/** None where nobody waits for this member. */
export function secondsFor(opened: OpenedCase, me: string, now: Date): readonly Choice[] {
  const { ruled } = opened;
  if (ruled === null || !opened.chainHolds) return [];
  const key = `${me} ${Math.floor(now.getTime() / MINUTE)}`;
  const before = known.get(opened);
  if (before?.key === key) return before.found;
  const acts = secondActs(ruled, me);
  // Who has declined is asked no more, and may still agree: the step stays where it stands at any time.
  const found = acts.size === 0 ? [] : chosen(ruled, me, now, opened).filter(({ act, rules }) => acts.has(act) && !declinedBy(ruled, act, rules.map((rule) => requestFor(ruled, rule, me))[0] ?? null).some(({ by }) => by === me));
  known.set(opened, { key, found });
  return found;
}

function chosen(ruled: Ruled, me: string, now: Date, opened: OpenedCase): readonly Choice[] {
  const { onward, here, always } = choicesOf(ruled, me, now, opened);
  return [...onward, ...here, ...always];
}

/** What answers a first person at this stage; whether this member may is asked of these alone. */
function secondActs({ rules, found }: Ruled, me: string): ReadonlySet<string> {
  const stage = stageOf(rules, found.stage);
  if (stage === null) return new Set();
  const signed = new Set(sinceEntry(found).filter(({ by }) => by !== null && by !== me).map(({ act }) => act));
  const asked = (found.counts.get("release-asked") ?? 0) + (found.counts.get("export-asked") ?? 0) + (found.counts.get("deletion-asked") ?? 0) > 0;
  const sealed = (found.counts.get("sealed") ?? 0) > 0;
  const answering = actsIn(rules, stage).filter(({ act, every }) => (BY_TWO.has(act) ? asked : act === "malice-approved" ? sealed : every && signed.has(act)));
  return new Set(answering.map(({ act }) => act));
}

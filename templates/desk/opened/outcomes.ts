/** What was decided in a case, by the decisions that its readers can open: the outcomes of the policy, under their names. */

import type { OfficeText } from "../../shared/officetext.js";
import { sealedSide } from "./casestate.js";
import type { OpenedCase } from "./model.js";

/** A list asks for it whenever it is drawn; a case that changes is opened again. */
const known = new WeakMap<OpenedCase, readonly OfficeText[]>();

/** The outcomes of the last decision that counts; empty where nothing was decided, or nothing can be judged here. */
export function outcomesOf(opened: OpenedCase): readonly OfficeText[] {
  const before = known.get(opened);
  if (before !== undefined) return before;
  const { ruled } = opened;
  const ids = ruled === null ? [] : sealedSide(ruled, opened).sealed.outcomes;
  const found = ids.flatMap((id) => ruled?.rules.outcomes.find((one) => one.id === id)?.name ?? []);
  known.set(opened, found);
  return found;
}

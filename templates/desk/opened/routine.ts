/** Events that bring nothing to read: a step that was refused because of them alone is signed again behind them. */

import { isWorkerKind } from "../../../casework/index.js";
import { CLAIMED } from "../../../crypto/staff.js";
import type { Happening } from "./model.js";

/** All that the worker's word on a time limit names. */
const NAMED = new Set(["clock", "due", "to", "provisional"]);

/** Whether it only says that a desk has opened the case, or that a time limit came near or went by; false where anything is wrong with it. */
export function isRoutine({ kind, actor, item, data, wrong }: Pick<Happening, "kind" | "actor" | "item" | "data" | "wrong">): boolean {
  if (wrong !== null || item !== null) return false;
  return kind === CLAIMED || (actor === null && isWorkerKind(kind) && Object.keys(data).every((name) => NAMED.has(name)));
}

/** Events that bring nothing to read: a step that was refused because of them alone is signed again behind them. */

import { isWorkerKind } from "../../../casework/index.js";
import { CLAIMED } from "../../../crypto/staff.js";
import type { Happening } from "./model.js";

/** Whether it only says that a desk has opened the case, or that a time limit came near or went by; false where anything is wrong with it. */
export function isRoutine({ kind, actor, wrong }: Pick<Happening, "kind" | "actor" | "wrong">): boolean {
  return wrong === null && (kind === CLAIMED || (actor === null && isWorkerKind(kind)));
}

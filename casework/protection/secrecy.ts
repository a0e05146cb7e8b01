/** Who must sign secrecy before working on a case (twin of `is_pledge_due` in `casework/protection/secrecy.py`). */

import type { Case } from "../engine/case.js";
import type { Rules } from "../policy/document.js";

/** Whether this member must sign a pledge of secrecy before working on the case. */
export function isPledgeDue({ secrecy }: Rules, { events, uncounted }: Case, member: string): boolean {
  return secrecy.some(({ pledge }) => pledge) && !events.some(({ act, by, n }) => act === "pledged" && by === member && !uncounted.has(n));
}

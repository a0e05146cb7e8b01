/** What ticking “urgent” does at an entity, as its signed directory says, and what it gives away. */

import type { Entity } from "../../../crypto/browser/index.js";
import { t } from "../../shared/strings.js";

/** Said beside the box, before anything is sent. */
export function urgentHint({ on_call: onCall }: Entity): string {
  return onCall
    ? t("Once your report arrives, the staff on call are alerted at once, without a word of what you wrote, and it reaches the desk at that moment, not at the next full hour. Anybody who can see this server, the desk or their phones then knows that an urgent report came in at that moment. That may include people you exclude. It does not replace an emergency call: they may not look at once.")
    : t("Ticking this alerts nobody: it puts your report at the top of the office's list, and it reaches the desk at once, not at the next full hour. Anybody who can see this server or the desk then knows that an urgent report came in at that moment, and nothing else of it. That may include people you exclude.");
}

/** Said once more where the report is looked over. */
export function urgentReviewed({ on_call: onCall }: Entity): string {
  return onCall ? t("Yes. The staff on call are alerted as soon as it arrives, and that moment can be seen.") : t("Yes. It goes to the top of the list; nobody is alerted. It reaches the desk as soon as it arrives, and that moment can be seen.");
}

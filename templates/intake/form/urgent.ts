/** What ticking “urgent” does at an entity, as its signed directory says, and what it gives away. */

import type { Entity } from "../../../crypto/index.js";
import { t } from "../../shared/strings.js";

/** Said in the box, under the emergency number: what the tick does. */
export function urgentHint({ on_call: onCall }: Entity): string {
  return onCall
    ? t("If you tick this, the staff on call are alerted as soon as your report arrives. They may not look at once, so do not wait for them.")
    : t("If you tick this, staff can open your report at once instead of from the next full hour, and it goes to the top of the list. Nobody is called or messaged; they see it when they next look.");
}

/** Below it: what the tick gives away. */
export function urgentSeen({ on_call: onCall }: Entity): string {
  return onCall
    ? t("Ticking it can be noticed: people who can see this server, the office's work page or the phones on call, perhaps including someone you exclude later, see that an urgent report has just come in, but not what it says or who wrote it.")
    : t("Ticking it can be noticed: people who can see this server or the office's work page, perhaps including someone you exclude later, see that an urgent report has just come in, but not what it says or who wrote it.");
}

/** Said once more where the report is looked over. */
export function urgentReviewed({ on_call: onCall }: Entity): string {
  return onCall ? t("Yes. The staff on call are alerted as soon as it arrives, and that moment can be seen.") : t("Yes. It goes to the top of the list; nobody is alerted. It reaches the desk as soon as it arrives, and that moment can be seen.");
}

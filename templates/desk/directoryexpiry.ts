/** The end of the office's directory, announced to staff from three weeks before: amber, red from three days before (twin of `portal/office/directory_expiry.py`). */

import { type Confirmed, LAPSED_DAYS, type VerifiedDirectory } from "../../crypto/index.js";
import { sayConfirmed, sayMoment } from "../shared/confirmed.js";
import { counted } from "../shared/counted.js";
import { msg, t } from "../shared/strings.js";
import { addDays, daysBetween } from "./days.js";
import type { OfficeWords } from "./context.js";
import { h } from "./ui.js";

const ANNOUNCED_DAYS = 21;
const PRESSING_DAYS = 3;

export type ExpiryLevel = "far" | "ending" | "pressing" | "lapsed";

/** How a directory stands by the days that are left to it; one that is past its thirty days more is not verified at all. */
export function expiryLevel(left: number): ExpiryLevel {
  if (left <= 0) return "lapsed";
  if (left <= PRESSING_DAYS) return "pressing";
  return left <= ANNOUNCED_DAYS ? "ending" : "far";
}

function sentence(stand: ExpiryLevel, directory: VerifiedDirectory, left: number, words: OfficeWords): string {
  const { expires } = directory.content;
  const day = words.day(expires, "");
  if (stand === "lapsed") {
    return t("The directory expired on {day}. No new reports can be accepted, and no case can be shared with others. Reporters who are waiting can read and reply until {last}, and you can reply to them. The keepers must sign the next directory now.",
      { day, last: words.day(addDays(expires, LAPSED_DAYS - 1), "") });
  }
  return counted(msg("The directory expires on {day}, in {count} day. The keepers must sign the next one before then, or no new reports can be accepted."), msg("The directory expires on {day}, in {count} days. The keepers must sign the next one before then, or no new reports can be accepted."), left, { day });
}

/** That the witnesses' word is over, though the directory is not. */
function silence({ at, until }: Confirmed, words: OfficeWords): string {
  const last = addDays(new Date(until * 1000).toISOString().slice(0, 10), LAPSED_DAYS - 1);
  return t("No witness outside the office has confirmed the directory since {confirmed}. No new reports can be accepted, and no case can be shared with others. Reporters who are waiting can read and reply until {last}, and you can reply to them. A witness must be restarted.",
    { confirmed: sayMoment(at), last: words.day(last, "") });
}

function banner(stand: ExpiryLevel, text: string): HTMLElement {
  const look = stand === "ending" ? "notice notice-care" : "notice notice-alarm";
  return h("p", { class: look, role: "status", "data-test": "directory-end", "data-stand": stand }, text);
}

/** The banner under the head; null while the end is far. */
export function directoryBanner(directory: VerifiedDirectory, words: OfficeWords): HTMLElement | null {
  const { confirmed, lapsed, today, content } = directory;
  if (confirmed?.stale === true && today < content.expires) return banner("lapsed", silence(confirmed, words));
  const silent = sayConfirmed(directory);
  if (!lapsed && silent !== null) return banner("ending", silent);
  const left = daysBetween(directory.today, directory.content.expires);
  const stand = expiryLevel(left);
  if (stand === "far") return null;
  return banner(stand, sentence(stand, directory, left, words));
}

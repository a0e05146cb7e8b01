/** What people read of when a witness outside the office last confirmed its list of key holders. */

import type { VerifiedDirectory } from "../../crypto/browser/index.js";
import type { NotConfirmed } from "../../crypto/browser/errors.js";
import { pageLanguage, sayDay, t } from "./strings.js";

/** From so many seconds on a page says how old the last confirmation is. */
const SAID_FROM = 72 * 3600;

/** A moment as the clock of this device shows it, from seconds since 1970. */
export function sayMoment(seconds: number): string {
  const locale = pageLanguage() === "zh" ? "zh-CN" : "en-GB";
  return new Intl.DateTimeFormat(locale, { dateStyle: "long", timeStyle: "short" }).format(new Date(seconds * 1000));
}

/** Both clocks, where the witness's word lies too far back or ahead: somebody can then see which one is wrong. */
export function sayClocks(error: NotConfirmed): string {
  return t("A witness outside the office confirmed the list of key holders on {confirmed}; the clock of this device shows {now}. The two lie too far apart. Nothing was sent. Check the clock; if it is right, try again tomorrow or use another road.",
    { confirmed: sayMoment(error.at), now: sayMoment(Date.now() / 1000) });
}

/** How old the last confirmation is, and when the line closes without another; null while it is fresh, or where it is over. */
export function sayConfirmed({ confirmed, lapsed }: VerifiedDirectory): string | null {
  if (confirmed === null || lapsed || Date.now() / 1000 - confirmed.at < SAID_FROM) return null;
  return t("Last confirmed on {confirmed} by a witness outside the office. Without another confirmation no new report can be taken here after {day}.",
    { confirmed: sayMoment(confirmed.at), day: sayDay(new Date(confirmed.until * 1000).toISOString().slice(0, 10)) });
}

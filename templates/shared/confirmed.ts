/** What people read of when a witness outside the office last confirmed its list of key holders. */

import type { VerifiedDirectory } from "../../crypto/index.js";
import { NotConfirmed } from "../../crypto/errors.js";
import { pageLocale, sayDay, t } from "./strings.js";

/** From so many seconds on a page says how old the last confirmation is. */
const SAID_FROM = 72 * 3600;

/** A moment as the clock of this device shows it, from seconds since 1970. */
export function sayMoment(seconds: number): string {
  const locale = pageLocale();
  return new Intl.DateTimeFormat(locale, { dateStyle: "long", timeStyle: "short" }).format(new Date(seconds * 1000));
}

/** Whether the witness's word lies ahead of the clock of this device: then the clock is behind. */
export function isClockBehind(error: unknown): boolean {
  return error instanceof NotConfirmed && error.at > Date.now() / 1000;
}

/** Both clocks, where the witness's word lies too far back or ahead: a silent witness first, a wrong clock first. */
export function sayClocks(error: NotConfirmed): string {
  const now = Date.now() / 1000;
  const told = { confirmed: sayMoment(error.at), now: sayMoment(now) };
  if (isClockBehind(error)) return t("The clock of this device shows {now}, and a witness outside the office confirmed the list of key holders on {confirmed}, which is later. Nothing was sent. Check the clock and set it; if it is right, use another channel.", told);
  return t("No witness outside the office has confirmed the list of key holders since {confirmed}. Nothing was sent. Use another channel. If the clock of this device, which shows {now}, is wrong, set it and try again.", told);
}

/** How old the last confirmation is, and when the line closes without another; null while it is fresh, or where it is over. */
export function sayConfirmed({ confirmed, lapsed }: VerifiedDirectory): string | null {
  if (confirmed === null || lapsed || Date.now() / 1000 - confirmed.at < SAID_FROM) return null;
  return t("A witness outside the office last confirmed the list of key holders on {confirmed}: that everybody is shown the same one. Unless one confirms it again, no new report can be taken here after {day}.",
    { confirmed: sayMoment(confirmed.at), day: sayDay(new Date(confirmed.until * 1000).toISOString().slice(0, 10)) });
}

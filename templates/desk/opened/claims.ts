/** Whose desk has unsealed a case, and whose has not for so long that the key may not have reached them. */

import { type Office, officeWorks } from "../../../casework/deadlines/calendars.js";
import { nextDay } from "../../../casework/deadlines/days.js";
import type { OfficeWords } from "../context.js";
import type { Happening, OpenedCase } from "./model.js";

const WORKING_DAYS = 5;
/** The kinds of events that change the readers. */
export const GRANTING: ReadonlySet<string> = new Set(["regranted", "regrant-countersigned"]);
const SATURDAY = 6;

/** Readers who are in the directory today and whose desk has not unsealed the case under the key in force, as far as this browser was told. */
export function unopenedBy(opened: OpenedCase, words: OfficeWords): string[] {
  return opened.holders.filter((id) => words.directory.validMember(id) !== null && !opened.claims.opened.has(id));
}

/** Those of them once five working days are over since the key came into force. */
export function lateReaders(opened: OpenedCase, words: OfficeWords): string[] {
  const since = lastGrant(opened)?.day ?? opened.events[0]?.day;
  if (since === undefined || !areOver(opened.ruled?.office ?? null, since, words.today(opened.row.entity))) return [];
  return unopenedBy(opened, words);
}

/** Who made the key in force: the first who signed it; null where the reporter's page did. */
export function makerOf(opened: OpenedCase): string | null {
  const signatures = lastGrant(opened)?.data["signatures"];
  const first = Array.isArray(signatures) ? (signatures as { member: string }[])[0] : undefined;
  return first?.member ?? null;
}

/** The day on which the keys were last changed; null where the reporter's page made those in force. */
export function changedOn(opened: OpenedCase): string | null {
  return lastGrant(opened)?.day ?? null;
}

function lastGrant(opened: OpenedCase): Happening | undefined {
  return opened.events.findLast(({ kind, wrong }) => wrong === null && GRANTING.has(kind));
}

/** Whether so many working days lie between both; Mondays to Fridays where the office's calendar is not known. */
function areOver(office: Office | null, since: string, today: string): boolean {
  let left = WORKING_DAYS;
  for (let day = nextDay(since); day < today && left > 0; day = nextDay(day)) if (isWorked(office, day)) left -= 1;
  return left === 0;
}

function isWorked(office: Office | null, day: string): boolean {
  if (office !== null) return officeWorks(office, day);
  const weekday = new Date(`${day}T00:00:00Z`).getUTCDay();
  return weekday !== 0 && weekday !== SATURDAY;
}

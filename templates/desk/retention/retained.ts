/** How long each case of a member is kept, and what keeps it from being destroyed, by its own signed record. */

import { BeyondCalendar, type Retention, retention, retentionMonths } from "../../../casework/index.js";
import { daysBetween } from "../days.js";
import { type DeskCase, type Happening, type OpenedCase, good } from "../opened/model.js";
import { isShown } from "../queue/views.js";

/** The groups of the list, those first that somebody has to look at. */
export const GROUPS = ["overdue", "over", "soon", "held", "with-authority", "unbound", "running"] as const;
export type Group = (typeof GROUPS)[number];

/** So many days before its end a case is among those that end soon. */
const SOON_DAYS = 90;
/** The server may be away for a weekend before it is said that it has not done what it owes. */
const PATIENCE_DAYS = 3;
const HELD = "held";
const WITH_AUTHORITY = "handed-over";

/** A case of the list. `months` null where nobody has said how long it is kept; `since` is the step that holds it, `reason` what was written in it. */
export interface RetainedCase {
  readonly id: string;
  readonly entity: string;
  readonly group: Group;
  readonly ended: string | null;
  readonly until: string | null;
  readonly months: number | null;
  readonly since: Happening | null;
  readonly reason: string;
}

/** How long a case is kept by its policy and its record on `today`; null where it runs under no rules, or no calendar reaches the day. */
export function retentionOf({ ruled }: Pick<OpenedCase, "ruled">, today: string): Retention | null {
  if (ruled === null) return null;
  try {
    return retention(ruled.rules, ruled.found, today);
  } catch (error) {
    if (error instanceof BeyondCalendar) return null;
    throw error;
  }
}

/** The case in the list; null for one in work that nothing holds, and one that can't be judged. */
export function retainedCaseOf(opened: OpenedCase, today: string, found = retentionOf(opened, today)): RetainedCase | null {
  const group = found === null ? null : groupOf(opened, found, today);
  if (found === null || opened.ruled === null || group === null) return null;
  const by = group === "held" ? HELD : group === "with-authority" ? WITH_AUTHORITY : null;
  const since = opened.events.findLast(({ kind, wrong }) => kind === by && wrong === null) ?? null;
  return { id: opened.row.case, entity: opened.row.entity, group, ended: found.ended, until: found.until, months: retentionMonths(opened.ruled.rules), since, reason: reasonOf(opened, since) };
}

/** What a step says in words; nothing where it says none, or where they did not verify. */
function reasonOf({ entries }: OpenedCase, step: Happening | null): string {
  const said = step?.item == null ? undefined : entries.find((one) => one.hash === step.item && good(one))?.payload["text"];
  return typeof said === "string" ? said.trim() : "";
}

function groupOf({ ruled }: OpenedCase, { why, until }: Retention, today: string): Group | null {
  // A hold of a case in work is set for the day on which it ends.
  if (why === "open") return ruled?.found.held === true ? "held" : ruled?.found.frozen === true ? "with-authority" : null;
  if (until === null || why === "held" || why === "with-authority" || why === "unbound") return why === "running" || why === "over" ? null : why;
  const left = daysBetween(today, until);
  if (why === "over") return left < -PATIENCE_DAYS ? "overdue" : "over";
  return left <= SOON_DAYS ? "soon" : "running";
}

/** All cases of the list, group by group, the first to end first; and how many could not be verified, or were under rules that are not at hand. */
export function retainedCases(shelf: Iterable<DeskCase>, today: (entity: string) => string): { readonly rows: readonly RetainedCase[]; readonly unverified: number; readonly unjudged: number } {
  const rows: RetainedCase[] = [];
  let [unverified, unjudged] = [0, 0];
  for (const shelved of shelf) {
    if (!isShown(shelved)) continue;
    const { opened } = shelved;
    if (opened?.chainHolds !== true) {
      unverified += 1;
      continue;
    }
    const day = today(opened.row.entity);
    const kept = retentionOf(opened, day);
    if (kept === null) unjudged += 1;
    const found = retainedCaseOf(opened, day, kept);
    if (found !== null) rows.push(found);
  }
  return { rows: rows.sort(byEnd), unverified, unjudged };
}

function byEnd(one: RetainedCase, other: RetainedCase): number {
  const groups = GROUPS.indexOf(one.group) - GROUPS.indexOf(other.group);
  return groups || (one.until ?? "9999").localeCompare(other.until ?? "9999") || one.id.localeCompare(other.id);
}

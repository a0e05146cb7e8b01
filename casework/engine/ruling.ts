/** Who stands before a case at a moment: under which rules, in which roles, and which clocks have run out by then (a piece of `casework/event_store/step_check.py`). */

import { type Office, dayIn } from "../deadlines/calendars.js";
import type { Case, Event } from "./case.js";
import type { Day } from "../deadlines/days.js";
import type { Actor } from "./engine.js";
import { caseClocks, lapsed } from "./policyclocks.js";
import { rolesOf } from "./holders.js";
import type { Rules } from "../policy/document.js";
import type { Instant } from "../deadlines/zones.js";

/** Under what a case runs: its rules, its office's days, the moment, and who is in the office now; without it everybody is. */
export interface Ruling {
  readonly rules: Rules;
  readonly office: Office;
  readonly now: Instant;
  readonly isMember?: (member: string) => boolean;
}

/** A member before a case: the roles that the policy gives, and the clocks that have run out. */
export function actorOf(ruling: Ruling, found: Case, member: string): Actor {
  return { by: member, roles: rolesOf(ruling.rules, found.codes, member), signed: true, lapsed: lapsedAt(ruling, found, ruling.now) };
}

/** The reporter, whose signature was verified. */
export function reporterNow(ruling: Ruling, found: Case): Actor {
  return { by: null, roles: new Set(), signed: true, lapsed: lapsedAt(ruling, found, ruling.now) };
}

/** The clocks that had run out at `now`, by what had happened until that day. */
export function lapsedAt({ rules, office }: Ruling, found: Case, now: Instant): Set<string> {
  const today = dayIn(office, now);
  const ahead = found.events.filter((one) => dayOf(one) > today).map((one) => one.n);
  return lapsed(caseClocks(rules, { ...found, uncounted: new Set([...found.uncounted, ...ahead]) }, office, now));
}

function dayOf(event: Event): Day {
  return event.moment === null ? event.day : new Date(event.moment).toISOString().slice(0, 10);
}

/** Whether a step may be done: the engine's answer under the rules that a case is pinned to (twin of `casework/event_store/judging.py`). */

import type { CaseEvent } from "../../crypto/browser/case/events.js";
import type { Act } from "./acts.js";
import { type Office, dayIn } from "./calendars.js";
import type { Case, Event } from "./case.js";
import { DAY_MS, type Day } from "./days.js";
import { type Actor, decide } from "./engine.js";
import { caseClocks, lapsed } from "./policyclocks.js";
import type { Refusal } from "./refusals.js";
import { type Rules, rolesIn } from "./rules.js";
import { type Instant, momentOf } from "./zones.js";

/** Under what a case runs: its rules, its office's days, and the moment. */
export interface Ruling {
  readonly rules: Rules;
  readonly office: Office;
  readonly now: Instant;
}

/** A member before a case: the roles that the policy gives, and the clocks that have run out. */
export function actorOf(ruling: Ruling, found: Case, member: string): Actor {
  return { by: member, roles: rolesIn(ruling.rules, found.codes, member), signed: true, lapsed: lapsedAt(ruling, found, ruling.now) };
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

/** The reporter's act in a message, judged as on the day on which the message arrived: the event that it leaves, or a refusal. */
export function decideRead(ruling: Ruling, found: Case, act: Act, message: CaseEvent, to: string | null): Event | Refusal {
  const { rules, office } = ruling;
  const morning = momentOf(message.day, "00:00", office.zone);
  const night = morning + DAY_MS;
  // Of a message only the day is known: a window of that day is still open, a waiting that ends on it is over.
  const waits = new Set([...rules.anywhere, ...rules.stages.flatMap((stage) => stage.acts)].flatMap((rule) => (rule.act === act && rule.after !== null ? [rule.after] : [])));
  const over = [...lapsedAt(ruling, found, night)].filter((clock) => waits.has(clock));
  const item = message.data["item"];
  return decide(rules, found, {
    act, day: message.day, moment: null, by: null, roles: new Set(), signed: true, to, codes: {}, item: typeof item === "string" ? item : null,
    lapsed: new Set([...lapsedAt(ruling, found, morning), ...over]),
  });
}

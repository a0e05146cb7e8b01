/** What the engine lets pass and the record does not take (twin of `check_record_rules` in `casework/event_store/step_check.py` and of `casework/event_store/extending.py`). */

import { dayIn } from "../deadlines/calendars.js";
import { type Case, type Event, applyEvents } from "../engine/case.js";
import type { ClockState } from "../deadlines/clock.js";
import { type Day, later } from "../deadlines/days.js";
import { type ExtensionRefusal, capOf, officeOf } from "../deadlines/extensions.js";
import { rolesOf } from "../engine/holders.js";
import { separateRoles } from "../engine/separateroles.js";
import type { Ruling } from "../engine/ruling.js";
import { clocksOf, stateOf, termsOf } from "../engine/policyclocks.js";
import { type Refusal, refusal } from "../engine/refusals.js";
import { againstVerdict } from "../obligations/callback.js";
import { isByVerdict } from "../rules/acts.js";
import type { ClockRule, Rules } from "../policy/document.js";

const ABOVE: readonly string[] = ["superior", "leadership", "oversight"];

/** Why the record does not take an event that the engine lets pass; null where it does. */
export function checkRecordRules(ruling: Ruling, found: Case, event: Event): Refusal | null {
  return extensionUnfit(ruling, found, event) ?? shutOut(ruling.rules, event) ?? raised(ruling.rules, event) ?? strayed(ruling, found, event) ?? early(ruling.rules, found, event);
}

/** A round ends after the visit that was agreed in it; what the reporter then said only a reader's client knows. */
function early(rules: Rules, found: Case, event: Event): Refusal | null {
  return isByVerdict(event.act) ? againstVerdict(rules, found, null, null) : null;
}

/** The roles that may say of others that they step back. */
export function aboveRoles(rules: Rules): string[] {
  return rules.roles.filter((role) => ABOVE.includes(role.kind)).map((role) => role.id);
}

/** Whether some later day could be told for a clock: it runs, and may be extended once more. */
export function isExtendable(ruling: Ruling, found: Case, clock: string): boolean {
  const refused = untilTomorrow(ruling, found, clock);
  return (refused === null || refused.names[0] === "until") && extensionDays(ruling, found, clock) !== null;
}

/** Why no limit can be extended now although some may be; null where none runs. */
export function whyNotExtended(ruling: Ruling, found: Case): Refusal | null {
  const refused = ruling.rules.clocks.filter(({ extension }) => extension !== null).map(({ id }) => untilTomorrow(ruling, found, id));
  return refused.find((one) => one !== null && one.reason !== "wrong-code") ?? null;
}

/** The days to which a limit can be extended: from the one after its present end to the last that its policy lets, null without such; the last alone where the policy extends by all that it lets. Null where the limit does not run, or is at its longest. */
export function extensionDays({ rules, office, now }: Ruling, found: Case, clock: string): { readonly first: Day; readonly last: Day | null } | null {
  const rule = clocksOf(rules, found).find(({ id }) => id === clock);
  const due = rule === undefined ? null : (stateOf(rule, found, office, now)?.due ?? null);
  if (rule === undefined || due === null) return null;
  const terms = termsOf(rule);
  const [first, last] = [later(due.day, 1), capOf(terms, due, officeOf(terms, office))];
  if (last !== null && last < first) return null;
  return { first: last !== null && terms.extension?.told === false ? last : first, last };
}

function untilTomorrow(ruling: Ruling, found: Case, clock: string): Refusal | null {
  const day = dayIn(ruling.office, ruling.now);
  // A member's signature is what makes it count.
  return extensionUnfit(ruling, found, { n: found.events.length, act: "extended", day, moment: null, by: "somebody", role: null, to: null, codes: { clock, until: later(day, 1) }, item: null, signed: true });
}

/** Anyone who steps back says so, or a role above them says it. */
function shutOut(rules: Rules, { act, codes, by, role }: Event): Refusal | null {
  const { member = "" } = codes;
  if (act !== "recused" || member === by) return null;
  const above = aboveRoles(rules);
  return role !== null && above.includes(role) ? null : refusal("wrong-role", [member, ...above]);
}

/** Nobody gives themselves the roles of another by naming that one handler and themselves the deputy. */
function raised(rules: Rules, { act, codes, by }: Event): Refusal | null {
  if (act !== "assigned" || by === null || codes.deputy !== by) return null;
  const more = [...rules.holders.values()].some((members) => members.includes(codes.handler ?? "") && !members.includes(by));
  return more ? refusal("same-person", [act]) : null;
}

/** A case goes to somebody who has a role in it, and from a handler with a deputy only by one of these two; who was recused, has no role, or left the office is none of them. */
function strayed(ruling: Ruling, found: Case, event: Event): Refusal | null {
  const { act, codes, by } = event;
  if (act !== "assigned" && act !== "reassigned") return null;
  const { codes: named } = found;
  const pair = [named.handler, named.deputy].flatMap((one) => (one === undefined || !mayAct(ruling, found, one) ? [] : [one]));
  const isHandedOn = act === "reassigned" && named.deputy !== undefined;
  if (isHandedOn && pair.length > 0 && (by === null || !pair.includes(by))) return refusal("wrong-role", pair);
  if (codes.handler !== undefined && !mayAct(ruling, found, codes.handler)) return refusal("wrong-code", ["handler"]);
  return deputyUnfit(ruling, found, event);
}

/** Naming a handler gives nobody a role that the signer lacks, as deputy of somebody who has it, nor one that is kept apart from their own. Nobody is the deputy of no handler, of themselves, or without a role of the policy. */
function deputyUnfit(ruling: Ruling, found: Case, { codes, by }: Event): Refusal | null {
  const { rules } = ruling;
  const { handler, deputy } = codes;
  if (deputy === undefined) return null;
  if (handler === undefined || deputy === handler || !mayAct(ruling, found, deputy)) return refusal("wrong-code", ["deputy"]);
  const own = by === null ? new Set<string>() : rolesOf(rules, found.codes, by);
  const gained = [...rules.holders].filter(([, members]) => members.includes(handler) && !members.includes(deputy)).map(([role]) => role);
  const lacked = gained.filter((role) => !own.has(role));
  if (lacked.length > 0) return refusal("wrong-role", lacked);
  const parted = separateRoles(rules, [...rules.holders].filter(([, members]) => members.includes(deputy)).map(([role]) => role), gained);
  return parted.length > 0 ? refusal("separate-roles", parted) : null;
}

/** Whether somebody has a role of the policy, is in the office, and was not recused: to them a case may go, and they may stand in. */
export function mayAct({ rules, isMember }: Pick<Ruling, "rules" | "isMember">, { recused }: Case, member: string): boolean {
  return [...rules.holders.values()].some((members) => members.includes(member)) && !recused.has(member) && isMember?.(member) !== false;
}

/** Why the clock that an `extended` event names would not move to the day it tells; null for any other event. */
function extensionUnfit({ rules, office, now }: Ruling, found: Case, event: Event): Refusal | null {
  if (event.act !== "extended") return null;
  const rule = clocksOf(rules, found).find((one) => one.id === event.codes.clock);
  const states = rule === undefined ? [] : [found, applyEvents(found, [event])].map((one) => stateOf(rule, one, office, now));
  const [before, after] = states as (ClockState | null | undefined)[];
  if (rule === undefined || before == null || after == null) return refusal("wrong-code", ["clock"]);
  if (after.extensions.length > before.extensions.length) return null;
  const why = after.refused.length === before.refused.length ? undefined : after.refused.at(-1)?.[1];
  // It does not run: it has not begun, or was stopped.
  return why === undefined ? refusal("wrong-code", ["clock"]) : extensionRefusal(rule, why);
}

function extensionRefusal(rule: ClockRule, why: ExtensionRefusal): Refusal {
  switch (why) {
    case "too-late": return refusal("too-late", [rule.id]);
    case "too-often": return refusal("too-often", [String(rule.extension?.times ?? 0)]);
    case "not-here": return refusal("wrong-code", ["clock"]);
    default: return refusal("wrong-code", ["until"]);
  }
}

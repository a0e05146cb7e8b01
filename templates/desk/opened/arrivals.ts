/** How a case came to a member who has done nothing in it since: a colleague let them read it, or it went on to a role of theirs. */

import { type Case, FIRST_STAGE, type Rules, rolesOf, stageOf } from "../../../casework/index.js";
import { CLAIMED } from "../../../crypto/staff.js";
import { addDays } from "../days.js";
import { changedOn, makerOf } from "./claims.js";
import { withRoles } from "./handlers.js";
import type { DeskCase, OpenedCase } from "./model.js";

/** So long it is news that a case came: a member who only reads it signs nothing by which that ends. */
const NEWS_DAYS = 14;

/** By whom the member was added, or with which roles of theirs the case is now. */
export type Arrival = { readonly added: string } | { readonly roles: readonly string[] };

/** Whether a member signed something in a case from a day on; that a desk opened it says nothing of who read it. */
function acted({ events }: OpenedCase, me: string, since: number): boolean {
  return events.some(({ n, actor, kind, wrong }) => n > since && actor === me && kind !== CLAIMED && wrong === null);
}

/** How the case came to this member; null where it was theirs before, is news no more, or they have acted in it since. */
export function arrivalOf(me: string, { opened }: DeskCase, today: string): Arrival | null {
  if (opened === null) return null;
  const fresh = (day: string | null): boolean => day !== null && addDays(day, NEWS_DAYS) >= today;
  const given = opened.events.findLast(({ data, wrong }) => wrong === null && data["signatures"] !== undefined);
  const maker = makerOf(opened);
  if (given !== undefined && opened.former?.holders.includes(me) === false && maker !== null && maker !== me && fresh(changedOn(opened)) && !acted(opened, me, given.n)) return { added: maker };
  const entered = opened.ruled === null ? null : enteredFor(me, opened.ruled);
  return entered !== null && fresh(entered.day) && !acted(opened, me, entered.n) ? { roles: entered.roles } : null;
}

/** The step of somebody else by which a case came to roles of this member from others. */
function enteredFor(me: string, { rules, found }: { readonly rules: Rules; readonly found: Case }): { readonly n: number; readonly day: string; readonly roles: readonly string[] } | null {
  const at = found.events.findIndex(({ n }) => n === found.entered);
  const event = found.events[at];
  const stage = stageOf(rules, found.stage);
  if (event === undefined || event.by === null || event.by === me || stage === null || stage.end || found.stage === FIRST_STAGE) return null;
  const before = stageOf(rules, found.events.slice(0, at).findLast(({ to }) => to !== null)?.to ?? FIRST_STAGE);
  const mine = rolesOf(rules, found.codes, me);
  const roles = stage.actors.filter((role) => mine.has(role));
  return roles.length === 0 || before?.actors.some((role) => mine.has(role)) === true ? null : { n: event.n, day: event.day, roles };
}

/** The roles of this member with which an open case is that nobody handles. */
export function ownRoles(me: string, shelved: DeskCase): readonly string[] {
  const { ruled } = shelved.opened ?? {};
  if (!ruled) return [];
  const mine = rolesOf(ruled.rules, ruled.found.codes, me);
  return withRoles(shelved).filter((role) => mine.has(role));
}

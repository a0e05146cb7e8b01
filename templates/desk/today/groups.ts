/** What waits for a member today: worked out from the cases that are open in this browser, each case under what presses most. */

import { arrivalOf } from "../opened/arrivals.js";
import { givenBy, handlersOf, peopleOf } from "../opened/handlers.js";
import type { DeskCase } from "../opened/model.js";
import { inOrder } from "../queue/order.js";
import { type FirstDue, type View, byView, dueOf } from "../queue/views.js";

/** From what presses most; the last group is what will be due next. */
export const GROUPS = ["signature", "urgent", "overdue", "due", "replied", "fresh", "next"] as const;
export type Group = (typeof GROUPS)[number];

/** The view of the list that holds a group's cases, and those of colleagues besides. */
export const VIEW_OF: Readonly<Record<Group, View>> = { signature: "asked", urgent: "open", overdue: "overdue", due: "soon", replied: "replied", fresh: "unassigned", next: "mine" };

/** What is due within two weeks is named before its day has come. */
const AHEAD_MS = 14 * 24 * 3_600_000;

/** The cases of each group in order, none of them twice; `reasons` are all groups of a case. */
export interface Waiting {
  readonly groups: ReadonlyMap<Group, readonly DeskCase[]>;
  readonly reasons: ReadonlyMap<string, readonly Group[]>;
  /** Cases that colleagues handle: those that are urgent, how many are overdue, and in how many the reporter wrote last. */
  readonly colleagues: { readonly urgent: readonly DeskCase[]; readonly overdue: number; readonly replied: number };
}

/** Whether a case is this member's to work on, or nobody's. */
function isFor(me: string, shelved: DeskCase): boolean {
  const people = peopleOf(shelved);
  return people.length === 0 || people.includes(me);
}

/** Whether a colleague was named to handle it: that this member once took it too does not make it theirs to hurry. */
function isOthers(me: string, shelved: DeskCase): boolean {
  const handlers = handlersOf(shelved);
  return handlers.length > 0 && !handlers.includes(me);
}

function isAhead(due: FirstDue | null, now: Date): boolean {
  return due !== null && !due.missed && due.at <= now.getTime() + AHEAD_MS;
}

/** What is asked of a member's session: which day it is for an entity, and whether a case was on the page already. */
export interface Asked {
  readonly today: (entity: string) => string;
  readonly isSeen: (id: string) => boolean;
}

/** Everything that waits for this member at a moment. */
export function waitingFor(me: string, shelf: Iterable<DeskCase>, now: Date, { today, isSeen }: Asked): Waiting {
  const views = byView(shelf, me, now);
  const own = (view: View): DeskCase[] => inOrder((views.get(view) ?? []).filter((one) => isFor(me, one)), "usual", view, now);
  const given = (views.get("mine") ?? []).filter((one) => givenBy(me, one) !== null);
  const unassigned = own("unassigned");
  const came = (views.get("open") ?? []).filter((one) => !unassigned.includes(one) && !given.includes(one) && !isSeen(one.row.case) && arrivalOf(me, one, today(one.row.entity)) !== null);
  const ahead = inOrder((views.get("mine") ?? []).filter((one) => isAhead(dueOf(one, now), now)), "due", null, now);
  const urgent = inOrder((views.get("open") ?? []).filter(({ row }) => row.urgent), "usual", "open", now);
  const held: Readonly<Record<Group, readonly DeskCase[]>> = {
    signature: inOrder(views.get("asked") ?? [], "usual", null, now), urgent: urgent.filter((one) => !isOthers(me, one)), overdue: own("overdue"), due: own("soon"), replied: own("replied"),
    fresh: inOrder([...unassigned, ...given, ...came], "usual", null, now), next: ahead,
  };
  const reasons = new Map<string, Group[]>();
  const groups = new Map(GROUPS.map((group) => {
    const fresh = held[group].filter(({ row }) => !reasons.has(row.case));
    for (const { row } of group === "next" ? fresh : held[group]) reasons.set(row.case, [...(reasons.get(row.case) ?? []), group]);
    return [group, fresh] as const;
  }));
  const others = (view: View): number => (views.get(view) ?? []).filter((one) => !isFor(me, one)).length;
  const theirs = urgent.filter((one) => isOthers(me, one) && !reasons.has(one.row.case));
  return { groups, reasons, colleagues: { urgent: theirs, overdue: others("overdue"), replied: others("replied") } };
}

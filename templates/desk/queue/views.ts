/** The lists of the queue: which case stands in which, in what order, and what is due first. */

import type { OfficeText } from "../../shared/officetext.js";
import { firstDue } from "../opened/deadlines.js";
import { type OpenedCase, type DeskCase, good } from "../opened/model.js";
import { hasEnded } from "../opened/casestate.js";
import { handlersOf, peopleOf } from "../opened/handlers.js";
import { secondsFor } from "../acting/seconding.js";

export const VIEWS = ["open", "mine", "unassigned", "replied", "asked", "soon", "overdue", "waiting", "closed"] as const;
export type View = (typeof VIEWS)[number];

/** Not before it is opened, or could not be: a case from which this member is excluded must not show at all, nor be counted. */
export function isShown({ opened, refused }: DeskCase): boolean {
  return opened !== null || refused !== null;
}

/** True when the office has answered everything that the reporter has sent, and has answered at all. */
export function waitsForReporter(opened: OpenedCase): boolean {
  const ours = opened.entries.filter((entry) => entry.dir === "to-reporter" && good(entry) && entry.type !== "epoch");
  const last = ours.at(-1);
  return last !== undefined && last.seen >= lastWord(opened);
}

/** Items by which the reporter asks nothing of the office. */
const SILENT: readonly string[] = ["receipt-kept", "identity", "identity-withdrawn"];

/** The highest number of an item in which the reporter says something. */
function lastWord(opened: OpenedCase): number {
  const said = opened.entries.filter((entry) => entry.dir === "to-office" && !SILENT.includes(entry.type ?? ""));
  return said.reduce((highest, entry) => Math.max(highest, entry.seq), 0);
}

/** True when the reporter has written after the office's last answer. */
export function hasNews(opened: OpenedCase): boolean {
  return opened.entries.some((entry) => entry.dir === "to-reporter" && entry.type !== "epoch") && !waitsForReporter(opened);
}

/** True when a colleague's change of readers stands in it, to be signed or to be answered otherwise, or a step waits for this member's second signature. */
export function asksMe(opened: OpenedCase, me: string, now: Date): boolean {
  return asksReaders(opened, me) || secondsFor(opened, me, now).length > 0;
}

/** A colleague's change of readers alone. */
export function asksReaders({ proposal }: OpenedCase, me: string): boolean {
  return proposal !== null && proposal.by !== me;
}

/** The first end of a limit of the office's own: by this browser's reckoning, or the server's while the case is not opened. */
export interface FirstDue {
  readonly day: string | null;
  readonly at: number;
  readonly missed: boolean;
  /** What the limit is called; null where the server alone tells of it. */
  readonly what: OfficeText | null;
}

/** So far ahead that what is due by the end of tomorrow is among it, at any hour. */
const SOON_MS = 48 * 3_600_000;

/** When the office has to do something in a case next; null where no limit runs. */
export function dueOf({ row, opened }: DeskCase, now: Date): FirstDue | null {
  if (opened?.ruled) return firstDue(opened.ruled, now);
  const end = row.standing.next_due;
  return end === null || opened !== null ? null : { day: null, at: end * 1000, missed: end * 1000 <= now.getTime(), what: null };
}

/** A case on which this member works, until it has ended. */
export function isMine(shelved: DeskCase, me: string): boolean {
  const { row, opened } = shelved;
  const ended = opened?.ruled ? hasEnded(opened.ruled) : row.standing.ended;
  return !ended && peopleOf(shelved).includes(me);
}

/** Whether the case stands in a stage that ends it, by its own record: the server's word alone closes no case. */
export function isClosed({ opened }: DeskCase): boolean {
  return opened !== null && opened.ruled !== null && hasEnded(opened.ruled);
}

/** The views in which a case stands; a closed one besides in those that say what it still asks for. */
function viewsOf(shelved: DeskCase, me: string, now: Date): View[] {
  const { row, opened } = shelved;
  const asked = opened !== null && asksMe(opened, me, now);
  const closed = isClosed(shelved);
  const due = closed ? null : dueOf(shelved, now);
  const fits: Readonly<Record<View, boolean>> = {
    open: !closed,
    mine: isMine(shelved, me),
    unassigned: !closed && handlersOf(shelved).length === 0,
    replied: opened !== null && hasNews(opened),
    asked,
    soon: due !== null && !due.missed && due.at <= now.getTime() + SOON_MS,
    overdue: due?.missed === true,
    waiting: !closed && (opened === null ? row.standing.waiting : waitsForReporter(opened)),
    closed,
  };
  return VIEWS.filter((view) => fits[view]);
}

/** What each view holds, in one pass over the shelf and in no order. */
export function byView(shelf: Iterable<DeskCase>, me: string, now: Date): ReadonlyMap<View, readonly DeskCase[]> {
  const found = new Map<View, DeskCase[]>(VIEWS.map((view) => [view, []]));
  for (const shelved of shelf) {
    if (isShown(shelved)) for (const view of viewsOf(shelved, me, now)) found.get(view)?.push(shelved);
  }
  return found;
}

/** Whether a view lists its cases by what is due. */
export function isByDue(view: View | null): boolean {
  return view === "soon" || view === "overdue";
}

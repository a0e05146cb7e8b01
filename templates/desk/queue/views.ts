/** The lists of the queue: which case stands in which, in what order, and what is due first. */

import { firstDue } from "../opened/dues.js";
import { type OpenedCase, type Shelved, good } from "../opened/model.js";
import { hasEnded } from "../opened/standing.js";

export const VIEWS = ["new", "today", "overdue", "mine", "waiting", "all"] as const;
export type View = (typeof VIEWS)[number];

/** Not before it is opened, or could not be: a case from which this member is excluded must not show at all, nor be counted. */
export function isShown({ opened, refused }: Shelved): boolean {
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

/** True when a colleague's change of readers stands in it, to be signed or to be answered otherwise. */
export function asksMe({ proposal }: OpenedCase, me: string): boolean {
  return proposal !== null && proposal.by !== me;
}

/** The first end of a limit of the office's own: by this browser's reckoning, or the server's while the case is not opened. */
export interface FirstDue {
  readonly day: string | null;
  readonly at: number;
  readonly missed: boolean;
}

const DAY_MS = 86_400_000;

/** When the office has to do something in a case next; null where no limit runs. */
export function dueOf({ row, opened }: Shelved, now: Date): FirstDue | null {
  if (opened?.ruled) return firstDue(opened.ruled, now);
  const end = row.standing.next_due;
  return end === null || opened !== null ? null : { day: null, at: end * 1000, missed: end * 1000 <= now.getTime() };
}

/** The handler, the deputy, or anyone who has taken a case that has no handler. */
export function isMine({ row, opened }: Shelved, me: string): boolean {
  const { handler, deputy } = opened?.ruled?.found.codes ?? {};
  const ended = opened?.ruled ? hasEnded(opened.ruled) : row.standing.ended;
  const named = [handler ?? row.standing.owner, deputy ?? row.standing.deputy];
  return !ended && (named.includes(me) || row.taken_by.includes(me));
}

function fits(view: View, shelved: Shelved, me: string, now: Date): boolean {
  const { row, opened } = shelved;
  const due = view === "today" || view === "overdue" ? dueOf(shelved, now) : null;
  switch (view) {
    case "new": return row.taken_by.length === 0 || (opened !== null && asksMe(opened, me));
    case "today": return due !== null && !due.missed && due.at <= now.getTime() + DAY_MS;
    case "overdue": return due?.missed === true;
    case "mine": return isMine(shelved, me);
    case "waiting": return opened === null ? row.standing.waiting : waitsForReporter(opened);
    case "all": return true;
  }
}

/** The cases of a view: by due time where that is what is asked, else urgent ones first, then the newest. */
export function inView(view: View, shelf: Iterable<Shelved>, me: string, now: Date): Shelved[] {
  const rows = [...shelf].filter((shelved) => isShown(shelved) && fits(view, shelved, me, now));
  const byDay = (a: Shelved, b: Shelved): number =>
    Number(b.row.urgent) - Number(a.row.urgent) || b.row.day.localeCompare(a.row.day) || a.row.case.localeCompare(b.row.case);
  if (view !== "today" && view !== "overdue") return rows.sort(byDay);
  const ends = new Map(rows.map((one) => [one, dueOf(one, now)?.at ?? 0]));
  return rows.sort((a, b) => (ends.get(a) ?? 0) - (ends.get(b) ?? 0) || byDay(a, b));
}

/** What the desk shows, once opened and verified; these things live in memory only. */

import type { Attachment } from "../../crypto/browser/staff.js";
import type { CaseRow } from "./api.js";
import { firstDue } from "./dues.js";
import { type Ruled, hasEnded } from "./standing.js";

export type { Attachment };

/** What became of an item when it was verified; only `ok` and `departed` are what they claim to be. */
export type Mark =
  | "ok" | "departed" | "forged" | "unsigned" | "replayed" | "out-of-order" | "missing"
  | "removed-signer" | "unreadable" | "former-key" | "excluded" | "successor";

export type Direction = "to-office" | "to-reporter" | "office-only";

export interface Entry {
  readonly dir: Direction;
  readonly seq: number;
  readonly hash: string;
  readonly mark: Mark;
  readonly type: string | null;
  /** The verified payload; empty when the item could not be opened. */
  readonly payload: Readonly<Record<string, unknown>>;
  readonly signer: string | null;
  readonly seen: number;
}

export interface Answer {
  readonly id: string;
  readonly value: unknown;
}

export interface Report {
  readonly category: string | null;
  readonly language: string;
  readonly channel: string;
  readonly level: string;
  readonly account: string;
  readonly answers: readonly Answer[];
  readonly attachments: readonly Attachment[];
  readonly excluded: readonly string[];
  readonly urgent: boolean;
}

export interface Happening {
  readonly n: number;
  readonly kind: string;
  readonly day: string;
  readonly actor: string | null;
  readonly item: string | null;
  /** What the event names, as signed. */
  readonly data: Readonly<Record<string, unknown>>;
  readonly hash: string;
  /** Null when chain and signature are right; else what is wrong. */
  readonly wrong: string | null;
}

/** A re-grant that waits for a second signature, as this browser has reviewed it. */
export interface Proposed {
  readonly by: string;
  readonly day: string;
  readonly epoch: number;
  /** Empty where this member can't open it. */
  readonly holders: readonly string[];
  readonly added: readonly string[];
  readonly removed: readonly string[];
  /** Why it must not be signed here, in words; null when all of it holds. */
  readonly refused: string | null;
  /** True when this member would not be a reader any more, and so can't review it. */
  readonly leavesMe: boolean;
}

export interface OpenedCase {
  readonly row: CaseRow;
  readonly report: Report | null;
  readonly entries: readonly Entry[];
  readonly events: readonly Happening[];
  readonly epoch: number;
  readonly holders: readonly string[];
  readonly excluded: readonly string[];
  /** False when events or thread do not hold together, or the report can't be read; then nothing may be added to it. */
  readonly chainHolds: boolean;
  /** True when the reporter has seen more of ours than this browser was given. */
  readonly withheld: boolean;
  /** True when the reporter has a new receipt that the case key does not know yet. */
  readonly renewalDue: boolean;
  readonly proposal: Proposed | null;
  /** The case under the rules of its policy; null where it has none, or nothing can be judged here. */
  readonly ruled: Ruled | null;
  /** How many entries the signed record names that the server did not deliver. */
  readonly unserved: number;
}

/** A case on the shelf: opened, being opened, or refused with the reason. */
export interface Shelved {
  readonly row: CaseRow;
  readonly opened: OpenedCase | null;
  readonly refused: string | null;
}

export const VIEWS = ["new", "today", "overdue", "mine", "waiting", "all"] as const;
export type View = (typeof VIEWS)[number];

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

/** Items that are what they claim to be. */
export function good(entry: Entry): boolean {
  return entry.mark === "ok" || entry.mark === "departed";
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

/** The handler, the deputy, or whoever has taken a case that has no handler. */
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
    case "new": return row.taken_by.length === 0;
    case "today": return due !== null && !due.missed && due.at <= now.getTime() + DAY_MS;
    case "overdue": return due?.missed === true;
    case "mine": return isMine(shelved, me);
    case "waiting": return opened === null ? row.standing.waiting : waitsForReporter(opened);
    case "all": return true;
  }
}

/** The cases of a view: by due time where that is what is asked, else urgent ones first, then the newest. */
export function inView(view: View, shelf: Iterable<Shelved>, me: string, now: Date): Shelved[] {
  const rows = [...shelf].filter((shelved) => fits(view, shelved, me, now));
  const byDay = (a: Shelved, b: Shelved): number =>
    Number(b.row.urgent) - Number(a.row.urgent) || b.row.day.localeCompare(a.row.day) || a.row.case.localeCompare(b.row.case);
  if (view !== "today" && view !== "overdue") return rows.sort(byDay);
  const ends = new Map(rows.map((one) => [one, dueOf(one, now)?.at ?? 0]));
  return rows.sort((a, b) => (ends.get(a) ?? 0) - (ends.get(b) ?? 0) || byDay(a, b));
}

/** The first line of the account, cut for a list. */
export function titleOf(report: Report, limit = 60): string {
  const line = report.account.trim().split(/[\n。！？!?]|\.\s/u, 1)[0]?.trim() ?? "";
  const letters = [...line];
  return letters.length > limit ? `${letters.slice(0, limit - 1).join("")}…` : line;
}

/** Everything in a case that a search may look at. */
export function wordsOf(opened: OpenedCase): string {
  const said = opened.entries.map((entry) => [entry.payload["text"], names(entry.payload["attachments"])].join(" "));
  const report = opened.report;
  const told = report === null ? [] : [report.account, ...report.answers.map((answer) => String(answer.value)), names(report.attachments)];
  return [...told, ...said].join("\n");
}

function names(attachments: unknown): string {
  return Array.isArray(attachments) ? (attachments as Attachment[]).map((file) => file.name).join(" ") : "";
}

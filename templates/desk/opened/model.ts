/** What the desk shows, once opened and verified; these things live in memory only. */

import type { Attachment, Claims } from "../../../crypto/staff.js";
import type { Case, Clauses, StreamEntry as Told, Ruling } from "../../../casework/index.js";
import type { CaseRow, DueRow } from "../api.js";

export type { Attachment };

/** What became of an item when it was verified; only `ok` and `departed` are what they claim to be. */
export type EntryFault =
  | "ok" | "departed" | "forged" | "unsigned" | "replayed" | "out-of-order" | "missing"
  | "removed-signer" | "unreadable" | "former-key" | "excluded" | "successor";

export type Direction = "to-office" | "to-reporter" | "office-only";

export interface Entry {
  readonly dir: Direction;
  readonly seq: number;
  readonly hash: string;
  readonly mark: EntryFault;
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
  /** As the server gave it: only the very packet that stands on the page is signed or declined from there. */
  readonly packet: string;
  /** Empty where this member can't open it. */
  readonly holders: readonly string[];
  readonly added: readonly string[];
  readonly removed: readonly string[];
  /** Whom the change itself would keep out for good; for an outside holder, who knows no grant before, all who are. */
  readonly excluded: readonly string[];
  /** For an outside holder: who held the case by what stands in it, though the proposer does not say so. */
  readonly unnamed: readonly string[];
  /** Why it must not be signed here, in words; null when all of it holds. */
  readonly refused: string | null;
  /** True when this member would not be a reader any more, and so can't review it. */
  readonly leavesMe: boolean;
  /** Who but this member could give the second signature; for a member whom it removes, all who read the case but the proposer. */
  readonly signers: readonly string[];
  /** Who has declined it, by the signed record. */
  readonly declined: readonly string[];
  /** True for an outside holder who is asked: they hold no key of the case to compare it with. */
  readonly outside: boolean;
}

/** The type of the item, and the kind of the event, that bring the office's own key in the first epoch. */
export const OFFICE_KEY = "office-key";

export interface OpenedCase {
  readonly row: CaseRow;
  readonly report: Report | null;
  readonly entries: readonly Entry[];
  readonly events: readonly Happening[];
  readonly epoch: number;
  readonly holders: readonly string[];
  readonly excluded: readonly string[];
  /** The grant before the one in force, and who held it; null in the first epoch. */
  readonly former: { readonly grant: string; readonly holders: readonly string[] } | null;
  /** False when events or thread do not hold together, or the report can't be read; then nothing may be added to it. */
  readonly chainHolds: boolean;
  /** True when the reporter has seen more of ours than this browser was given. */
  readonly withheld: boolean;
  /** True when this browser has seen more of the signed record than the server shows now; then nothing may be added to it. */
  readonly shortened: boolean;
  /** True when the keys of earlier epochs are not there: what was written before the last change of keys can't be read. */
  readonly historyLost: boolean;
  /** True when the reporter has a new receipt that the case key does not know yet. */
  readonly renewalDue: boolean;
  /** False where what stands in the place of the office's own key can't be read: words for the office then need a change of keys. */
  readonly officeKey: boolean;
  /** Of the last change of readers: null where there was none or the reporter writes under its key; else whether a notice of it holds. */
  readonly told: boolean | null;
  readonly proposal: Proposed | null;
  /** The case under the rules of its policy; null where it has none, or nothing can be judged here. */
  readonly ruled: Ruled | null;
  /** How many entries the signed record names that the server did not deliver, and does not say why. */
  readonly unserved: number;
  /** How many of them could not be delivered, as the server says: nobody waits for them. */
  readonly undeliverable: number;
  /** Who has opened it, as each of them signed, and who was shown something else under this case. */
  readonly claims: Claims;
}

/** A case under its rules; `server` is what the server says of it, to be compared. */
export interface Ruled {
  readonly rules: Ruling["rules"];
  readonly office: Ruling["office"];
  readonly entries: readonly Told[];
  readonly found: Case;
  /** Other versions of the policy, to which a case may be moved on the record. */
  readonly others: readonly Ruling["rules"][];
  readonly server: { readonly stage: string; readonly dues: readonly DueRow[] };
  /** What the policy says beside its steps; nothing is judged by it. */
  readonly clauses?: Clauses | null;
  /** Who is in the office today: a policy names its people when it is published, and some leave since. */
  readonly isMember?: (member: string) => boolean;
}

/** A case on the shelf: opened, being opened, or refused with the reason. */
export interface DeskCase {
  readonly row: CaseRow;
  readonly opened: OpenedCase | null;
  readonly refused: string | null;
  /** Set where the server did not give the case: nothing is known to be wrong with it, and it is asked for again. */
  readonly missed?: boolean;
}

/** What the list says of a case, and its file too. */
export function rowOf(one: CaseRow): CaseRow {
  const { case: id, entity, policy, version, day, stage, epoch, urgent, taken_by, head, last, standing } = one;
  return { case: id, entity, policy, version, day, stage, epoch, urgent, taken_by, head, last, standing };
}

/** The same as text: equal where nothing of a case has changed. */
export function rowText(one: CaseRow): string {
  return JSON.stringify(rowOf(one));
}

/** A case under its newest row. What stands in the list stays in it until it is opened again, a case that could not be verified too. */
export function withRow(row: CaseRow, known: DeskCase | undefined): DeskCase {
  return { ...known, row, opened: known?.opened ?? null, refused: known?.refused ?? null };
}

/** What a status tells the reporter. */
export interface StatusText {
  readonly stage: string;
  readonly next: string | null;
  readonly due: string | null;
  readonly text: string;
}

/** What becomes of a paper: a letter that the reporter gets, a statement that was taken down, or a note of the office. */
export type PaperKind = "letter" | "witness" | "note";

/** Items that are what they claim to be. */
export function good(entry: Entry): boolean {
  return entry.mark === "ok" || entry.mark === "departed";
}

/** The first line of the account, cut for a list. */
export function titleOf(report: Report, limit = 60): string {
  const line = report.account.trim().split(/[\n。！？!?]|\.\s/u, 1)[0]?.trim() ?? "";
  const letters = [...line];
  return letters.length > limit ? `${letters.slice(0, limit - 1).join("")}…` : line;
}

/** The other cases on the desk, by title. */
export function othersOf(id: string, shelf: Iterable<DeskCase>): { readonly id: string; readonly title: string }[] {
  return [...shelf].flatMap((one) => (one.row.case !== id && one.opened?.report ? [{ id: one.row.case, title: titleOf(one.opened.report) }] : []));
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

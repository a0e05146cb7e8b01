/** Every act that a case can know, named by the event it leaves, and what each must bring (twin of `casework/rules/acts.py`). */

import rows from "./acts.json";
import { type Words, plain } from "../words.js";

export type Act = keyof typeof rows;
export const ACTS = Object.keys(rows) as readonly Act[];

/** Who can do an act at all. */
export type Party = "worker" | "member" | "reporter";
/** The sealed item that an act brings along. */
export type Item = "none" | "optional" | "to-reporter" | "office-only" | "to-office";
export const CODES = ["kind", "classification", "grade", "departments", "handler", "deputy", "clock", "until", "case", "authority", "member", "policy", "version", "destination", "asking"] as const;
/** A code that stands in clear beside an act. */
export type Attribute = (typeof CODES)[number];
export type Codes = { readonly [code in Attribute]?: string };

/** What an act is: who does it, what it brings, which codes it must and may carry. */
export interface Trait {
  readonly party: Party;
  readonly item: Item;
  readonly codes: readonly Attribute[];
  readonly may: readonly Attribute[];
  readonly masked: boolean;
}

/** As what kind of item the office keeps words. */
export type NoteKind = "note" | "finding" | "draft" | "witness";

/** A row of the table that both languages read: what it leaves out is as in `PLAIN`. */
interface Row extends Trait {
  readonly words: Words;
  readonly reasoned: boolean;
  readonly decides: boolean;
  readonly by_verdict: boolean;
  readonly note: NoteKind;
}

const PLAIN = {
  party: "member", item: "optional", codes: [], may: [], masked: false, reasoned: false, decides: false, by_verdict: false, note: "note",
} as const;
const TABLE = new Map(Object.entries(rows).map(([act, row]) => [act, { ...PLAIN, ...row } as Row]));

function rowOf(act: Act): Row {
  return TABLE.get(act) ?? { ...PLAIN, words: plain(act) };
}

/** What an act is. `decided` names no verdict: the verdict lies in its item. */
export function traitOf(act: Act): Trait {
  return rowOf(act);
}

/** Whether a word is the name of an act. */
export function isAct(word: unknown): word is Act {
  return TABLE.has(word as string);
}

/** Whether an act says nothing without a reason. */
export function isReasoned(act: Act): boolean {
  return rowOf(act).reasoned;
}

/** What an act is called. */
export function actWords(act: Act): Words {
  return rowOf(act).words;
}

/** Whether an act's words tell a verdict, and so go as a decision. */
export function isDeciding(act: Act): boolean {
  return rowOf(act).decides;
}

/** Whether an act ends a round by what the reporter said of it. */
export function isByVerdict(act: Act): boolean {
  return rowOf(act).by_verdict;
}

/** As what kind of item the office keeps the words of an act. */
export function noteKind(act: Act): NoteKind {
  return rowOf(act).note;
}

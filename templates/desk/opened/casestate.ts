/** Where a case stands, judged in this browser: folded from the signed stream, under the rules that it is pinned to. */

import {
  type Case, type CaseClock, type Difference, type StreamEntry, NotAHistory, type Refusal, type Ruling, type SealedCase, type SealedStep, caseClocks, checkSealed, foldSealed,
  history, isAct, meantBy, traitOf, verifiedEntries, workerDifferences,
} from "../../../casework/index.js";
import { BeyondCalendar } from "../../../casework/deadlines/days.js";
import type { ReadEvent } from "../../../crypto/staff.js";
import type { CaseFile } from "../api.js";
import { type Entry, type Happening, type OpenedCase, type Ruled, good } from "./model.js";
import type { Rulebook } from "../trusted/rulebook.js";

/** Folds the verified stream; null where the policy has no rules, or the stream is that of no case. */
export async function ruledCase(book: Rulebook, file: ServerView, entity: string, policy: string, events: readonly ReadEvent[]): Promise<Ruled | null> {
  const entries = entriesOf(events);
  return entries === null ? null : foldedCase(book, file, entity, policy, entries);
}

/** What the server says of a case, to be compared with what follows from its record. */
export type ServerView = Pick<CaseFile, "version" | "stage" | "dues">;

/** The same of a stream that was verified before. */
export async function foldedCase(book: Rulebook, file: ServerView, entity: string, policy: string, entries: readonly StreamEntry[]): Promise<Ruled | null> {
  const office = book.office(entity);
  const found = office === null ? null : foldOrNull(policy, file.version, entries);
  if (office === null || found === null || found.policy !== policy) return null;
  const rules = await book.rules(found.policy, found.version);
  if (rules === null) return null;
  const others = await book.others(found.policy, found.version);
  return { rules, office, entries, found, others, server: { stage: file.stage, dues: file.dues }, clauses: book.clauses(rules), isMember: (id) => book.isMember(id) };
}

function entriesOf(events: readonly ReadEvent[]): StreamEntry[] | null {
  try {
    return verifiedEntries(events);
  } catch (error) {
    if (error instanceof NotAHistory) return null;
    throw error;
  }
}

function foldOrNull(policy: string, version: string, told: readonly StreamEntry[]): Case | null {
  try {
    return history(policy, version, told);
  } catch (error) {
    if (error instanceof NotAHistory) return null;
    throw error;
  }
}

/** The case as it stood before an event of its record, and its rules then; null where nothing can be judged here. */
export function caseBefore({ rules, others, entries, found }: Ruled, n: number): { readonly rules: Ruled["rules"]; readonly found: Case } | null {
  const before = foldOrNull(found.policy, found.events[0]?.codes.version ?? found.version, entries.slice(0, n));
  const then = [rules, ...others].find(({ version }) => version === before?.version);
  return before === null || then === undefined ? null : { rules: then, found: before };
}

/** The rules of a case at a moment. */
export function rulingOf(ruled: Ruled, now: Date): Ruling {
  return { rules: ruled.rules, office: ruled.office, now: now.getTime(), ...(ruled.isMember && { isMember: ruled.isMember }) };
}

/** The clocks of a case at a moment; none where a date lies beyond every calendar. */
export function clocksAt(ruled: Ruled, now: Date): CaseClock[] {
  try {
    return caseClocks(ruled.rules, ruled.found, ruled.office, now.getTime());
  } catch (error) {
    if (error instanceof BeyondCalendar) return [];
    throw error;
  }
}

/** How what the server's worker wrote differs from what follows from the record; nothing where a date lies beyond every calendar. */
export function ruledDifferences(ruled: Ruled, now: Date): Difference[] {
  try {
    return workerDifferences(ruled.found.policy, ruled.found.version, ruled.entries, ruled.rules, ruled.office, now.getTime());
  } catch (error) {
    if (error instanceof BeyondCalendar) return [];
    throw error;
  }
}

/** Clocks that still run, stand still or have run out; in an ended case none. */
export function activeClocks(ruled: Ruled, now: Date): CaseClock[] {
  if (hasEnded(ruled)) return [];
  return clocksAt(ruled, now).filter(({ state }) => state !== null && ["running", "paused", "missed", "open", "promptly"].includes(state.status) && state.started !== null && state.stopped === null);
}

/** Whether the case stands in a stage that ends it. */
export function hasEnded({ rules, found }: Ruled): boolean {
  return rules.stages.find((one) => one.id === found.stage)?.end === true;
}

/** What the server reckons otherwise than this browser: clocks by id, and the stage under its own name. */
export function differs(ruled: Ruled, now: Date): { readonly stage: boolean; readonly clocks: readonly string[] } {
  const own = new Map(activeClocks(ruled, now).flatMap(({ clock, state }) => (state === null || state.status === "promptly" ? [] : [[clock.id, state.status === "paused" ? null : (state.due?.day ?? null)]])));
  const theirs = new Map(ruled.server.dues.map((one) => [one.clock, one.day]));
  const ids = [...new Set([...own.keys(), ...theirs.keys()])];
  return { stage: ruled.server.stage !== ruled.found.stage, clocks: ids.filter((id) => own.get(id) !== theirs.get(id)) };
}

/** A decision of the office as its item tells it, and why it does not fit, if it does not. */
export interface Decided {
  readonly n: number;
  readonly step: SealedStep;
  readonly refused: Refusal | null;
}

/** The rules by which a step was judged: those of now where the case was never moved to another version, or no others are known here. */
export function rulesAt(ruled: Ruled, n: number): Ruled["rules"] {
  const isMoved = ruled.found.events.some((event) => event.act === "migrated" && event.n > n && !ruled.found.uncounted.has(event.n));
  return (isMoved ? caseBefore(ruled, n)?.rules : null) ?? ruled.rules;
}

/** The sealed side of a case: what counts of it, and every step with what is wrong about it. */
export function sealedSide(ruled: Ruled, opened: OpenedCase): { readonly sealed: SealedCase; readonly steps: readonly Decided[] } {
  const counted: SealedStep[] = [];
  const steps: Decided[] = [];
  for (const event of opened.events) {
    const entry = event.item === null ? undefined : opened.entries.find((one) => one.hash === event.item && one.type === "decision");
    const step = entry === undefined ? null : stepOf(event, entry);
    if (step === null) continue;
    const to = event.data["to"];
    const refused = checkSealed(rulesAt(ruled, event.n), foldSealed(counted), step, typeof to === "string" ? to : null);
    if (refused === null && ruled.found.uncounted.has(event.n) === false) counted.push(step);
    steps.push({ n: event.n, step, refused });
  }
  return { sealed: foldSealed(counted), steps };
}

/** A decision counts only from anyone who signed the event, and only as the act that the event tells. */
function stepOf(event: Happening, entry: Entry): SealedStep | null {
  const { act, outcomes, measures, own_words: ownWords, reward } = entry.payload as { act: string; outcomes: string[]; measures: string[]; own_words: boolean; reward: string | null };
  if (!isAct(act) || !fitsKind(event, act) || entry.signer !== event.actor || event.actor === null) return null;
  const role = event.data["role"];
  return { act, by: event.actor, role: typeof role === "string" ? role : "", outcomes, measures, ownWords, reward };
}

function fitsKind(event: Happening, act: string): boolean {
  return isAct(act) && (traitOf(act).masked ? event.kind === "sealed" : event.kind === act);
}

/** True where a member put on the record what the reporter's message does not declare; of one that can't be opened nothing is known. */
export function misread(event: Happening, entries: readonly Entry[]): boolean {
  const entry = event.kind === "act-read" && event.wrong === null ? entries.find(({ hash }) => hash === event.item) : undefined;
  if (entry === undefined || entry.mark === "unreadable") return false;
  return !good(entry) || entry.type !== "act" || meantBy(entry.payload["act"]) !== event.data["act"];
}

/** True where the sealed item says another thing than the event beside it: another act, or another person. */
export function saysOtherwise(event: Happening, entry: Entry): boolean {
  if (event.actor === null || entry.signer === null) return false;
  if (event.kind !== "act-read" && event.kind !== "regrant-countersigned" && entry.signer !== event.actor) return true;
  const act = entry.payload["act"];
  if (entry.type === "decision") return !fitsKind(event, String(act));
  return entry.type === "notice" && isAct(event.kind) && event.kind !== act;
}

/** Where each recurring duty of the office stands, from its signed rules and from statements whose signatures hold; nothing else of the server counts. */

import { type DutyRules, type DutyState, type Office, type OfficeDuty, dutiesOf, dutyState, isTheirs, missedDays } from "../../../casework/index.js";
import { CryptoError, type SignedDutyDone, type VerifiedDirectory, readDutyDone } from "../../../crypto/staff.js";
import { utf8 } from "../../../crypto/framing.js";

/** Newest statements of one duty that are verified: each takes a phone some milliseconds. */
const MOST_VERIFIED = 64;

/** A policy in force, with the days of its office, since when its duties run, and which day it is there. */
export interface PolicyInForce {
  readonly rules: DutyRules;
  readonly office: Office | null;
  readonly entity: string;
  readonly since: string;
  readonly today: string;
}

/** A duty as the page shows it; `state` is null where the days of its office cannot be counted. `missed` counts from `from` on. */
export interface DutyView {
  readonly policy: PolicyInForce;
  readonly duty: OfficeDuty;
  readonly state: DutyState | null;
  readonly done: readonly SignedDutyDone[];
  readonly missed: number;
  readonly from: string;
  /** Whether the member who looks may sign for it. */
  readonly mine: boolean;
}

/** All duties, and how many statements do not count: `forged` of which the signature does not hold, `past` by people who hold the role no longer. */
export interface DutyStates {
  readonly duties: readonly DutyView[];
  readonly forged: number;
  readonly past: number;
}

/** Since when the duties of a policy run: the day that its rules name. Rules of before they named one always: since the office's longest-standing member; `issued` moves with each signing. */
export function runsSince({ effective }: DutyRules, { issued, members }: VerifiedDirectory["content"]): string {
  return effective ?? members.reduce((first, { from }) => (from < first ? from : first), issued);
}

/** What a line claims to be about; nothing of it is believed. */
interface Claimed {
  readonly line: string;
  readonly member: string;
  readonly policy: string;
  readonly duty: string;
  readonly day: string;
}

/** Where the duties of these policies stand, however the server orders the lines and whatever it adds. */
export function dutyStates(directory: VerifiedDirectory, policies: readonly PolicyInForce[], lines: readonly string[], me: string): DutyStates {
  const claimed = [...new Set(lines)].map(claimedBy);
  const counts = { forged: claimed.filter((one) => one === null).length, past: 0 };
  const known = claimed.filter((one) => one !== null).sort((a, b) => (a.day < b.day ? 1 : -1));
  const duties = policies.flatMap((policy) => dutiesOf(policy.rules).map((duty) => {
    const mine = known.filter((one) => one.policy === policy.rules.id && one.duty === duty.id && one.day >= policy.since && one.day <= policy.today);
    const looked = mine.slice(0, MOST_VERIFIED);
    const done = looked.map((one) => verified(directory, policy.rules, duty, one, counts)).filter((one) => one !== null);
    const from = mine.length > looked.length ? (looked.at(-1)?.day ?? policy.since) : policy.since;
    return { policy, duty, done, from, mine: isTheirs(policy.rules, duty, me), ...counted(policy, duty, done.map(({ day }) => day), from) };
  }));
  return { duties, ...counts };
}

function claimedBy(line: string): Claimed | null {
  try {
    const { statement, member } = JSON.parse(line) as { statement: string; member: string };
    const { policy, duty, day } = JSON.parse(statement) as Claimed;
    return [member, policy, duty, day].every((one) => typeof one === "string") ? { line, member, policy, duty, day } : null;
  } catch {
    return null;
  }
}

/** The statement of somebody whose duty it is; null for any other, which is counted. */
function verified(directory: VerifiedDirectory, rules: DutyRules, duty: OfficeDuty, { line, member }: Claimed, counts: { forged: number; past: number }): SignedDutyDone | null {
  // Anyone who left stands in the directory no longer, and so does their key.
  if (directory.member(member) === null) counts.past += 1;
  else {
    try {
      const found = readDutyDone(directory, utf8(line));
      if (isTheirs(rules, duty, found.member)) return found;
      counts.past += 1;
    } catch (error) {
      if (!(error instanceof CryptoError)) throw error;
      counts.forged += 1;
    }
  }
  return null;
}

function counted({ office, since, today }: PolicyInForce, duty: OfficeDuty, done: readonly string[], from: string): { state: DutyState | null; missed: number } {
  if (office === null) return { state: null, missed: 0 };
  try {
    return { state: dutyState(duty, since, done, office, today), missed: missedDays(duty, from, done, office, today).length };
  } catch {
    // Days before 1900 or after 2999.
    return { state: null, missed: 0 };
  }
}

const RANK: Readonly<Record<DutyState["status"], number>> = { overdue: 0, due: 1, done: 2, unbound: 3 };

/** What is late first, the longest first; then what is due, the next first. */
export function byUrgency(a: DutyView, b: DutyView): number {
  const rank = ({ state }: DutyView): number => (state === null ? 4 : RANK[state.status]);
  return rank(a) - rank(b) || (a.state?.due ?? "").localeCompare(b.state?.due ?? "");
}

/** Why a day cannot be signed for a duty; null where it can. */
export type DayFault = { readonly kind: "missing" } | { readonly kind: "ahead" } | { readonly kind: "before"; readonly day: string } | { readonly kind: "again"; readonly member: string };

export function dayFault({ policy, done }: DutyView, day: string): DayFault | null {
  if (day === "") return { kind: "missing" };
  if (day > policy.today) return { kind: "ahead" };
  if (day < policy.since) return { kind: "before", day: policy.since };
  const there = done.find((one) => one.day === day);
  return there === undefined ? null : { kind: "again", member: there.member };
}

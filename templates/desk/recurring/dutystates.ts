/** Where each recurring duty of the office stands, from its signed rules and from statements whose signatures hold; nothing else of the server counts. */

import { BeyondCalendar, type DutyRules, type DutyState, type Office, type OfficeDuty, StartRefused, dutiesOf, dutyState, isTheirs, missedDays } from "../../../casework/index.js";
import { CryptoError, type SignedDutyDone, type VerifiedDirectory, readDutyDone } from "../../../crypto/staff.js";
import { utf8 } from "../../../crypto/framing.js";

/** Newest statements of one duty that count, and lines that are verified to find them: each takes a phone some milliseconds. */
const MOST_COUNTED = 64;
const MOST_TRIED = 256;

/** A policy in force, with the days of its office, since when its duties run, and which day it is there. */
export interface PolicyInForce {
  readonly rules: DutyRules;
  readonly office: Office | null;
  readonly entity: string;
  readonly since: string;
  readonly today: string;
}

/**
 * A duty as the page shows it; `state` is null where the days of its office cannot be counted. `missed` counts from `from` on.
 * `done` was signed by members who may sign for it now, `past` by others: nobody can tell from signed documents who held
 * the role before. What they signed shows no duty as done; the days of it do not count as missed.
 */
export interface DutyView {
  readonly policy: PolicyInForce;
  readonly duty: OfficeDuty;
  readonly state: DutyState | null;
  readonly done: readonly SignedDutyDone[];
  readonly past: readonly SignedDutyDone[];
  readonly missed: number;
  readonly from: string;
  /** Whether the member who looks may sign for it. */
  readonly mine: boolean;
}

/** All duties, how many lines could not be verified (`forged`), and how many statements are by people who do not hold the role now (`past`). */
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

/** Where the duties of these policies stand, however the server orders the lines and whatever it adds; `own` leaves out those that this member may not sign for. */
export function dutyStates(directory: VerifiedDirectory, policies: readonly PolicyInForce[], lines: readonly string[], me: string, own = false): DutyStates {
  const claimed = [...new Set(lines)].map(claimedBy);
  const known = claimed.filter((one) => one !== null).sort((a, b) => (a.day < b.day ? 1 : -1));
  let forged = claimed.length - known.length;
  const duties = policies.flatMap((policy) => dutiesOf(policy.rules).filter((duty) => !own || isTheirs(policy.rules, duty, me)).map((duty) => {
    const named = known.filter((one) => one.policy === policy.rules.id && one.duty === duty.id && one.day >= policy.since && one.day <= policy.today);
    const theirs = (one: Claimed): boolean => isTheirs(policy.rules, duty, one.member);
    // Each apart: no line of anybody else takes the place of one that counts.
    const holders = newest(directory, named.filter(theirs));
    const others = newest(directory, named.filter((one) => !theirs(one)));
    forged += holders.forged + others.forged;
    const done = holders.found;
    const past = others.found.filter((one) => wasMember(directory, one));
    const from = holders.more ? (done.at(-1)?.day ?? policy.since) : policy.since;
    return { policy, duty, done, past, from, mine: isTheirs(policy.rules, duty, me), ...counted(policy, duty, done, past, from) };
  }));
  return { duties, forged, past: duties.reduce((sum, { past }) => sum + past.length, 0) };
}

/** The newest statements whose signature holds, one of each member and day. `more` where as many as count are older still: a line that does not hold takes nobody's place. */
function newest(directory: VerifiedDirectory, claimed: readonly Claimed[]): { found: SignedDutyDone[]; forged: number; more: boolean } {
  const found = new Map<string, SignedDutyDone>();
  let forged = 0;
  for (const one of claimed.slice(0, MOST_TRIED)) {
    const key = `${one.day} ${one.member}`;
    if (found.size === MOST_COUNTED) return { found: [...found.values()], forged, more: true };
    const signed = verified(directory, one.line);
    if (signed === null) forged += 1;
    else if (!found.has(key)) found.set(key, signed);
  }
  return { found: [...found.values()], forged, more: false };
}

/** Whether the signer was a member on the day of the statement. */
function wasMember(directory: VerifiedDirectory, { member, day }: SignedDutyDone): boolean {
  const known = directory.member(member);
  return known !== null && known.from <= day && day <= known.until;
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

/** A statement that a member of the office signed as it stands, present or former; null for any other. */
function verified(directory: VerifiedDirectory, line: string): SignedDutyDone | null {
  try {
    return readDutyDone(directory, utf8(line));
  } catch (error) {
    if (!(error instanceof CryptoError)) throw error;
    return null;
  }
}

function counted({ office, since, today }: PolicyInForce, duty: OfficeDuty, done: readonly SignedDutyDone[], past: readonly SignedDutyDone[], from: string): { state: DutyState | null; missed: number } {
  if (office === null) return { state: null, missed: 0 };
  const days = done.map(({ day }) => day);
  try {
    return { state: dutyState(duty, since, days, office, today), missed: missedDays(duty, from, [...days, ...past.map(({ day }) => day)], office, today).length };
  } catch (error) {
    if (!(error instanceof BeyondCalendar || error instanceof StartRefused)) throw error;
    return { state: null, missed: 0 };
  }
}

/** The newest of some statements; null where there is none. */
export function newestOf(statements: readonly SignedDutyDone[]): SignedDutyDone | null {
  return statements.reduce<SignedDutyDone | null>((last, one) => (last === null || one.day > last.day ? one : last), null);
}

const RANK: Readonly<Record<DutyState["status"], number>> = { overdue: 0, due: 1, done: 2, unbound: 3 };

/** What is late first, the longest first; then what is due, the next first. */
export function byUrgency(a: DutyView, b: DutyView): number {
  const rank = ({ state }: DutyView): number => (state === null ? 4 : RANK[state.status]);
  return rank(a) - rank(b) || (a.state?.due ?? "").localeCompare(b.state?.due ?? "");
}

/** What this member may sign for and is late or due today, the latest first. */
export function dutiesDue({ duties }: DutyStates): DutyView[] {
  return duties.filter(({ mine, state }) => mine && (state?.status === "overdue" || state?.status === "due")).sort(byUrgency);
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

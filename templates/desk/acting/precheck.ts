/** What a member wants to do in a case, and whether the twin lets it pass: before anything is sealed or sent. */

import {
  type Act, type Actor, type Codes, type Command, type Event, type Refusal, type SealedStep, aboveRoles, actorOf, allowed, checkEnd, checkGradeDuties, checkRecordRules, checkSealed,
  dayIn, decide, isByVerdict, isDeciding, migrate, minuteOf, refusal, traitOf, withStep,
} from "../../../casework/index.js";
import type { PayloadOf } from "../../../crypto/index.js";
import type { OpenedCase, Ruled } from "../opened/model.js";
import { rulingOf, sealedSide } from "../opened/casestate.js";
import { againstReporter, unheard } from "../opened/verdicts.js";

/** To whom the words of a step go. */
export type Audience = "reporter" | "office" | "nobody";

/** What a member has typed and ticked for one act. */
export interface ActDraft {
  readonly act: Act;
  readonly to: string | null;
  readonly codes: Codes;
  readonly audience: Audience;
  readonly text: string;
  readonly files: readonly File[];
  readonly outcomes: readonly string[];
  readonly measures: readonly string[];
  readonly ownWords: boolean;
  readonly reward: string | null;
  readonly next: string | null;
  readonly due: string | null;
  /** The words are the text of a publication, word for word. */
  readonly published?: boolean;
}

/** Nothing typed and nothing ticked. */
export const SILENT: Omit<ActDraft, "act"> = {
  to: null, codes: {}, audience: "nobody", text: "", files: [], outcomes: [], measures: [], ownWords: false, reward: null, next: null, due: null,
};

/** To whom the words of an act may go; the first is what is offered. */
export function audiencesOf(act: Act): readonly Audience[] {
  switch (traitOf(act).item) {
    case "none": return ["nobody"];
    case "to-reporter": return ["reporter"];
    case "office-only": return ["office"];
    case "to-office": return ["nobody"];
    case "optional": return ["nobody", "office", "reporter"];
  }
}

/** The policy refuses; nothing was sealed or sent. */
export class PolicyRefused extends Error {
  constructor(readonly refused: Refusal) {
    super(refused.reason);
  }
}

/** The event that a wish would leave in the case as it stands; `item` is the hash of what it brings. Throws `PolicyRefused`. */
export function attempt(ruled: Ruled, opened: OpenedCase, member: string, wish: ActDraft, now: Date, item: string | null): Event {
  const { rules, office, found } = ruled;
  const actor = actorFor(ruled, member, wish, now);
  const moment = needsMinute(ruled, wish.act) ? Math.floor(now.getTime() / 60_000) * 60_000 : null;
  const command: Command = { ...actor, act: wish.act, day: dayIn(office, now.getTime()), moment, to: wish.to, codes: wish.codes, item };
  const answer = judged(ruled, command);
  if ("reason" in answer) throw new PolicyRefused(answer);
  const unfit = checkRecordRules(rulingOf(ruled, now), found, answer) ?? (ruled.clauses == null ? null : checkGradeDuties(ruled.clauses, rules, found, answer, actor.roles));
  if (unfit !== null) throw new PolicyRefused({ ...unfit, allowed: allowed(rules, found, actor) });
  const { sealed } = sealedSide(ruled, opened);
  const step = isDeciding(wish.act) ? sealedStep(wish, member, answer) : null;
  const wrong = step === null ? null : checkSealed(rules, sealed, step, answer.to);
  const early = wrong ?? checkEnd(rules, step === null ? sealed : withStep(sealed, step), answer.to);
  const astray = early ?? (isByVerdict(wish.act) ? unheard(ruled, opened, now) ?? againstReporter(ruled, opened, answer.to) : null);
  if (astray !== null) throw new PolicyRefused({ ...astray, allowed: allowed(rules, found, actor) });
  return answer;
}

/** Whether the server would take a wish as it stands, words apart. */
export function mayDo(ruled: Ruled, opened: OpenedCase, member: string, wish: ActDraft, now: Date): boolean {
  try {
    attempt(ruled, opened, member, wish, now, "-");
    return true;
  } catch (error) {
    if (error instanceof PolicyRefused) return false;
    throw error;
  }
}

/** A move to another version is judged under both. */
function judged({ rules, found, others }: Ruled, command: Command): Event | Refusal {
  if (command.act !== "migrated") return decide(rules, found, command);
  const target = others.find((one) => one.version === command.codes.version);
  return target === undefined ? refusal("wrong-code", ["version"]) : migrate(rules, target, found, command);
}

/** The member in the roles to act in: of others only a role above them says that they step back, so that one where there is. */
function actorFor(ruled: Ruled, member: string, wish: ActDraft, now: Date): Actor {
  const actor = actorOf(rulingOf(ruled, now), ruled.found, member);
  const above = aboveRoles(ruled.rules).filter((role) => actor.roles.has(role));
  const others = wish.act === "recused" && wish.codes.member !== member;
  return others && above.length > 0 ? { ...actor, roles: new Set(above) } : actor;
}

function sealedStep(wish: ActDraft, member: string, event: Event): SealedStep {
  const { act, outcomes, measures, ownWords, reward } = wish;
  return { act, by: member, role: event.role ?? "", outcomes, measures, ownWords, reward };
}

/** Whether a clock of hours or minutes runs from this act, or stops with it: else the day is all that is told. */
function needsMinute({ rules }: Ruled, act: Act): boolean {
  return rules.clocks.some((clock) => {
    const limits = [clock.limit, ...clock.tiers.map((tier) => tier.limit)];
    const fine = limits.some((limit) => limit?.unit === "hours" || limit?.unit === "minutes");
    return fine && [...clock.start, ...clock.stop, ...clock.pauses, ...clock.resumes].includes(act);
  });
}

/** What the signed event names beside its item: role, stage, minute and codes. */
export function namesOf(event: Event): { readonly [name: string]: string } {
  const { role, to, moment, codes, item } = event;
  const named = { ...codes, role, to, at: moment === null ? null : minuteOf(moment), item };
  return Object.fromEntries(Object.entries(named).filter((pair): pair is [string, string] => typeof pair[1] === "string"));
}

/** The decision as it is sealed for the office. */
export function decisionOf(wish: ActDraft, attachments: PayloadOf<"decision">["attachments"]): PayloadOf<"decision"> {
  const act = wish.act as PayloadOf<"decision">["act"];
  return { act, text: wish.text, attachments, outcomes: [...wish.outcomes], measures: [...wish.measures], own_words: wish.ownWords, reward: wish.reward };
}

/** What a member may do in a case now, by the twin's word: what leads on, what belongs here, what is always there, and what is not yet. */

import { ANSWERS, type Act, type Actor, type ActRule, BY_TWO, type Refusal, type Stage, actorOf, actsIn, allowedRules, checkEnd, checkGradeDuties, dayIn, decide, declines, isExtendable, mayDo, openAskings, gradeDuties, isByVerdict, sealedHurdle, stageOf, traitOf, whyNotExtended } from "../../../casework/index.js";
import { rulingOf, sealedSide } from "../opened/casestate.js";
import type { OpenedCase, Ruled } from "../opened/model.js";
import { againstReporter, unheard } from "../opened/verdicts.js";

/** One act with the rules under which it may be done; `leads` are the stages to which they lead. */
export interface Choice {
  readonly act: Act;
  readonly rules: readonly ActRule[];
  readonly leads: readonly string[];
}

export interface Choices {
  /** Acts of the stage that lead to another one. */
  readonly onward: readonly Choice[];
  /** Acts of the stage that do not. */
  readonly here: readonly Choice[];
  /** What every stage knows. */
  readonly always: readonly Choice[];
  /** Acts of the stage that may not be done now, and why. */
  readonly barred: readonly { readonly act: Act; readonly refused: Refusal }[];
}

/** What is done once and stays done: where the policy lets it be done again, it stands with what is always there. */
const ONCE: ReadonlySet<Act> = new Set<Act>(["acknowledged"]);
/** Acts with buttons of their own, and what only other steps bring about; an export is recorded by what saves it. */
const ELSEWHERE: ReadonlySet<Act> = new Set<Act>(["taken", "replied", "noted", "regranted", "received", "sealed", "exported", "reassigned"]);
const NONE: Choices = { onward: [], here: [], always: [], barred: [] };

/** The choices of a member at a moment; none where the policy does not know the stage. What is decided under seal counts where the case is `opened`. */
export function choicesOf(ruled: Ruled, member: string, now: Date, opened: OpenedCase | null = null): Choices {
  const { rules, found } = ruled;
  const stage = stageOf(rules, found.stage);
  if (stage === null) return NONE;
  const actor = actorOf(rulingOf(ruled, now), found, member);
  const allowed = allowedRules(rules, found, actor).filter((rule) => shown(rule) && hasObject(rule.act, ruled, now) && !waitsAlready(rule.act, ruled, member));
  const masked = new Map([...sealedHurdles(ruled, actor, allowed, opened, now), ...gradeHurdles(ruled, actor.roles, allowed), ...verdictHurdles(ruled, allowed, opened, now)]);
  const may = allowed.filter(({ act }) => !masked.has(act));
  const own = new Set(stage.acts);
  const choices = [...new Set(may.map((rule) => rule.act))].map((act) => choiceOf(act, may));
  // What the grade asks for stands in the open until it was done, though it may be done at any time.
  const owed = new Set(ruled.clauses == null ? [] : gradeDuties(ruled.clauses, rules, found));
  const inStage = choices.filter((one) => (owed.has(one.act) || one.rules.some((rule) => own.has(rule))) && !isRepeated(one.act, ruled));
  const open = new Set(choices.map((one) => one.act));
  const barred = [...new Set([...stage.acts.filter(shown).map((rule) => rule.act), ...masked.keys()])].filter((act) => !open.has(act));
  // What leads back to where the case stands, as a question under P12 does, does not move it.
  const onward = inStage.filter((one) => one.leads.some((to) => to !== found.stage));
  return {
    onward, here: inStage.filter((one) => !onward.includes(one)),
    always: choices.filter((one) => !inStage.includes(one)), barred: barred.flatMap((act) => { const why = masked.get(act) ?? whyNot(ruled, actor, act, now); return why === null ? [] : [{ act, refused: why }]; }),
  };
}

/** Whether the step is one that is done once, and was done. */
export function isRepeated(act: Act, { found }: Ruled): boolean {
  return ONCE.has(act) && found.events.some((event) => event.act === act && !found.uncounted.has(event.n));
}

/** Whether the policy lets a member do an act now; without rules everything is open that needs none. */
export function allows(ruled: Ruled | null, act: Act, member: string, now: Date): boolean {
  return ruled === null || allowedRules(ruled.rules, ruled.found, actorOf(rulingOf(ruled, now), ruled.found, member)).some((rule) => rule.act === act);
}

/** Giving the case to a colleague, or back; null where this member can't now. */
export function reassigning(ruled: Ruled, member: string, now: Date): Choice | null {
  const may = allowedRules(ruled.rules, ruled.found, actorOf(rulingOf(ruled, now), ruled.found, member)).filter((rule) => rule.act === "reassigned");
  return may.length === 0 ? null : choiceOf("reassigned", may);
}

/** Whether there is another version to move to, a limit that may be extended, a hold to end, and none that is set or stops a deletion. */
function hasObject(act: Act, ruled: Ruled, now: Date): boolean {
  if (act === "migrated") return ruled.others.length > 0;
  if (act === "release-asked") return ruled.found.held;
  if (act === "held") return !ruled.found.held || mayBeReleased(ruled);
  if (act === "deletion-asked" || act === "deletion-approved") return !ruled.found.held;
  if (act !== "extended") return true;
  const ruling = rulingOf(ruled, now);
  return ruled.rules.clocks.some((clock) => clock.extension !== null && isExtendable(ruling, ruled.found, clock.id));
}

/** Whether somebody signed the end of the hold that stands here, which the server may count: then it can be set once more. */
function mayBeReleased({ found: { events, uncounted } }: Ruled): boolean {
  return events.findLast(({ act, n }) => (act === "released" ? uncounted.has(n) : act === "held" && !uncounted.has(n)))?.act === "released";
}

/** Whether this member has asked for it, and neither agreement nor a no has come since. */
function waitsAlready(act: Act, { rules, found, entries }: Ruled, member: string): boolean {
  const answer = [...BY_TWO].find((one) => ANSWERS[one] === act);
  // Who asked for an export may have to name another recipient.
  if (answer === undefined || act === "export-asked") return false;
  const asking = openAskings(found.events, found.uncounted, answer).find(({ by }) => by === member);
  if (asking === undefined || declines(rules, found, entries, answer, asking).length > 0) return false;
  // Somebody whom only the server may count has asked or answered behind it: there it may wait no more.
  return !found.events.some((event) => event.n > asking.n && found.uncounted.has(event.n) && (event.act === act || event.act === answer));
}

function shown(rule: ActRule): boolean {
  return traitOf(rule.act).party === "member" && !ELSEWHERE.has(rule.act);
}

function choiceOf(act: Act, may: readonly ActRule[]): Choice {
  const rules = may.filter((rule) => rule.act === act);
  return { act, rules, leads: [...new Set(rules.flatMap((rule) => rule.to))] };
}

/** Acts that would end the case before what its grade asks for was done. */
function gradeHurdles({ rules, found, clauses }: Ruled, roles: ReadonlySet<string>, may: readonly ActRule[]): ReadonlyMap<Act, Refusal> {
  if (clauses == null) return new Map();
  return new Map([...new Set(may.map(({ act }) => act))].flatMap((act) => {
    const refused = may.filter((rule) => rule.act === act).flatMap(({ to }) => to.length === 0 ? [null] : to.map((one) => checkGradeDuties(clauses, rules, found, { act, to: one }, roles)));
    const [first] = refused;
    return first != null && !refused.includes(null) ? [[act, first] as const] : [];
  }));
}

/** Acts that would end a round otherwise than the reporter said, before that is on the record, or before the visit that was agreed. */
function verdictHurdles(ruled: Ruled, may: readonly ActRule[], opened: OpenedCase | null, now: Date): ReadonlyMap<Act, Refusal> {
  const acts = [...new Set(may.map(({ act }) => act).filter(isByVerdict))];
  if (opened === null || acts.length === 0) return new Map();
  const waits = unheard(ruled, opened, now);
  return new Map(acts.flatMap((act) => {
    const { leads } = choiceOf(act, may);
    const against = (leads.length === 0 ? [null] : leads).map((to) => waits ?? againstReporter(ruled, opened, to));
    const [first] = against;
    return first != null && !against.includes(null) ? [[act, first] as const] : [];
  }));
}

/** Acts that the clear record lets pass and what stands under seal does not: nothing that this member could write in them would hold, or the case would end without what its verdict owes. */
function sealedHurdles(ruled: Ruled, actor: Actor, may: readonly ActRule[], opened: OpenedCase | null, now: Date): ReadonlyMap<Act, Refusal> {
  if (may.length === 0 || opened === null) return new Map();
  const { sealed } = sealedSide(ruled, opened);
  return new Map([...new Set(may.map(({ act }) => act))].flatMap((act) => {
    // What the verdict of until now owes bars no new one, which may owe nothing.
    if (VERDICTS.includes(act)) return [];
    if (!traitOf(act).masked) {
      const early = choiceOf(act, may).leads.map((to) => checkEnd(ruled.rules, sealed, to));
      return early.length > 0 && early.every((one) => one !== null) ? early.slice(0, 1).map((why) => [act, why as Refusal] as const) : [];
    }
    const event = decided(ruled, actor, act, now, "-");
    const why = "reason" in event ? event : sealedHurdle(ruled.rules, sealed, act, actor.by ?? "", event.role ?? "");
    return why === null ? [] : [[act, why] as const];
  }));
}

function decided({ rules, office, found }: Ruled, actor: Actor, act: Act, now: Date, item: string | null): ReturnType<typeof decide> {
  return decide(rules, found, { ...actor, act, day: dayIn(office, now.getTime()), moment: null, to: null, codes: {}, item });
}

function whyNot(ruled: Ruled, actor: Actor, act: Act, now: Date): Refusal | null {
  if (act === "extended" && !hasObject(act, ruled, now)) return whyNotExtended(rulingOf(ruled, now), ruled.found);
  const answer = decided(ruled, actor, act, now, null);
  return "reason" in answer ? answer : null;
}

/** What a verdict that is missing is brought about by. */
const VERDICTS: readonly Act[] = ["decided", "appeal-decided"];

/** Who does an act that must come first: the reporter, or roles of the policy. */
export interface DoneBy {
  readonly act: Act;
  readonly roles: readonly string[] | "reporter";
}

/** Of what must come first: each act, and the roles that do it at the grade of the case, in this stage or else in the stages that know it. What the reporter does is no role's. */
export function firstDoneBy({ rules, found }: Ruled, { reason, names }: Refusal): readonly DoneBy[] {
  const asked: readonly string[] = reason === "first" ? names : reason === "verdict-first" ? VERDICTS : reason === "measure-first" || reason === "measures-or-none" ? ["measure-set"] : [];
  const here = stageOf(rules, found.stage);
  return asked.flatMap((name): readonly DoneBy[] => {
    const act = name as Act;
    const rulesIn = (stage: Stage): (readonly [ActRule, Stage])[] => actsIn(rules, stage).filter((rule) => rule.act === act).map((rule) => [rule, stage]);
    const own = here === null ? [] : rulesIn(here);
    const everywhere = own.length > 0 ? own : rules.stages.flatMap(rulesIn);
    const graded = everywhere.filter(([{ grades }]) => grades.length === 0 || grades.includes(found.codes.grade ?? ""));
    // A step known only at other grades names its roles all the same: the grade may still change.
    const known = graded.length > 0 ? graded : everywhere;
    const { party } = traitOf(act);
    if (party === "reporter" && known.length > 0) return [{ act, roles: party }];
    const roles = party === "member" ? [...new Set(known.flatMap(([rule, stage]) => mayDo(rule, stage)))] : [];
    return roles.length === 0 ? [] : [{ act, roles }];
  });
}

/** What the sealed items of a case say together, and what only those can check who open them (twin of `casework/engine/sealed_steps.py`). */

import type { Act } from "../rules/acts.js";
import { type Refusal, refusal } from "./refusals.js";
import type { Outcome, Rules } from "../policy/document.js";

/** What one sealed item of the office decides; `ownWords`: a measure is described in words beside its code. */
export interface SealedStep {
  readonly act: Act;
  readonly by: string;
  readonly role: string;
  readonly outcomes: readonly string[];
  readonly measures: readonly string[];
  readonly ownWords: boolean;
  readonly reward: string | null;
}

/** The sealed side of a case: only somebody who opened its items can fold it. */
export interface SealedCase {
  readonly outcomes: readonly string[];
  readonly decidedBy: string | null;
  readonly measures: readonly string[];
  /** Whether measures, or that none is needed, were recorded since the last verdict. */
  readonly answered: boolean;
  /** The measures since the last decision on an appeal; null where there was none. */
  readonly sinceAppeal: readonly string[] | null;
  readonly rewards: readonly string[];
  readonly maliceProposedBy: string | null;
  readonly maliceApprovedBy: string | null;
  readonly cleared: boolean;
}

const NOTHING: SealedCase = { outcomes: [], decidedBy: null, measures: [], answered: false, sinceAppeal: null, rewards: [], maliceProposedBy: null, maliceApprovedBy: null, cleared: false };

/** The sealed side that the opened items give, in their order; a later decision replaces an earlier one. */
export function foldSealed(steps: readonly SealedStep[]): SealedCase {
  return steps.reduce(withStep, NOTHING);
}

/** The sealed side behind this step too. */
export function withStep(sealed: SealedCase, step: SealedStep): SealedCase {
  switch (step.act) {
    case "decided": return { ...sealed, outcomes: step.outcomes, decidedBy: step.by, answered: false };
    case "appeal-decided": return { ...sealed, outcomes: step.outcomes, decidedBy: step.by, answered: false, sinceAppeal: [] };
    case "measure-set": return { ...sealed, measures: [...sealed.measures, ...step.measures], answered: true, sinceAppeal: sealed.sinceAppeal === null ? null : [...sealed.sinceAppeal, ...step.measures] };
    case "rewarded": return step.reward === null ? sealed : { ...sealed, rewards: [...sealed.rewards, step.reward] };
    case "malice-proposed": return { ...sealed, maliceProposedBy: step.by, maliceApprovedBy: null };
    case "malice-approved": return { ...sealed, maliceApprovedBy: step.by };
    case "cleared": return { ...sealed, cleared: true };
    default: return sealed;
  }
}

/** Why a sealed step does not fit the policy and what was decided before; `to` is the next stage picked in clear. */
export function checkSealed(rules: Rules, sealed: SealedCase, step: SealedStep, to: string | null = null): Refusal | null {
  switch (step.act) {
    case "decided":
    case "appeal-decided": return verdict(rules, step, to);
    case "measure-set": return measures(rules, sealed, step);
    case "compensated": return borneOut(rules, sealed) ? null : refusal("not-upheld");
    case "rewarded": return reward(rules, sealed, step);
    case "malice-proposed":
    case "malice-approved": return malice(rules, sealed, step);
    case "cleared": return sealed.outcomes.length > 0 ? null : refusal("verdict-first");
    default: return null;
  }
}

/** What stands in the way of a sealed act of this member, whatever it would say: no measure and no reward of the policy would pass; null where one would. */
export function sealedHurdle(rules: Rules, sealed: SealedCase, act: Act, by: string, role: string): Refusal | null {
  const blank: SealedStep = { act, by, role, outcomes: [], measures: [], ownWords: false, reward: null };
  const [first = null, ...others] = sayable(rules, blank).map((step) => checkSealed(rules, sealed, step));
  return others.includes(null) ? null : first;
}

/**
 * Why a step may not lead to this stage: the case ends there, and what must stand behind its verdict does not. That is each measure
 * that the verdict owes and, where any verdict could owe one, a record of the measures or that none is needed: it is asked behind
 * every verdict alike, so that it does not tell which one it was.
 */
export function checkEnd(rules: Rules, sealed: SealedCase, to: string | null): Refusal | null {
  if (rules.stages.find((one) => one.id === to)?.end !== true) return null;
  const left = missing(rules, sealed);
  if (left.length > 0) return refusal("measure-first", left);
  return asksMeasures(rules, sealed) && !sealed.answered ? refusal("measures-or-none") : null;
}

/** Whether measures, or that none is needed, must be recorded behind the verdict that stands, whatever it is. */
export function asksMeasures({ outcomes }: Rules, sealed: SealedCase): boolean {
  const afterAppeal = sealed.sinceAppeal !== null && outcomes.some((one) => one.owes_after_appeal.length > 0);
  return sealed.outcomes.length > 0 && (afterAppeal || outcomes.some(({ owes }) => owes.length > 0));
}

/** Whether it may be recorded now that no measure is needed. */
export function noneNeeded(rules: Rules, sealed: SealedCase): boolean {
  return noMeasure(rules, sealed) === null;
}

/** The measures that the verdict owes and nobody has recorded. */
function missing(rules: Rules, sealed: SealedCase): string[] {
  const found = outcomesOf(rules, sealed.outcomes);
  const since = sealed.sinceAppeal;
  return [...new Set([
    ...found.flatMap(({ owes }) => owes).filter((one) => !sealed.measures.includes(one)),
    ...(since === null ? [] : found.flatMap((one) => one.owes_after_appeal).filter((one) => !since.includes(one))),
  ])];
}

/** Everything that a step could say, one thing at a time; of a verdict nothing is asked before it is there. */
function sayable(rules: Rules, blank: SealedStep): SealedStep[] {
  switch (blank.act) {
    case "decided":
    case "appeal-decided": return [];
    case "measure-set": return [...rules.measures.map(({ id }) => ({ ...blank, measures: [id] })), blank];
    case "rewarded": return rules.rewards.map(({ on }) => ({ ...blank, reward: on }));
    default: return [blank];
  }
}

function outcomesOf(rules: Rules, ids: readonly string[]): Outcome[] {
  return rules.outcomes.filter((one) => ids.includes(one.id));
}

/** Whether what was decided upholds the report, wholly or in part. */
export function borneOut(rules: Rules, sealed: SealedCase): boolean {
  return outcomesOf(rules, sealed.outcomes).some((one) => one.of === "facts" && (one.upholds === "yes" || one.upholds === "partly"));
}

/** Whether the verdict that stands found the report true, and in no part untrue. */
function upheld(rules: Rules, sealed: SealedCase): boolean {
  return outcomesOf(rules, sealed.outcomes).some((one) => one.of === "facts" && one.upholds === "yes");
}

/** Whether the facts were judged, and found not to bear the report out. */
export function isUnfounded(rules: Rules, sealed: Pick<SealedCase, "outcomes">): boolean {
  const facts = outcomesOf(rules, sealed.outcomes).filter((one) => one.of === "facts");
  return facts.length > 0 && facts.every((one) => one.upholds === "no");
}

/** The stages to which all these outcomes may lead, in the order of their names. */
export function leadsOf(rules: Rules, ids: readonly string[]): string[] {
  const [first, ...others] = outcomesOf(rules, ids);
  return (first?.to ?? []).filter((stage) => others.every((one) => one.to.includes(stage))).sort();
}

/** One outcome on the facts, one more on acceptance where the policy has such, and a stage that both allow. */
function verdict(rules: Rules, step: SealedStep, to: string | null): Refusal | null {
  const found = outcomesOf(rules, step.outcomes);
  const judged = new Set(found.map((one) => one.of));
  if (found.length !== step.outcomes.length || found.length === 0 || judged.size !== found.length) return refusal("no-such-outcome", step.outcomes);
  const leads = leadsOf(rules, step.outcomes);
  return to !== null && !leads.includes(to) ? refusal("another-stage", leads) : null;
}

/**
 * Known measures, own words only where the list is open; on people only what the verdict bears. Where the
 * policy punishes malice, a measure that meets the reporter rests on approved malice, on no verdict. A step
 * without measures says that none is needed.
 */
function measures(rules: Rules, sealed: SealedCase, step: SealedStep): Refusal | null {
  if (step.measures.length === 0 && !step.ownWords) return noMeasure(rules, sealed);
  const known = new Map(rules.measures.map((one) => [one.id, one]));
  const strange = step.measures.filter((one) => !known.has(one));
  if (strange.length > 0 || step.measures.length === 0) return refusal("no-such-measure", strange);
  if (step.ownWords && !step.measures.some((one) => known.get(one)?.open === true)) return refusal("no-such-measure", step.measures);
  if (sealed.outcomes.length === 0) return refusal("verdict-first");
  const againstReporter = rules.malice !== null && step.measures.some((one) => known.get(one)?.on === "reporter");
  if (againstReporter) return againstTheReporter(rules, sealed);
  const onPeople = step.measures.some((one) => known.get(one)?.on !== "organisation");
  return onPeople && !borneOut(rules, sealed) ? refusal("not-upheld") : null;
}

/** On approved malice alone; an approval falls with a later verdict that upholds the report. */
function againstTheReporter(rules: Rules, sealed: SealedCase): Refusal | null {
  if (upheld(rules, sealed)) return refusal("upheld");
  return sealed.maliceApprovedBy === null ? refusal("first", ["malice-approved"]) : null;
}

/** That none is needed is said where the policy asks for it, behind a verdict, and where none is owed any more. */
function noMeasure(rules: Rules, sealed: SealedCase): Refusal | null {
  if (!rules.outcomes.some((one) => one.owes.length + one.owes_after_appeal.length > 0)) return refusal("no-such-measure");
  if (sealed.outcomes.length === 0) return refusal("verdict-first");
  if (!asksMeasures(rules, sealed)) return refusal("no-such-measure");
  const left = missing(rules, sealed);
  return left.length > 0 ? refusal("measure-first", left) : null;
}

function reward(rules: Rules, sealed: SealedCase, step: SealedStep): Refusal | null {
  if (!rules.rewards.some((one) => one.on === step.reward)) return refusal("no-such-reward", [step.reward ?? ""]);
  if (sealed.outcomes.length === 0) return refusal("verdict-first");
  return step.reward === "true-report" && !borneOut(rules, sealed) ? refusal("not-upheld") : null;
}

/**
 * Never from a verdict: proposed by one, approved in another role by somebody who did not decide the case. A report that was
 * found true is not malicious, whatever moved the person who made it.
 */
function malice(rules: Rules, sealed: SealedCase, step: SealedStep): Refusal | null {
  if (rules.malice === null) return refusal("no-malice-rule");
  if (sealed.outcomes.length === 0) return refusal("verdict-first");
  if (upheld(rules, sealed)) return refusal("upheld");
  if (step.act === "malice-proposed") return null;
  if (sealed.maliceProposedBy === null) return refusal("first", ["malice-proposed"]);
  if (step.by === sealed.maliceProposedBy || step.by === sealed.decidedBy) return refusal("same-person", ["malice-proposed", "decided"]);
  return step.role === rules.malice.approved_by ? null : refusal("wrong-role", [rules.malice.approved_by]);
}

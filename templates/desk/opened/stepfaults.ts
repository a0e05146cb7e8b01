/** Steps under which every signature holds and which are not what they claim: an item of another kind, no words, or another outcome than was decided. */

import { type Refusal, checkEnd, foldSealed, isAct, isDeciding, isWrongType, saysNothing, tellsOtherwise, traitOf } from "../../../casework/index.js";
import { type Sentence, msg } from "../../shared/strings.js";
import { rulesAt, saysOtherwise, sealedSide } from "./casestate.js";
import { endedAgainst } from "./verdicts.js";
import { type Entry, type Happening, type OpenedCase, type Ruled, good } from "./model.js";

export type StepFault = "type" | "blank" | "outcome";

export const STEP_FAULTS: Readonly<Record<StepFault, Sentence>> = {
  type: msg("What was written with this step is not what belongs to it. The case has moved on by it all the same; no promise counts as kept by it. Do not rely on it."),
  blank: msg("Nothing was written with this step. The case has moved on by it all the same; no promise counts as kept by it. Do not rely on it."),
  outcome: msg("This tells the reporter another outcome or measure than was decided. Speak with the other readers, and tell the reporter what was decided."),
};

/** What is wrong with the item of a step; null where nothing is, where there is none, or it can't be relied on anyway. */
export function stepFault(event: Happening, entry: Entry | null | undefined, { ruled, ...opened }: OpenedCase): StepFault | null {
  if (entry == null || entry.type === null || !good(entry) || event.wrong !== null || event.actor === null || !isAct(event.kind)) return null;
  const { text, attachments } = entry.payload as { text?: unknown; attachments?: readonly unknown[] };
  if (ruled !== null && isWrongType(event.kind, entry.type, entry.dir === "to-reporter")) return "type";
  if (typeof text === "string" && saysNothing(entry.type, text, (attachments?.length ?? 0) > 0)) return "blank";
  return ruled !== null && entry.type === "notice" && disclosesOther(event, entry, ruled, { ruled, ...opened }) ? "outcome" : null;
}

function disclosesOther(event: Happening, entry: Entry, ruled: Ruled, opened: OpenedCase): boolean {
  const { outcomes, measures } = disclosed(entry);
  if (outcomes.length + measures.length === 0 || isHiddenBefore(event, opened)) return false;
  const before = sealedSide(ruled, opened).steps.filter((one) => one.n < event.n && one.refused === null && !ruled.found.uncounted.has(one.n));
  return tellsOtherwise(foldSealed(before.map(({ step }) => step)), outcomes, measures);
}

function disclosed({ payload }: Entry): { readonly outcomes: readonly string[]; readonly measures: readonly string[] } {
  const { outcomes = [], measures = [] } = payload as { outcomes?: readonly string[]; measures?: readonly string[] };
  return { outcomes, measures };
}

/** Whether a decision before this step can't be opened here. What is marked is no decision and hides none: anybody may sign such a one. */
function isHiddenBefore({ n }: Happening, { events, entries }: OpenedCase): boolean {
  return events.some((event) => event.n < n && event.wrong === null && isAct(event.kind) && (isDeciding(event.kind) || event.kind === "sealed") && !entries.some((one) => one.hash === event.item && good(one)));
}

/** Whether a notice tells an outcome or measure that nobody can compare here with what was decided. */
export function isUncompared(event: Happening, entry: Entry | null, opened: OpenedCase): boolean {
  if (opened.ruled === null || entry?.type !== "notice" || !good(entry) || event.wrong !== null) return false;
  const { outcomes, measures } = disclosed(entry);
  return outcomes.length + measures.length > 0 && isHiddenBefore(event, opened);
}

/** Why a member should not have ended the case by this step: its verdict owed a measure that nobody had recorded, or nobody had recorded whether one is needed. Null too where one may stand in what can't be opened here. */
export function endedEarly(event: Happening, opened: OpenedCase): Refusal | null {
  const { ruled } = opened;
  const to = event.data["to"];
  const isMembers = isAct(event.kind) && traitOf(event.kind).party === "member";
  if (ruled === null || event.wrong !== null || !isMembers || ruled.found.uncounted.has(event.n) || typeof to !== "string") return null;
  const rules = rulesAt(ruled, event.n);
  if (rules.stages.find(({ id }) => id === to)?.end !== true || isHiddenBefore({ ...event, n: event.n + 1 }, opened)) return null;
  return checkEnd(rules, sealedSide(ruled, { ...opened, events: opened.events.filter(({ n }) => n <= event.n) }).sealed, to);
}

/** The steps whose item, though it opens and verifies, says something else than the record, or that do not fit the policy. */
export function faultySteps(opened: OpenedCase): readonly (readonly [Happening, StepFault | null])[] {
  const unfit = new Set(opened.ruled === null ? [] : sealedSide(opened.ruled, opened).steps.flatMap(({ n, refused }) => (refused === null ? [] : [n])));
  return opened.events.flatMap((event) => {
    const entry = event.item === null || event.wrong !== null ? undefined : opened.entries.find((one) => one.hash === event.item && good(one));
    const fault = stepFault(event, entry, opened);
    const isFaulty = endedEarly(event, opened) !== null || endedAgainst(event, opened) !== null || (entry !== undefined && (fault !== null || unfit.has(event.n) || (entry.type !== null && saysOtherwise(event, entry))));
    return isFaulty ? [[event, fault] as const] : [];
  });
}

/** Whether the reporter was told another outcome or measure than was decided. */
export function disclosedAnother(opened: OpenedCase): boolean {
  return faultySteps(opened).some(([, fault]) => fault === "outcome");
}

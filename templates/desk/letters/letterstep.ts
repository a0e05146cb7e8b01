/** Which step of the policy a letter to the reporter is, and what the case has decided that the letter says. */

import { pageLanguage } from "../../shared/strings.js";
import { type Act, LETTERS, type LetterField, type LetterTemplate, type Rules, letterSaid, lettersFields, sinceEntry } from "../../../casework/index.js";
import { SILENT, mayDo } from "../acting/precheck.js";
import { sealedSide } from "../opened/casestate.js";
import type { OpenedCase } from "../opened/model.js";

const STEPS: Readonly<Record<string, Act>> = { acceptance: "accepted", refusal: "refused", request: "information-asked", result: "notified" };

/** Whether there is a letter that takes this step. */
export function hasLetter(act: Act): boolean {
  return Object.values(STEPS).includes(act);
}

/** A step of the policy that a letter takes. */
export interface LetterStep {
  readonly act: Act;
  /** What of the decision the reporter is told with it. */
  readonly outcomes: readonly string[];
  /** It was taken in this stage already: once more only where somebody says so. */
  readonly again: boolean;
}

/** The step that sending the letter takes; null where it is none, or the policy does not allow it now or leaves a choice of where it leads. */
export function stepOf(letter: string, opened: OpenedCase, me: string, now: Date): LetterStep | null {
  const act = STEPS[letter];
  if (act === undefined || opened.ruled === null) return null;
  if (!mayDo(opened.ruled, opened, me, { ...SILENT, act, audience: "reporter" }, now)) return null;
  const again = act !== "information-asked" && sinceEntry(opened.ruled.found).some((event) => event.act === act);
  return { act, outcomes: act === "notified" ? decidedIn(opened).outcome : [], again };
}

/** What the policy asks its result letter to state, as ids of the letter's fields. */
export function statedIn(ruled: OpenedCase["ruled"]): readonly string[] {
  return [...new Set((ruled?.clauses?.duties ?? []).flatMap((one) => one.result_states))];
}

/** The same as the letter's labels in the language of the page. */
export function resultStates(ruled: OpenedCase["ruled"]): readonly string[] {
  const { fields = [] } = LETTERS.find(({ id }) => id === "result") ?? {};
  return fields.filter(({ id }) => statedIn(ruled).includes(id)).map(({ label }) => letterSaid(label, pageLanguage()));
}

/** What a result letter says of a review. */
const REVIEW: readonly string[] = ["limit", "body"];

/** Letters that tell of a step; an office whose policy has no such step would promise what it does not know. */
const TOLD_OF: Readonly<Record<string, Act>> = { acceptance: "accepted", refusal: "refused", extension: "extended", "appeal-decision": "appeal-decided" };

const knows = ({ anywhere, stages, without }: Rules, wanted: Act): boolean => !without.includes(wanted) && [...anywhere, ...stages.flatMap(({ acts }) => acts)].some(({ act }) => act === wanted);

/** The letters that the case's policy has a use for; all where its rules can't be read. */
export function lettersFor(ruled: OpenedCase["ruled"]): readonly LetterTemplate[] {
  return ruled === null ? LETTERS : LETTERS.filter(({ id }) => TOLD_OF[id] === undefined || knows(ruled.rules, TOLD_OF[id]));
}

/** The fields of a letter, with what the policy asks it to state; of a review the result says nothing where the policy has none: nobody is offered what the mailbox then lacks. */
export function fieldsOf(template: LetterTemplate, { ruled }: OpenedCase): readonly LetterField[] {
  const rules = ruled?.rules;
  const fields = lettersFields(template, statedIn(ruled));
  const hasReview = rules === undefined || knows(rules, "appealed");
  return template.id !== "result" || hasReview ? fields : fields.filter((one) => !REVIEW.includes(one.id));
}

/** The letter that the case waits for: a step on its way to the end before a question that may always be asked. */
export function dueLetter(opened: OpenedCase, me: string, now: Date): string | null {
  return ["result", "acceptance"].find((letter) => stepOf(letter, opened, me, now)?.again === false) ?? null;
}

/** What was decided, as ids of the policy. */
export function decidedIn(opened: OpenedCase): { readonly outcome: readonly string[]; readonly measures: readonly string[] } {
  if (opened.ruled === null) return { outcome: [], measures: [] };
  const { outcomes, measures } = sealedSide(opened.ruled, opened).sealed;
  return { outcome: outcomes, measures: [...new Set(measures)] };
}

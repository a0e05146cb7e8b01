/** Whether the sealed item beside a step is the one that an honest program seals for it (twin of `casework/engine/step_items.py`). */

import { type Act, isDeciding, noteKind } from "../rules/acts.js";
import { type Rules, actsIn, stageOf } from "../policy/document.js";
import { type Refusal, refusal } from "./refusals.js";
import type { SealedCase } from "./sealedsteps.js";

/** Items that are words, or files, and nothing else. */
const WORDED: ReadonlySet<string> = new Set(["reply", "letter", "note", "finding", "draft", "witness", "publication"]);
/** What a reply to the reporter may be; every other act that writes to them goes as a notice. */
const TO_REPORTER: ReadonlySet<string> = new Set(["reply", "letter", "status", "unsealing", "notice"]);
/** What nobody sees: white space, controls, and what only shapes or joins other characters. */
const NO_WORDS =
  /^[\u0000-\u0020\u007f-\u00a0\u00ad\u034f\u061c\u115f\u1160\u1680\u17b4\u17b5\u180b-\u180f\u2000-\u200f\u2028-\u202f\u205f-\u206f\u2800\u3000\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\u{1bca0}-\u{1bca3}\u{1d173}-\u{1d17a}\u{e0000}-\u{e0fff}]*$/u;

/** Whether no honest program seals an item of this type beside the act. */
export function isWrongType(act: Act, type: string, toReporter: boolean): boolean {
  if (isDeciding(act) || act === "sealed") return type !== "decision";
  if (act === "regranted") return false;
  if (toReporter) return act === "replied" ? !TO_REPORTER.has(type) : type !== "notice";
  if (act === "noted") return type === "decision";
  return ![noteKind(act), "note", "publication"].includes(type);
}

/** Whether an item that is words alone has none: what nobody sees is no answer. */
export function saysNothing(type: string, text: string, files: boolean): boolean {
  return WORDED.has(type) && !files && NO_WORDS.test(text);
}

/** Whether a notice names an outcome or a measure that was not decided; `sealed` is what stood before it. */
export function tellsOtherwise(sealed: SealedCase, outcomes: readonly string[], measures: readonly string[]): boolean {
  return !outcomes.every((one) => sealed.outcomes.includes(one)) || !measures.every((one) => sealed.measures.includes(one));
}

/** Why a notice of this act may not go out from this stage: the text has it name a day, and it names none. */
export function checkDay(rules: Rules, stage: string, act: Act, day: string | null): Refusal | null {
  const here = stageOf(rules, stage);
  const asks = here !== null && actsIn(rules, here).some((rule) => rule.act === act && rule.by_when);
  return asks && !day ? refusal("day-first", [act]) : null;
}

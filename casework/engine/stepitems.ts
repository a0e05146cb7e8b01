/** Whether the sealed item beside a step is the one that an honest program seals for it (twin of `casework/engine/step_items.py`). */

import { type Act, isDeciding, noteKind } from "../rules/acts.js";
import type { SealedCase } from "./sealedsteps.js";

/** Items that are words, or files, and nothing else. */
const WORDED: ReadonlySet<string> = new Set(["reply", "letter", "note", "finding", "draft", "witness", "publication"]);
/** What a reply to the reporter may be; every other act that writes to them goes as a notice. */
const TO_REPORTER: ReadonlySet<string> = new Set(["reply", "letter", "status", "unsealing", "notice"]);

/** Whether no honest program seals an item of this type beside the act. */
export function isWrongType(act: Act, type: string, toReporter: boolean): boolean {
  if (isDeciding(act) || act === "sealed") return type !== "decision";
  if (act === "regranted") return false;
  if (toReporter) return act === "replied" ? !TO_REPORTER.has(type) : type !== "notice";
  if (act === "noted") return type === "decision";
  return ![noteKind(act), "note", "publication"].includes(type);
}

/** Whether an item that is words alone has none: blanks are no answer. */
export function saysNothing(type: string, text: string, files: boolean): boolean {
  return WORDED.has(type) && !files && text.trim() === "";
}

/** Whether a notice names an outcome or a measure that was not decided; `sealed` is what stood before it. */
export function tellsOtherwise(sealed: SealedCase, outcomes: readonly string[], measures: readonly string[]): boolean {
  return !outcomes.every((one) => sealed.outcomes.includes(one)) || !measures.every((one) => sealed.measures.includes(one));
}

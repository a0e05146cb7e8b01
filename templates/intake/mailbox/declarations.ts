/** What a reporter may declare, in words. */

import type { Declaration } from "../../../crypto/index.js";
import { type Sentence, msg, t } from "../../shared/strings.js";

interface DeclarationWords {
  readonly label: Sentence;
  readonly hint: Sentence;
  /** Whether it says nothing without words. */
  readonly words?: boolean;
}

export const DECLARATION_WORDS: Readonly<Record<Declaration, DeclarationWords>> = {
  confirm: { label: msg("I confirm the findings"), hint: msg("You say that what the notice holds is right. You may add something.") },
  contest: { label: msg("I contest the findings"), hint: msg("Say what is wrong or missing. A few sentences are enough; you need not prove it."), words: true },
  agree: { label: msg("I agree to the proposed solution"), hint: msg("You may add something.") },
  refuse: { label: msg("I do not agree to the proposed solution"), hint: msg("Say what should be different. A few sentences are enough.") },
  supply: { label: msg("I add what the office asked for"), hint: msg("Write it here. Pictures and files go with the message field further down: send them first."), words: true },
  seen: { label: msg("I have read this notice"), hint: msg("It says that the notice has reached you, not that you agree.") },
  appeal: { label: msg("I appeal and ask for a review"), hint: msg("Say what should be looked at again. A few sentences are enough."), words: true },
  withdraw: { label: msg("I withdraw my report"), hint: msg("What you have reported is not erased, and the office may have to go on with it. You need not give a reason.") },
  satisfied: { label: msg("I am satisfied with the result"), hint: msg("You may add something.") },
  unsatisfied: { label: msg("I am not satisfied with the result"), hint: msg("Say what is missing. A few sentences are enough.") },
};

/** What an act is called. */
export function actLabel(act: Declaration): string {
  return t(DECLARATION_WORDS[act].label);
}

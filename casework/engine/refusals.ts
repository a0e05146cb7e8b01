/** Why the engine refuses a command, as a code and as a sentence in both languages (twin of `casework/engine/refusals.py`). */

import type { Act } from "../rules/acts.js";
import sentences from "./refusals.json";
import type { Words } from "../words.js";

export type RefusalReason = keyof typeof sentences;
export const REASONS = Object.keys(sentences) as RefusalReason[];

/** Why a command is refused, what it is about, and what would be allowed instead. */
export interface Refusal {
  readonly reason: RefusalReason;
  readonly names: readonly string[];
  readonly allowed: readonly Act[];
}

export function refusal(reason: RefusalReason, names: readonly string[] = []): Refusal {
  return { reason, names, allowed: [] };
}

/** The sentence; `name` turns an id of the policy into its own word. */
export function refusalWords(refused: Refusal, name: (id: string) => Words = (id) => ({ zh: id, en: id })): Words {
  const names = refused.names.map(name);
  const { zh, en, ...more }: Words & Readonly<Record<string, string>> = sentences[refused.reason];
  const further = Object.entries(more).map(([tag, text]) => [tag, text.replaceAll("{names}", names.map((one) => tag in one ? (one as unknown as typeof more)[tag] : one.en).join(", "))]);
  return {
    ...(Object.fromEntries(further) as object),
    zh: zh.replaceAll("{names}", names.map((one) => one.zh).join("、")),
    en: en.replaceAll("{names}", names.map((one) => one.en).join(", ")),
  };
}

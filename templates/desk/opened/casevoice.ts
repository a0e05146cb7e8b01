/** Of which case the desk speaks, in the words of its policy. */

import { inLanguage } from "../../shared/officetext.js";
import { type Voice, speakAs } from "../../shared/strings.js";
import { voiceOf } from "../../shared/voices.js";
import type { OfficeWords } from "../context.js";
import type { DeskCase, OpenedCase } from "./model.js";
import { textOf } from "../trusted/policy.js";

/** Of which kind a case is: as a member set it, else by its category. */
export function kindOf(ruled: OpenedCase["ruled"], report: OpenedCase["report"]): string | undefined {
  return ruled?.found.codes.kind ?? ruled?.rules.categories.find(({ id }) => id === report?.category)?.kind ?? undefined;
}

/** The voice of a case; where it is not opened its policy's title says it. */
function ofCase({ row, opened }: DeskCase, words: OfficeWords): Voice | null {
  const title = textOf(words.policies, row)?.title;
  const ruled = opened?.ruled ?? null;
  return voiceOf(ruled?.rules ?? null, kindOf(ruled, opened?.report ?? null), title === undefined ? "" : inLanguage(title));
}

/** From now on the desk speaks of this case, or of no one in particular. */
export function speakOf(shelved: DeskCase | undefined, words: OfficeWords): void {
  speakAs(shelved === undefined ? null : ofCase(shelved, words));
}

/** Draws something about this case, or about none, and goes back to what is spoken of. */
export function speakingOf<T>(shelved: DeskCase | undefined, words: OfficeWords, draw: () => T): T {
  return speakingAs(shelved === undefined ? null : ofCase(shelved, words), draw);
}

/** Draws something in this voice, and goes back to the one before. */
export function speakingAs<T>(voice: Voice | null, draw: () => T): T {
  const before = speakAs(voice);
  try {
    return draw();
  } finally {
    speakAs(before);
  }
}

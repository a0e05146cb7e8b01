/** What a policy says of itself to those who report, in its own words: where it holds, and what is promised by which day at the latest. */

import { sayAmount } from "./amounts.js";
import { type Child, h } from "./dom.js";
import { around, blank, listedTexts, officeText } from "./officetext.js";
import type { PolicyPage } from "./questionnaire.js";
import { t } from "./strings.js";

/** What a page needs to know of a policy for it. */
export type Promising = Pick<PolicyPage, "promises" | "says">;
export type Promised = keyof PolicyPage["promises"];

const WORDS = { acknowledge_days: "acknowledge", first_answer_days: "first_answer", result_days: "result" } as const;
export const PROMISED = Object.keys(WORDS) as readonly Promised[];

/** What is promised, in the policy's own words; null on a page of an older release. */
export function promiseText({ says }: Promising, promise: Promised): Child {
  return says === null ? null : officeText(says[WORDS[promise]]);
}

/** Each promise in its own words, with the days where there are some; null where a page of an older release has no words. */
export function promiseLines({ promises, says }: Promising): HTMLElement[] | null {
  if (says === null) return null;
  return PROMISED.map((one) => {
    const [days, said] = [promises[one], officeText(says[WORDS[one]])];
    const words = days === null ? said : around(t("{promise} (at the latest {limit} after receipt)", { promise: blank("promise"), limit: sayAmount(days, "day") }), { promise: said });
    return h("li", { "data-test": `promise-${one}` }, words);
  });
}

/** For which companies, departments and people a policy holds, where its text says so. */
export function scopeText({ applies }: Pick<PolicyPage, "applies">): Child {
  return applies.length > 0 && around(t("It applies to: {whom}", { whom: blank("whom") }), { whom: listedTexts(applies.map(officeText)) });
}

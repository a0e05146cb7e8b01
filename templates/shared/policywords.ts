/** What an office promises under a policy, in words; the days beside it are those by which it must be so at the latest. */

import { sayAmount } from "./amounts.js";
import { type Child, h } from "./dom.js";
import { around, blank, officeText } from "./officetext.js";
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

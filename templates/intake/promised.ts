/** By when a reporter hears back, as far as it is known before anybody has said what it is about. */

import { sayAmount } from "../shared/amounts.js";
import { type Child, h } from "../shared/dom.js";
import { officeText } from "../shared/officetext.js";
import { type Promised, promiseLines, scopeText } from "../shared/policywords.js";
import type { PolicyPage } from "../shared/questionnaire.js";
import { t } from "../shared/strings.js";

/** A limit that holds whatever it is about, or its least and its most; null where some matter promises none. */
export function limitOf(policies: readonly PolicyPage[], promise: Promised): string | null {
  const days = policies.flatMap(({ promises }) => promises[promise] ?? []);
  if (days.length === 0 || days.length < policies.length) return null;
  const [least, most] = [Math.min(...days), Math.max(...days)];
  return least === most ? sayAmount(most, "day") : t("{least} to {most}, depending on what it is about", { least, most: sayAmount(most, "day") });
}

/** Where one policy holds, how a report is handled under it, and what is promised. */
export function ownPromises(policy: PolicyPage): Child {
  const scope = scopeText(policy);
  return [scope && h("p", { "data-test": "own-scope" }, scope), h("p", { "data-test": "own-protection" }, policy.says && officeText(policy.says.protection)), h("ul", {}, promiseLines(policy) ?? [])];
}

/** Before anybody has said what it is about: what holds for every matter, and where it differs, how far. */
export function promises(policies: readonly PolicyPage[]): Child {
  const exact = h("p", { class: "hint" }, t("When you have sent it, you see the exact days."));
  const [one, ...others] = policies;
  if (one?.says && others.length === 0) return [ownPromises(one), exact];
  const line = (promise: Promised, sentence: (limit: string) => string): Child => {
    const limit = limitOf(policies, promise);
    return limit !== null && h("li", { "data-test": `promise-${promise}` }, sentence(limit));
  };
  const lines = [
    line("acknowledge_days", (limit) => t("Confirmation that it arrived within {limit}", { limit })),
    line("first_answer_days", (limit) => t("A first answer within {limit}", { limit })),
    line("result_days", (limit) => t("The result within {limit}", { limit })),
  ];
  return [lines.some((found) => found !== false) && h("ul", {}, lines), exact,
    policies.some(({ says }) => says !== null) && h("p", { class: "hint" }, t("Once you choose what it is about, you see how it is handled, and what is promised."))];
}

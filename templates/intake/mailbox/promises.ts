/** What the first page promised, in a mailbox with its dates: the same days by which the desk turns red. */

import type { ThreadEntry } from "../../../crypto/index.js";
import { h } from "../../shared/dom.js";
import { isKeyNotice } from "../../shared/keynotice.js";
import { PROMISED, type Promised, promiseText } from "../../shared/policywords.js";
import { type Sentence, msg, sayDay, t } from "../../shared/strings.js";
import { daysLater } from "../office.js";
import type { View } from "../sending/opened.js";
import { isBorneOut } from "./notices.js";

const SAID: Readonly<Record<Promised, Sentence>> = {
  acknowledge_days: msg("Confirmation of receipt by {day}"),
  first_answer_days: msg("A first answer by {day}"),
  result_days: msg("The result by {day}"),
};

/** Whether anything verified came from the office; that keys were changed is no word to the reporter. */
export function hasWritten(entries: readonly ThreadEntry[]): boolean {
  return entries.some(({ mark, content }) => mark === null && content !== null && content.type !== "epoch");
}

const ANSWERS = ["replied", "procedure-told", "progress-told", "accepted", "refused", "contacted", "contacted-on-site", "findings-shown", "plan-told", "notified"];
/** By which notices a promise is kept, as at the desk (`casework/policy/promises.py`): a question to the reporter keeps none. */
const KEPT: Readonly<Record<Promised, ReadonlySet<string>>> = {
  acknowledge_days: new Set(["acknowledged", "slip-issued", "content-confirmed", ...ANSWERS]),
  first_answer_days: new Set([...ANSWERS]),
  result_days: new Set(["notified", "refused"]),
};

/** Which acts keep a promise: those that the policy's own text names, else the usual ones; any message is an answer. */
function keepers(view: View, promised: Promised): ReadonlySet<string> {
  const own = view.office.policies.get(view.mailbox.policy)?.kept_by.find(({ id }) => `${id.replace("-", "_")}_days` === promised);
  return own === undefined ? KEPT[promised] : new Set(own.acts);
}

/** That a key may be in other hands says nothing of the matter. */
function isAboutKeys({ content }: ThreadEntry): boolean {
  return content?.type === "reply" && isKeyNotice((content.payload as { text: string }).text);
}

/** What is still owed, and nothing once the result was given. A message is an answer, a notice what its act is; what can't be relied on keeps nothing. */
export function promisedStill(view: View): readonly Promised[] {
  const written = view.mailbox.entries.filter((entry) => isBorneOut(view, entry, "reply", "letter", "status", "notice") && !isAboutKeys(entry)).map(({ content }) => (content?.payload as { act?: string }).act ?? "replied");
  const isKept = (one: Promised): boolean => written.some((act) => keepers(view, one).has(act));
  return isKept("result_days") ? [] : PROMISED.filter((one) => !isKept(one));
}

/** The promises that are still open; null where there are none. */
export function promisedBlock(view: View): HTMLElement | null {
  const policy = view.office.policies.get(view.mailbox.policy);
  if (policy === undefined) return null;
  const rows = promisedStill(view).flatMap((one) => {
    const days = policy.promises[one];
    if (days === null) return [];
    const [day, said] = [sayDay(daysLater(view.mailbox.started, days)), promiseText(policy, one)];
    return [h("li", { "data-promise": one }, said === null ? t(SAID[one], { day }) : [h("strong", {}, t("By {day}", { day })), " ", said])];
  });
  return rows.length === 0 ? null : h("div", { "data-test": "promises" }, h("p", {}, t("The office promises:")), h("ul", {}, rows));
}

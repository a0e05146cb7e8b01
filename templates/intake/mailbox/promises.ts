/** What the first page promised, in a mailbox with its dates: the same days by which the desk turns red. */

import type { ThreadEntry } from "../../../crypto/index.js";
import { h } from "../../shared/dom.js";
import { type Sentence, msg, sayDay, t } from "../../shared/strings.js";
import { daysLater } from "../office.js";
import type { View } from "../sending/opened.js";
import { isBorneOut } from "./notices.js";

type Promised = "acknowledge_days" | "first_answer_days" | "result_days";
const SAID: Readonly<Record<Promised, Sentence>> = {
  acknowledge_days: msg("Confirmation of receipt by {day}"),
  first_answer_days: msg("A first answer by {day}"),
  result_days: msg("The result by {day}"),
};

/** Whether anything verified came from the office; that keys were changed is no word to the reporter. */
export function hasWritten(entries: readonly ThreadEntry[]): boolean {
  return entries.some(({ mark, content }) => mark === null && content !== null && content.type !== "epoch");
}

/** What is still owed: nothing but the result once the office has written, and nothing once the result was told. */
function promisedStill(view: View): readonly Promised[] {
  const told = view.mailbox.entries.some((entry) => isBorneOut(view, entry, "notice") && (entry.content?.payload as { act?: string }).act === "notified");
  if (told) return [];
  return hasWritten(view.mailbox.entries) ? ["result_days"] : ["acknowledge_days", "first_answer_days", "result_days"];
}

/** The promises that are still open; null where there are none. */
export function promisedBlock(view: View): HTMLElement | null {
  const promises = view.office.policies.get(view.mailbox.policy)?.promises;
  if (promises === undefined) return null;
  const rows = promisedStill(view).flatMap((one) => {
    const days = promises[one];
    return days === null ? [] : [h("li", { "data-promise": one }, t(SAID[one], { day: sayDay(daysLater(view.mailbox.started, days)) }))];
  });
  return rows.length === 0 ? null : h("div", { "data-test": "promises" }, h("p", {}, t("The office promises:")), h("ul", {}, rows));
}

/** Whether the page of a case would look otherwise than when it was drawn, and what was just done in it. */

import { around } from "../merging/followers.js";
import type { DeskCase } from "../opened/model.js";
import type { CaseListState } from "../queue/caselist.js";
import { activeClocks } from "../opened/casestate.js";
import { ask } from "../../shared/confirmdialog.js";
import { announce } from "../../shared/dom.js";
import { t } from "../../shared/strings.js";
import { isAlarm, wordsFor } from "../context.js";
import { byId, fill, h } from "../ui.js";

/** What decides it: the case's own record, its limits by the calendar of now, and the cases around it. */
export function renderKey(shelved: DeskCase | undefined, { shelf, me, now }: CaseListState): string {
  if (shelved === undefined) return "";
  const { row, opened, refused } = shelved;
  const clocks = opened === null || opened.ruled === null ? [] : activeClocks(opened.ruled, now());
  const { followers, hasCandidates } = around(row.case, shelf.values(), me, now());
  return JSON.stringify([
    row, refused, opened && [opened.entries.length, opened.events.length, opened.epoch, opened.chainHolds, opened.withheld, opened.shortened, opened.historyLost, opened.unserved, opened.undeliverable],
    clocks.map(({ clock, state }) => [clock.id, state?.due?.day, state?.due?.missing.length]),
    followers.map((one) => [one.id, one.opened.events.length]), hasCandidates,
  ]);
}

const takeButton = (): HTMLElement | null => document.querySelector("#take-case:not([aria-disabled])");

/** Takes the case where the page offers it, after asking: what is signed does not follow from one key. */
export async function pressTake(): Promise<void> {
  const button = takeButton();
  // The button asks by itself where a colleague handles the case.
  if (button === null || button.dataset["over"] !== undefined) return button?.click();
  if (await ask(t("Take this case? This is signed with your name, and your colleagues see it."), { yes: t("Take the case") })) takeButton()?.click();
}

/** What the button does in a case that colleagues handle: takes it over, once that was agreed to and the page still offers it. */
export async function takeOver(people: string, take: () => void): Promise<void> {
  const question = t("This case is handled by {people}. Take it over? This is signed with your name, and your colleagues see it.", { people });
  const whose = takeButton()?.dataset["case"];
  const agreed = await ask(question, { yes: t("Take it over") });
  const still = takeButton()?.dataset;
  if (agreed && still?.["over"] === people && still["case"] === whose) take();
}

/** Above the page, until it is closed. */
export function showAlarm(error: unknown): void {
  fill(byId("alarm"), h("div", { class: "notice notice-alarm", "data-test": "alarm" },
    h("p", {}, isAlarm(error) ? h("strong", {}, `${t("Stopped.")} `) : null, wordsFor(error)),
    h("button", { type: "button", class: "quiet", onclick: () => fill(byId("alarm")) }, t("Close this notice"))));
}

/** Says what was just done: in the case, while that case is open, until its page is drawn again; beside the list where it is not. */
export function sayDone(words: string, isOpen: boolean): void {
  const place = isOpen ? document.getElementById("case-done") : null;
  fill(byId("notice"), place === null ? words : "");
  if (place === null || words === "") return;
  fill(place, h("p", { class: "notice notice-good" }, h("span", { "aria-hidden": "true" }, "✓ "), words));
  announce(words);
}

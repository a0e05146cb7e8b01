/** The promises to the reporter that were kept, and when: what is answered leaves what is due, and stays to be seen. */

import type { CaseClock } from "../../../casework/index.js";
import { t } from "../../shared/strings.js";
import { officeText } from "../../shared/officetext.js";
import type { OfficeWords } from "../context.js";
import { type Child, h } from "../ui.js";
import { clocksAt } from "./casestate.js";
import type { OpenedCase } from "./model.js";

const PROMISE = "promise-";

/** One line for each; several are folded behind one. Null where none was kept yet. */
export function fulfilledPromises({ ruled, row }: OpenedCase, words: OfficeWords, now: Date): Child {
  if (ruled === null) return null;
  const kept = clocksAt(ruled, now).filter(({ clock, state }) => clock.id.startsWith(PROMISE) && typeof state?.stopped === "string");
  const lines = kept.map((one) => fulfilledLine(one, words, row.entity));
  if (lines.length === 0) return null;
  const list = h("ul", { class: "kept" }, lines);
  const late = kept.filter(({ state }) => state?.status === "late").length;
  const summary = late === 0 ? t("Promises kept: {count}", { count: kept.length }) : t("Promises kept: {count}, of which late: {late}", { count: kept.length, late });
  return kept.length === 1 ? list : h("details", { "data-test": "promises-kept" }, h("summary", {}, summary), list);
}

function fulfilledLine({ clock, state }: CaseClock, words: OfficeWords, entity: string): Child {
  const stopped = state?.stopped ?? "";
  const day = words.day(stopped, entity);
  const done = state?.status === "late" ? t("kept late, on {day}", { day }) : t("kept on {day}", { day });
  return h("li", { "data-test": "promise-kept", "data-clock": clock.id, "data-day": stopped }, h("span", { class: "due-what" }, officeText(clock.name)), h("span", { class: "soft" }, done));
}

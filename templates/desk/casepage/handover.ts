/** The note with which a colleague gave the case to this member: above everything else, until they do something in it. */

import { around, blank } from "../../shared/officetext.js";
import { t } from "../../shared/strings.js";
import type { OfficeWords } from "../context.js";
import { givenStep } from "../opened/handlers.js";
import { type OpenedCase, good } from "../opened/model.js";
import { type Child, h } from "../ui.js";

/** Null where nobody gave it, or this member has acted since. */
export function handoverNote(opened: OpenedCase, words: OfficeWords, me: string): Child {
  const given = givenStep(me, { row: opened.row, opened });
  if (given === null) return null;
  const item = opened.events.find(({ n }) => n === given.n)?.item ?? null;
  const text = opened.entries.find((entry) => entry.hash === item && good(entry))?.payload["text"];
  const without = item === null || text === "" ? t("No note was left.") : t("The note could not be read: it is missing or was altered.");
  return h("div", { class: "notice stack-small", "data-test": "handover-note" },
    h("p", {}, h("strong", {}, around(t("Assigned to you by {person} on {day}", { person: blank("person"), day: words.day(given.day, opened.row.entity) }), { person: words.named(given.by) }))),
    typeof text === "string" && text !== "" ? h("p", { class: "said" }, text) : h("p", { class: "hint" }, without));
}

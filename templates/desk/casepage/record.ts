/** The signed record of a case, entry by entry, with what is wrong marked. */

import { counted } from "../../shared/counted.js";
import { msg, t } from "../../shared/strings.js";
import { kindTitle } from "../acting/eventwords.js";
import { WRONGS, entryRow } from "./eventrow.js";
import type { Happening, OpenedCase } from "../opened/model.js";
import type { OfficeWords } from "../context.js";
import { h } from "../ui.js";

const SHOWN_OF_HASH = 12;
const COLUMNS = 6;

/** The record as a table that is folded away: it proves the story, the story is above. */
export function recordSection(opened: OpenedCase, words: OfficeWords): HTMLElement {
  const rows = opened.events.map((event) => entryRow(event, () => recordRow(event, opened, words), (said) => h("tr", { class: "is-wrong" }, h("td", { colspan: COLUMNS }, h("strong", { class: "wrong", "data-test": "undrawn" }, said)))));
  const heads = [t("No."), t("Kind"), t("Day"), t("By"), t("Chain"), t("Verified?")];
  return h("details", { class: "record", "data-test": "record" }, h("summary", {}, counted(msg("Record of this case ({count} entry)"), msg("Record of this case ({count} entries)"), opened.events.length)),
    h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": t("Record of this case") },
      h("table", {}, h("thead", {}, h("tr", {}, heads.map((head) => h("th", { scope: "col" }, head)))), h("tbody", {}, rows))),
    h("p", { class: "hint" }, t("Entries by people are signed by them. System entries are not signed and never count as anyone's act.")));
}

function recordRow(event: Happening, opened: OpenedCase, words: OfficeWords): HTMLElement {
  return h("tr", { class: event.wrong === null ? "" : "is-wrong" },
    h("td", {}, event.n), h("td", { "data-test": "record-kind" }, kindTitle(event, opened)),
    h("td", {}, h("time", { datetime: event.day }, words.day(event.day, opened.row.entity))),
    h("td", {}, event.actor === null ? t("system") : words.named(event.actor)),
    h("td", { class: "mono" }, event.hash.slice(0, SHOWN_OF_HASH)),
    h("td", {}, event.wrong === null ? t("valid") : h("strong", { class: "wrong" }, t(WRONGS[event.wrong] ?? msg("unreadable")))));
}

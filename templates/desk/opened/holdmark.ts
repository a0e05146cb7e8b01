/** That nothing of a case may be destroyed, said where its head and its row are read. */

import { around, blank } from "../../shared/officetext.js";
import { t } from "../../shared/strings.js";
import type { OfficeWords } from "../context.js";
import { type Child, h } from "../ui.js";
import type { OpenedCase } from "./model.js";

/** The mark beside the title; null where the case is under no legal hold. */
export function holdMark({ ruled }: Pick<OpenedCase, "ruled">): Child {
  return ruled?.found.held === true ? h("strong", { class: "hold", "data-test": "hold-mark" }, t("Legal hold")) : null;
}

/** Who set the hold, and when. */
export function holdLine({ ruled, row }: Pick<OpenedCase, "ruled" | "row">, words: OfficeWords): Child {
  const set = ruled?.found.held === true ? ruled.found.events.findLast(({ act, n }) => act === "held" && !ruled.found.uncounted.has(n)) : undefined;
  if (set === undefined) return null;
  return h("span", { "data-test": "hold-since" }, around(t("Legal hold since {day}, set by {person}", { day: words.day(set.day, row.entity), person: blank("person") }), { person: words.named(set.by) }));
}

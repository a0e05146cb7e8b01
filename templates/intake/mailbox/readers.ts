/** What the office's list of today says of those who can read a report: whether they still stand in it, and whether one alone can change them. */

import type { VerifiedDirectory } from "../../../crypto/index.js";
import { outsideIds } from "../../../crypto/office/holders.js";
import { h } from "../../shared/dom.js";
import { inLanguage } from "../../shared/officetext.js";
import { t } from "../../shared/strings.js";
import type { View } from "../sending/opened.js";

/**
 * Whether fewer than half of those who can read a report have a place for its entity in the list of today. When they lost it, and
 * whether all at once, a page that keeps no lists can't know.
 */
export function mostAreGone(directory: VerifiedDirectory, holders: readonly string[], entity: string): boolean {
  const { content } = directory;
  const rows = content.holders.filter((row) => row.entity === entity).flatMap(({ members }) => members);
  const placed = new Set([...rows, ...outsideIds(directory, entity), ...content.oversight]);
  const there = holders.filter((id) => placed.has(id) && directory.validMember(id) !== null);
  return there.length * 2 < holders.length;
}

/** Stands under the names of those who can read it. */
export function circleLines({ office: { directory }, mailbox }: View): (HTMLElement | null)[] {
  const entity = directory.content.entities.find((one) => one.id === mailbox.entity);
  const gone = entity !== undefined && mostAreGone(directory, mailbox.holders, mailbox.entity);
  return [
    directory.content.regrant_threshold === 1 ? h("p", { class: "small soft", "data-test": "one-alone" },
      mailbox.holders.length === 1 ? t("This person can let in others from the office's list; you will see the names here.") : t("Each of these readers can add others from the office's list, or remove somebody; you will see the names here."),
      mailbox.excluded.length > 0 && h("span", {}, " ", t("The office's programs let in nobody you left out."))) : null,
    gone ? h("div", { class: "notice notice-care stack-small", role: "alert", "data-test": "most-gone" },
      h("p", {}, t("Most of the people who can read your report are no longer on the office's list for {entity}. If you do not know why, contact the office in another way before you write.", { entity: inLanguage(entity.name) })),
      h("p", {}, inLanguage(entity.roads))) : null,
  ];
}

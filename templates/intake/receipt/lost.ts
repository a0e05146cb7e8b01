/** What to do without the receipt: the same words where it is shown and where it is asked for. */

import { h } from "../../shared/dom.js";
import { t } from "../../shared/strings.js";

function folded(...lines: string[]): HTMLElement {
  return h("details", { class: "card no-print", "data-test": "lost" },
    h("summary", { "data-test": "lost-open" }, t("What if I lose the receipt?")),
    h("ul", { class: "stack-small" }, lines.map((line) => h("li", {}, line))));
}

/** Of a report that was sent; `draft` is what to say where it may be one that was not. */
export function lostReceipt(...draft: readonly string[]): HTMLElement {
  return folded(
    t("Nobody can restore it: it is kept nowhere, not at the office either."),
    ...draft,
    t("Your case still goes ahead. Only the office's answers and questions no longer reach you."),
    t("To get back in touch, make a new report. Say that you reported before, roughly when, and what it was about: the office can then handle both together."),
    t("If you find the receipt later, it works as before, until the office has deleted the case."),
    t("If somebody else may have found it, say so in the new report: with it they can read a draft or the answers, and write as if they were you."));
}

/** Of something that nobody but its owner can open yet. */
export function lostUnsent(): HTMLElement {
  return folded(
    t("Nobody can restore it: it is kept nowhere, not at the office either."),
    t("What you wrote can't be opened without it: make the report again. While the draft is kept, anyone who finds the receipt can read it."));
}

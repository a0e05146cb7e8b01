/** The reporter's new receipt, and a notice of a change of readers that the reporter may not have read: what they mean, and what to do. */

import { t } from "../../shared/strings.js";
import type { CaseActions } from "../actions.js";
import type { OpenedCase } from "../opened/model.js";
import { hasProposed } from "../opened/waiting.js";
import type { OfficeWords } from "../context.js";
import { type Child, h } from "../ui.js";

/** The notice; a change is shown only when the old and the new signature both hold. */
export function renewal(opened: OpenedCase, words: OfficeWords, act: CaseActions): Child {
  if (!opened.renewalDue || !opened.chainHolds || hasProposed(opened, words, act.me)) return null;
  return h("div", { class: "notice notice-care", "data-test": "renewal" },
    h("p", {}, h("strong", {}, t("The reporter now uses a new receipt.")), " ", t("The change is signed with both the old and the new receipt. Replies already go only to the new one. To lock out the old one for good, give the case a new key.")),
    h("button", { type: "button", "data-test": "renew", onclick: act.renew }, t("Give the case a new key")));
}

/** Offered beside the readers until the reporter writes under the key in force; on top of the page where no notice of it `holds`. */
export function readerNotice({ told, chainHolds }: OpenedCase, act: CaseActions, holds: boolean): Child {
  if (told !== holds || !chainHolds) return null;
  const words = told
    ? t("The reporter was told of the last change of readers and has not written since. If you doubt that the notice can be read, send it again.")
    : t("The reporter has no notice of the last change of readers: none is valid, the reporter could not read it, or it went to a receipt that has since been replaced. The reporter cannot read what you write. Send the notice again.");
  return h("div", { class: told ? "" : "notice notice-care", "data-test": "telling", "data-told": String(told) },
    h("p", {}, words), h("button", { type: "button", "data-test": "tell-again", onclick: act.resendNotice }, t("Tell the reporter again")));
}

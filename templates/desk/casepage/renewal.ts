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
    h("p", {}, h("strong", {}, t("The reporter has taken a new receipt.")), " ", t("It is signed with the old and with the new one. Answers already go to the new receipt only; to shut out the old one for good, give the case a new key.")),
    h("button", { type: "button", "data-test": "renew", onclick: act.renew }, t("Give the case a new key")));
}

/** Offered until the reporter writes under the key in force; said aloud where no notice of it holds. */
export function telling({ told, chainHolds }: OpenedCase, act: CaseActions): Child {
  if (told === null || !chainHolds) return null;
  const words = told
    ? t("The reporter has not written since the last change of readers. If you doubt that the notice of it can be read, send it again.")
    : t("No notice of the last change of readers reaches the reporter: none holds, they could not read it, or it went to a receipt that was given up since. The reporter cannot read what you write. Send it again.");
  return h("div", { class: told ? "" : "notice notice-care", "data-test": "telling", "data-told": String(told) },
    h("p", {}, words), h("button", { type: "button", "data-test": "tell-again", onclick: act.tellAgain }, t("Tell the reporter again")));
}

/** The reporter's new receipt: what it means, and the way to shut out the old one. */

import { t } from "../../shared/strings.js";
import type { CaseActions } from "../actions.js";
import type { OpenedCase } from "../opened/model.js";
import { type Child, h } from "../ui.js";

/** The notice; a change is shown only when the old and the new signature both hold. */
export function renewal(opened: OpenedCase, act: CaseActions): Child {
  if (!opened.renewalDue || !opened.chainHolds || opened.proposal !== null) return null;
  return h("div", { class: "notice notice-care", "data-test": "renewal" },
    h("p", {}, h("strong", {}, t("The reporter has taken a new receipt.")), " ", t("It is signed with the old and with the new one. Answers already go to the new receipt only; to shut out the old one for good, give the case a new key.")),
    h("button", { type: "button", "data-test": "renew", onclick: act.renew }, t("Give the case a new key")));
}

/** The pledge of confidentiality that a policy asks of a member before they work on a case. */

import { isPledgeDue } from "../../../casework/index.js";
import { inLanguage } from "../../shared/officetext.js";
import { t } from "../../shared/strings.js";
import { choicesOf } from "../acting/choices.js";
import type { CaseActions } from "../actions.js";
import { hasEnded } from "../opened/casestate.js";
import type { OpenedCase } from "../opened/model.js";
import { type Child, h } from "../ui.js";

/** Above the report, with the button that opens the form; nothing once this member has pledged, or where the step can't be signed. */
export function pledgeCard({ ruled, chainHolds }: OpenedCase, act: CaseActions): Child {
  if (ruled === null || !chainHolds || hasEnded(ruled) || !isPledgeDue(ruled.rules, ruled.found, act.me)) return null;
  const choice = choicesOf(ruled, act.me, act.now()).always.find((one) => one.act === "pledged");
  return choice !== undefined && h("section", { class: "notice notice-care stack-small", "aria-labelledby": "pledge-title", "data-test": "pledge-due" },
    h("p", { id: "pledge-title" }, h("strong", {}, t("Sign your pledge of confidentiality before you read on: the policy of this case asks for it."))),
    ruled.rules.secrecy.filter(({ pledge }) => pledge).map(({ text }) => h("p", { class: "hint" }, t("The policy: {text}", { text: inLanguage(text) }))),
    h("button", { type: "button", class: "primary", "data-test": "pledge-sign", onclick: () => act.open(choice) }, t("Sign the pledge")));
}

/** Who can end a legal hold together: the readers by name, before anybody sets it. */

import { type Act, actsIn, mayDo, rolesOf, stageOf } from "../../../casework/index.js";
import { around, blank, listedTexts } from "../../shared/officetext.js";
import { t } from "../../shared/strings.js";
import type { OfficeWords } from "../context.js";
import type { OpenedCase, Ruled } from "../opened/model.js";
import { type Child, h } from "../ui.js";

/** The readers whose roles the policy lets do this step in the stage of now. */
function ableTo(act: Act, { rules, found }: Ruled, holders: readonly string[]): readonly string[] {
  const stage = stageOf(rules, found.stage);
  const may = new Set(stage === null ? [] : actsIn(rules, stage).filter((rule) => rule.act === act).flatMap((rule) => mayDo(rule, stage)));
  return holders.filter((id) => !found.recused.has(id) && [...rolesOf(rules, found.codes, id)].some((role) => may.has(role)));
}

/** Who can ask to end a hold, and who can agree to that; and where no two of the readers can, what to do. */
export function holdEnders(ruled: Ruled, { holders }: Pick<OpenedCase, "holders">, words: OfficeWords, me: string): Child {
  const [ask, agree] = [ableTo("release-asked", ruled, holders), ableTo("released", ruled, holders)];
  const named = (ids: readonly string[]): Child => (ids.length === 0 ? t("nobody") : listedTexts(ids.map((id) => [words.named(id), id === me ? ` ${t("(you)")}` : ""])));
  const isPair = ask.some((one) => agree.some((other) => other !== one));
  return h("p", { class: "hint", "data-test": "hold-enders" },
    around(t("Can ask to end it: {people}", { people: blank("people") }), { people: named(ask) }), h("br"),
    around(t("Can agree to end it: {people}", { people: blank("people") }), { people: named(agree) }),
    isPair ? null : [h("br"), h("strong", {}, t("No two people who read this case can end the hold. Add somebody with one of those roles under “Who can read this case” first."))]);
}

/** What is said before a case is closed: what is still due, and what can't be done afterwards. */

import { type Act, isUnfounded } from "../../../casework/index.js";
import { officeText, voicedName } from "../../shared/officetext.js";
import { type Sentence, msg, t } from "../../shared/strings.js";
import { disclosedAnother } from "../opened/stepfaults.js";
import { ask } from "../../shared/confirmdialog.js";
import { activeClocks, clocksAt, hasEnded, sealedSide } from "../opened/casestate.js";
import type { Ruled } from "../opened/model.js";
import { type Child, h } from "../ui.js";
import type { Setting } from "./codeparts.js";
import { afterStep } from "./foreseen.js";
import type { ActDraft } from "./precheck.js";

type WayBack = "reopened" | "otherwise" | "none";

/** How the policy leads out of the stage in which a case stands: by reopening it, by another step such as an appeal, or not. */
export function wayBack({ rules, found }: Ruled): WayBack {
  const acts = rules.stages.find((one) => one.id === found.stage)?.acts ?? [];
  const known = [...acts, ...rules.anywhere].some(({ act }) => act === "reopened");
  if (known && !rules.without.includes("reopened")) return "reopened";
  const open = new Set(rules.stages.filter(({ end }) => !end).map(({ id }) => id));
  return acts.some(({ act, to }) => !rules.without.includes(act) && to.some((id) => open.has(id))) ? "otherwise" : "none";
}

const REOPENING: Readonly<Record<WayBack, Sentence>> = {
  reopened: msg("The policy allows a closed case to be reopened, with a reason."),
  otherwise: msg("The policy allows a closed case to be taken up again, for instance after an appeal."),
  none: msg("The policy does not allow a closed case to be reopened. You can still reply to the reporter and write internal notes."),
};

/** Limits that are shown as due now, would not be met by the step, and are not shown of a closed case. */
function leftOpen(setting: Setting, then: Ruled): Child[] {
  const now = setting.now();
  const later = new Map(clocksAt(then, now).map((one) => [one.clock.id, one.state]));
  const open = activeClocks(setting.ruled, now).filter(({ clock }) => later.get(clock.id)?.stopped === null);
  return open.map(({ clock, state }) => h("li", { "data-test": "closing-open" }, officeText(voicedName(clock.name)), state?.due ? ` (${setting.words.day(state.due.day, setting.opened.row.entity)})` : null));
}

/**
 * Where the facts were found untrue and no measure was decided, the step that states that the decision is carried out says just that.
 * It is asked for all the same: a server that saw cases without it would know how they were decided.
 */
export function nothingToCarryOut({ ruled, opened }: Setting, act: Act): Child {
  if (act !== "executed") return null;
  const { sealed } = sealedSide(ruled, opened);
  if (sealed.measures.length > 0 || !isUnfounded(ruled.rules, sealed)) return null;
  return h("p", { class: "notice", "data-test": "nothing-to-carry-out" }, t("The report was not substantiated and no measure was decided, so nothing has to be carried out. This step records that. It is the same step after every decision, so that this step does not tell the server the outcome."));
}

/** Asked before a case is closed whose reporter was told another outcome than was decided: resolves to whether it stays open. Null where nothing is to be asked. */
export function keepsOpen(setting: Setting, drafts: readonly ActDraft[]): Promise<boolean> | null {
  if (!disclosedAnother(setting.opened) || !drafts.some((draft) => closingNotice(setting, draft) !== null)) return null;
  return ask(t("The reporter was told another outcome than was decided. Close the case all the same?"), { yes: t("Close the case"), no: t("Keep it open") }).then((closes) => !closes);
}

/** Null unless the step, as it stands in its form, closes the case. */
export function closingNotice(setting: Setting, draft: ActDraft): Child {
  const then = hasEnded(setting.ruled) ? null : afterStep(setting, { ...draft, text: draft.text === "" ? "-" : draft.text });
  if (then === null || !hasEnded(then.ruled)) return null;
  const open = leftOpen(setting, then.ruled);
  return h("div", { class: "notice notice-care stack-small", "data-test": "closing" },
    h("p", {}, h("strong", {}, t("This closes the case.")), " ", t(REOPENING[wayBack(then.ruled)])),
    open.length > 0 && [h("p", {}, t("Still open, and no longer shown once the case is closed:")), h("ul", {}, open)]);
}

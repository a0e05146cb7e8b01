/** What somebody who speaks is told and asked before the account, and after it: what may be promised, consent, reading back. */

import { counted } from "../../shared/counted.js";
import { officeText } from "../../shared/officetext.js";
import { PROMISED, type Promised, promiseLines, scopeText } from "../../shared/policywords.js";
import { type Sentence, msg, t } from "../../shared/strings.js";
import type { Fault } from "../../shared/faults.js";
import type { PolicyText } from "../trusted/policy.js";
import { field, fill, h } from "../ui.js";
import type { Entry } from "./sealing.js";

type Details = Entry["taken"];
const CONSENTS: Readonly<Record<NonNullable<Details["consent"]>, Sentence>> = {
  minutes: msg("Agrees to minutes"), recording: msg("Agrees to a recording"), refused: msg("Agrees to neither: written down afterwards from memory"),
};
const CHECKED: Readonly<Record<NonNullable<Details["checked"]>, Sentence>> = {
  agreed: msg("Read to the caller, who agrees"), corrected: msg("Read to the caller, corrected, and agreed"), "not-yet": msg("Not checked by the caller yet"),
};
/** For one day and for more. */
const PROMISES: Readonly<Record<Promised, readonly [Sentence, Sentence]>> = {
  acknowledge_days: [msg("Confirmation of receipt within {count} day."), msg("Confirmation of receipt within {count} days.")],
  first_answer_days: [msg("A first answer within {count} day."), msg("A first answer within {count} days.")],
  result_days: [msg("The result within {count} day."), msg("The result within {count} days.")],
};

const select = <K extends string>(id: string, words: Readonly<Record<K, Sentence>>): HTMLSelectElement =>
  h("select", { id, "data-test": id }, h("option", { value: "" }, ""), Object.entries<Sentence>(words).map(([value, sentence]) => h("option", { value }, t(sentence))));

/** What may be promised: as the policy puts it, or on a page of an older release its days alone. */
function promised(text: PolicyText | undefined): HTMLElement[] {
  if (text === undefined) return [];
  const own = promiseLines({ promises: text.promises, says: text.says ?? null });
  const scope = scopeText({ applies: text.applies ?? [] });
  if (own !== null) return [...(scope ? [h("li", { "data-test": "own-scope" }, scope)] : []), h("li", { "data-test": "own-protection" }, text.says && officeText(text.says.protection)), ...own];
  return PROMISED.flatMap((one) => {
    const days = text.promises[one];
    return days === null ? [] : [h("li", {}, counted(...PROMISES[one], days))];
  });
}

export class CallerRights {
  /** Stands before the account. */
  readonly before = h("div");
  /** Stands after it. */
  readonly after = h("div");
  private readonly consent = select("onbehalf-consent", CONSENTS);
  private readonly checked = select("onbehalf-checked", CHECKED);
  private oral = false;

  /** `oral` where somebody speaks; in a letter nobody is asked. */
  ask(oral: boolean, text: PolicyText | undefined): void {
    if (oral !== this.oral || oral) {
      fill(this.before, oral ? h("div", { class: "notice stack-small say-first", "data-test": "onbehalf-say-first" },
        h("p", {}, h("strong", {}, t("Before the account, tell the caller:"))),
        h("ul", {}, [t("You write the account down and read it back to be corrected."), t("The name may be left out."), t("Who will be able to read it: the people named above."), t("The caller gets a receipt, with which to read the answer and write back.")].map((line) => h("li", {}, line))),
        text !== undefined && [h("p", {}, t("Read out:")), h("ul", {}, promised(text))],
        h("p", { class: "hint" }, t("Promise nothing beyond this.")),
        field(t("Consent of the caller"), this.consent)) : null);
      fill(this.after, oral ? field(t("Read back to the caller"), this.checked) : null);
    }
    this.oral = oral;
  }

  read(): Pick<Details, "consent" | "checked"> {
    return { consent: this.oral ? (this.consent.value || null) as Details["consent"] : null, checked: this.oral ? (this.checked.value || null) as Details["checked"] : null };
  }

  faults(): Fault[] {
    if (!this.oral) return [];
    return [
      ...(this.consent.value === "" ? [{ field: this.consent, words: t("State what the caller agreed to.") }] : []),
      ...(this.checked.value === "" ? [{ field: this.checked, words: t("State whether the account was read back.") }] : []),
    ];
  }
}

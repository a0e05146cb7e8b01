/** What the policy's register asks of a report that is logged: its kind, who reports, its fields, and a work order. */

import { FIELDS_IN_ACCOUNT, type IntakeRules, type RegisterField, WHO_REPORTS, intakeRefusalWords } from "../../../casework/index.js";
import type { Fault } from "../../shared/faults.js";
import { inLanguage, listed, textOr } from "../../shared/officetext.js";
import type { Question } from "../../shared/questionnaire.js";
import { t } from "../../shared/strings.js";
import { field, fill, h } from "../ui.js";
import { roleName } from "./ways.js";

const LONGEST = 1000;
/** No id: anybody whom the policy does not name, whose report is registered and marked so. */
const SOMEBODY_ELSE = "-";
const options = (rows: readonly (readonly [string, string])[]): HTMLElement[] => [["", ""] as const, ...rows].map(([value, label]) => h("option", { value }, label));
const select = (id: string): HTMLSelectElement => h("select", { id, "data-test": id });
const tick = (id: string): HTMLInputElement => h("input", { type: "checkbox", id, "data-test": id });

/** What was entered for the register, by the ids of the policy. */
export interface RegisterEntry {
  readonly kind: string | null;
  readonly subject: string | null;
  readonly imminent: boolean;
  readonly leftOut: boolean;
  readonly orderTo: string | null;
  readonly fields: ReadonlyMap<string, string>;
}

/** The fields of one policy; `changed` after each choice that bears on where the report goes. */
export class RegisterFields {
  /** The kind, beside what the report is about. */
  readonly kindPlace = h("div", { class: "field" });
  /** The fields of the register, after the account. */
  readonly fieldsPlace = h("div", { class: "stack" });
  /** What is seldom needed. */
  readonly more = h("div");
  /** That fields which the policy requires stay empty. */
  readonly without = tick("onbehalf-without");
  private readonly withoutPlace = h("label", { class: "choice", for: "onbehalf-without", hidden: true }, this.without, h("span", {}, t("The caller can't or won't say this: register without it")));
  private readonly kind = select("onbehalf-kind");
  private readonly subject = select("onbehalf-subject");
  private readonly order = select("onbehalf-order");
  private readonly imminent = tick("onbehalf-imminent");
  private readonly leftOut = tick("onbehalf-left-out");
  private readonly typed = new Map<string, string>();
  private rules: IntakeRules | null = null;

  constructor(changed: () => void) {
    for (const one of [this.kind, this.subject, this.order, this.imminent, this.leftOut]) one.addEventListener("change", changed);
  }

  /** Asks what these rules ask; `named` where the caller gives a name, which the fields on who reports would tell. */
  ask(rules: IntakeRules | null, named: boolean): void {
    if (rules !== this.rules) this.begin(rules);
    const { required, asked } = this.askedFields(named);
    const hidden = (rules?.fields ?? []).filter(({ id }) => WHO_REPORTS.includes(id) && !named).map(({ name }) => inLanguage(name));
    fill(this.fieldsPlace, required.length + asked.length + hidden.length === 0 ? null : h("fieldset", { class: "stack", "data-test": "onbehalf-register" },
      h("legend", {}, t("The policy's register")),
      hidden.length === 0 ? null : h("p", { class: "hint", "data-test": "onbehalf-unnamed" }, t("The policy also asks who reports ({fields}). Nobody has to say, and every reader would see it: choose “Named” only if the caller wants it.", { fields: listed(hidden) })),
      [...required, ...asked].map((one) => this.input(one)), this.withoutPlace));
  }

  /** Whether a question of the policy is left out: the register has a line for its text or names it at one (`asked_as`), or it says who reports, and the caller gives no name. A choice is more than a line. */
  covers({ id: question, choices }: Pick<Question, "id" | "choices">, named: boolean): boolean {
    const { rules } = this;
    return rules !== null && ((choices.length === 0 && rules.fields.some(({ id, asked_as }) => id === question || asked_as.includes(question))) || (!named && WHO_REPORTS.includes(question)));
  }

  /** The kind that goes with a category, where the policy has a catalogue for each or calls both alike. */
  follow(category: string): void {
    const { categories = [], kinds = [] } = this.rules ?? {};
    const found = categories.find(({ id }) => id === category)?.kind ?? kinds.find(({ id }) => id === category)?.id;
    if (found !== undefined && (this.kind.value === "" || this.areAlike)) this.kind.value = found;
  }

  /** Whether the policy's kinds are its categories: they are asked for once, as what the report is about. */
  private get areAlike(): boolean {
    const { categories = [], kinds = [] } = this.rules ?? {};
    return kinds.length > 1 && kinds.length === categories.length && kinds.every(({ id }) => categories.some((one) => one.id === id));
  }

  /** The category that is the chosen kind, where the policy calls both alike. */
  get sameCategory(): string {
    return this.rules?.categories.find(({ id }) => id === this.kind.value)?.id ?? "";
  }

  /** Whether a category is of the chosen kind. */
  fits(category: string): boolean {
    const found = this.rules?.categories.find(({ id }) => id === category)?.kind ?? null;
    return found === null || this.kind.value === "" || found === this.kind.value;
  }

  read(named: boolean): RegisterEntry {
    const shown = Object.values(this.askedFields(named)).flat().map(({ id }) => [id, (this.typed.get(id) ?? "").trim()] as const);
    return {
      kind: this.kind.value || null, subject: this.subject.value || null, orderTo: this.order.value || null, imminent: this.imminent.checked, leftOut: this.leftOut.checked,
      fields: new Map(shown.filter(([, value]) => value !== "")),
    };
  }

  /** All that is missing, each at its field. What the policy requires may stay empty where the caller can't say it: no field is a condition of being heard. */
  faults(named: boolean): Fault[] {
    const faults: Fault[] = [];
    const kinds = this.rules?.kinds ?? [];
    const several = kinds.length > 1 && this.kind.value === "" && !this.areAlike;
    const called = (id: string): { zh: string; en: string } => kinds.find((one) => one.id === id)?.name ?? { zh: id, en: id };
    if (several) faults.push({ field: this.kind, words: inLanguage(intakeRefusalWords({ reason: "which-kind", names: kinds.map(({ id }) => id) }, called)) });
    const empty = this.askedFields(named).required.filter(({ id }) => (this.typed.get(id) ?? "").trim() === "");
    this.withoutPlace.hidden = empty.length === 0;
    if (this.without.checked) return faults;
    const words = (one: RegisterField): string => t("The policy requires “{field}”. Ask the caller.", { field: inLanguage(one.name) });
    return [...faults, ...empty.map((one) => ({ field: this.place(one.id), words: words(one) }))];
  }

  private begin(rules: IntakeRules | null): void {
    this.rules = rules;
    this.typed.clear();
    [this.without.checked, this.imminent.checked, this.leftOut.checked] = [false, false, false];
    fill(this.kind, options((rules?.kinds ?? []).map(({ id, name }) => [id, inLanguage(name)])));
    fill(this.subject, options([...(rules?.subjects ?? []).map(({ id, name }) => [id, inLanguage(name)] as const), [SOMEBODY_ELSE, t("Somebody else")]]));
    fill(this.order, options((rules?.roles ?? []).map(({ id }) => [id, rules === null ? id : roleName(rules, id)])));
    const only = rules?.kinds.length === 1 ? rules.kinds[0] : undefined;
    if (only !== undefined) this.kind.value = only.id;
    this.kindPlace.hidden = (rules?.kinds.length ?? 0) < 2 || this.areAlike;
    fill(this.kindPlace, ...field(t("Kind"), this.kind).childNodes);
    fill(this.more, rules === null ? null : this.details(rules));
  }

  private details(rules: IntakeRules): HTMLElement {
    const box = (input: HTMLInputElement, words: string): HTMLElement => h("label", { class: "choice", for: input.id }, input, h("span", {}, words));
    return h("details", { "data-test": "onbehalf-more" }, h("summary", {}, t("More for the register")), h("div", { class: "stack" },
      rules.subjects.length === 0 ? null : field(t("Who reports, as the policy names them"), this.subject),
      rules.kinds.some(({ imminent }) => !imminent) ? box(this.imminent, t("It has not happened yet")) : null,
      rules.scope.length === 0 ? null : box(this.leftOut, t("It seems to be outside the scope of the policy")),
      field(t("Work order to"), this.order, t("Makes the register form a work order, with a place for the result."))));
  }

  private askedFields(named: boolean): { required: RegisterField[]; asked: RegisterField[] } {
    const shown = (this.rules?.fields ?? []).filter(({ id }) => !FIELDS_IN_ACCOUNT.includes(id) && (named || !WHO_REPORTS.includes(id)));
    // Who reports is asked for, and can be missing, only where the caller gives a name: one who stays unnamed owes none.
    const isRequired = ({ need }: RegisterField): boolean => need === "required";
    return { required: shown.filter(isRequired), asked: shown.filter((one) => !isRequired(one)) };
  }

  private input({ id, name, need }: RegisterField): HTMLElement {
    const key = `onbehalf-field-${id}`;
    const input = h("input", { id: key, "data-test": key, type: "text", autocomplete: "off", maxlength: LONGEST, value: this.typed.get(id) ?? "" });
    input.addEventListener("input", () => this.typed.set(id, input.value));
    const hint = WHO_REPORTS.includes(id) ? t("Every reader of the case sees this.") : need === "required" ? t("Required by the policy") : need === "best-effort" ? t("Recorded where available") : null;
    return field(textOr(name, id), input, hint);
  }

  private place(id: string): HTMLElement {
    return this.fieldsPlace.querySelector<HTMLElement>(`#onbehalf-field-${id}`) ?? this.fieldsPlace;
  }
}

/** The policy's own questions in the form of a report that is taken down: asked aloud, all optional. */

import { type Answer, type PolicyPage, type Question, fits, kindOf, shown } from "../../shared/questionnaire.js";
import { t } from "../../shared/strings.js";
import { field, fill, h } from "../ui.js";
import { inLanguage, langOf, officeText } from "../../shared/officetext.js";

/** The block of questions; it follows the category and the answers. */
export class Questions {
  readonly element = h("div", { class: "stack", "data-test": "onbehalf-questions" });
  readonly #answers = new Map<string, Answer>();
  #page: Pick<PolicyPage, "questions"> = { questions: [] };
  #category = "";

  /** Asks for another policy or category; answers stay where the question does. */
  ask(page: Pick<PolicyPage, "questions">, category: string): void {
    [this.#page, this.#category] = [page, category];
    this.#draw();
  }

  /** What was answered, in the policy's order. */
  given(): { id: string; value: Answer }[] {
    return this.#shown().flatMap((question) => {
      const [id, value] = [question.id, this.#answers.get(question.id)];
      return value === undefined || value.length === 0 || !fits(question, value) ? [] : [{ id, value }];
    });
  }

  #shown(): Question[] {
    return shown(this.#page, this.#category, this.#answers);
  }

  #draw(): void {
    const fields = this.#shown().map((question) => this.#field(question));
    fill(this.element, fields.length === 0 ? null : h("fieldset", { class: "stack" },
      h("legend", {}, t("The policy's questions, as the caller answers them")),
      h("p", { class: "hint" }, t("These questions address the reporter directly: “you” means the caller. All are optional.")), fields));
  }

  #changed(id: string, value: Answer): void {
    this.#answers.set(id, value);
    const before = [...this.element.querySelectorAll("[data-question]")].map((one) => one.getAttribute("data-question")).join();
    if (before === this.#shown().map((one) => one.id).join()) return;
    this.#draw();
    document.getElementById(`onbehalf-q-${id}`)?.focus();
  }

  #field(question: Question): HTMLElement {
    const { id, label, hint, choices } = question;
    const { form, input: type = "text", longest } = kindOf(question);
    const name = `onbehalf-q-${id}`;
    const hook = { id: name, "data-test": name };
    const value = this.#answers.get(id);
    if (form === "several") {
      const picked = new Set([value ?? []].flat());
      return h("fieldset", { class: "stack-small", "data-question": id }, h("legend", {}, officeText(label)), choices.map((one) => {
        const box = h("input", { type: "checkbox", checked: picked.has(one.id) });
        box.addEventListener("change", () => {
          if (box.checked) picked.add(one.id);
          else picked.delete(one.id);
          this.#changed(id, [...picked]);
        });
        return h("label", { class: "choice" }, box, h("span", {}, officeText(one.name)));
      }));
    }
    const input = form === "one" ? h("select", hook, h("option", { value: "" }, ""), choices.map((one) => h("option", { value: one.id, ...langOf(one.name) }, inLanguage(one.name))))
      : form === "line" ? h("input", { ...hook, type, autocomplete: "off", maxlength: longest }) : h("textarea", { ...hook, rows: 3, maxlength: longest });
    if (typeof value === "string") input.value = value;
    input.addEventListener("input", () => this.#changed(id, input.value));
    const row = field(inLanguage(label), input, hint === null ? null : inLanguage(hint));
    row.setAttribute("data-question", id);
    return row;
  }
}

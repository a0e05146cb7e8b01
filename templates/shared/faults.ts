/** What is wrong in a form: each message at its field, a summary on top that leads to them, and the reading position there. */

import { h } from "./dom.js";
import { t } from "./strings.js";

/** A control, or the `fieldset` around several, and what is wrong with it in words. */
export interface Fault {
  readonly field: HTMLElement;
  readonly words: string;
}

const MARK = "data-fault-of";

/** Takes away what an earlier check of this form said. */
export function clearFaults(form: HTMLElement): void {
  for (const one of form.querySelectorAll(`[${MARK}]`)) one.remove();
  for (const field of form.querySelectorAll("[aria-invalid]")) {
    field.removeAttribute("aria-invalid");
    describe(field, (ids) => ids.filter((id) => id !== `${field.id}-fault`));
  }
}

/**
 * Shows these in place of what was shown before; nothing that was entered is touched. Gives whether the form may go on.
 * Each field needs an id. A message goes away as soon as its field is changed.
 */
export function showFaults(form: HTMLElement, faults: readonly Fault[]): boolean {
  const summary = keepFaults(form, faults);
  summary?.focus({ preventScroll: true });
  summary?.scrollIntoView({ block: "start" });
  return summary === null;
}

/** The same where the form was drawn again under somebody: the reading position stays. Gives the summary. */
export function keepFaults(form: HTMLElement, faults: readonly Fault[]): HTMLElement | null {
  clearFaults(form);
  const [first] = faults;
  if (!first) return null;
  const ids = { title: `${first.field.id}-faults-title`, list: `${first.field.id}-faults` };
  // A link to the field would take the office code out of the address: buttons lead there.
  const lines = faults.map(({ field, words }) => h("li", {}, h("button", { type: "button", class: "plain", onclick: () => enter(field) }, words)));
  // It is read when it gets the reading position: as an alert, too, it would be read twice.
  const summary = h("div", {
    class: "notice notice-alarm stack-small", role: "group", "aria-labelledby": ids.title, "aria-describedby": ids.list, tabindex: -1, [MARK]: "form", "data-test": "fault-summary",
  }, h("h2", { id: ids.title }, t("There is a problem")), h("ul", { class: "faults", id: ids.list }, lines));
  for (const fault of faults) mark(fault, faults.length === 1);
  form.prepend(summary);
  // A line goes when its field is changed, and where another choice takes the question away: it would lead nowhere.
  new MutationObserver(() => {
    faults.forEach(({ field }, at) => (field.isConnected && field.hasAttribute("aria-invalid")) || lines[at]?.remove());
    if (summary.querySelector("li") === null) summary.remove();
  }).observe(form, { childList: true, subtree: true });
  return summary;
}

/** `alone`: the summary has just read the only message aloud; at the field it is read to anybody who enters that. */
function mark({ field, words }: Fault, alone: boolean): void {
  unfold(field);
  const id = `${field.id}-fault`;
  const message = h("p", { class: "fault", id, "aria-hidden": alone ? "true" : null, [MARK]: field.id, "data-test": "field-fault" }, words);
  if (field instanceof HTMLFieldSetElement) (field.querySelector("legend") ?? field).after(message);
  else field.before(message);
  field.setAttribute("aria-invalid", "true");
  describe(field, (ids) => [...ids, id]);
  const gone = (): void => {
    message.remove();
    field.removeAttribute("aria-invalid");
    describe(field, (ids) => ids.filter((one) => one !== id));
  };
  field.addEventListener("input", gone, { once: true });
}

/** A field in a fold that is closed is nowhere to be seen. */
function unfold(field: HTMLElement): void {
  field.closest("details")?.setAttribute("open", "");
}

function describe(field: Element, change: (ids: string[]) => string[]): void {
  const ids = change((field.getAttribute("aria-describedby") ?? "").split(" ").filter((id) => id !== ""));
  if (ids.length > 0) field.setAttribute("aria-describedby", ids.join(" "));
  else field.removeAttribute("aria-describedby");
}

/** Leads to a field: into its control, or the first of several. */
export function enter(field: HTMLElement): void {
  const control = field instanceof HTMLFieldSetElement ? field.querySelector<HTMLElement>("input, select, textarea") ?? field : field;
  unfold(field);
  control.focus({ preventScroll: true });
  field.scrollIntoView({ block: "center" });
}

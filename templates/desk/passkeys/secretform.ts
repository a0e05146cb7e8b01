/** A form that asks for passphrase and device secret once more: anyone who finds an open desk changes no keys. */

import type { Unlocking } from "../../../crypto/staff.js";
import { t } from "../../shared/strings.js";
import { device } from "../device.js";
import { readDevice } from "../signin/unlock.js";
import { type Child, field, fill, h } from "../ui.js";

/** What differs from form to form. */
export interface SecretForm {
  /** What the ids of its parts begin with. */
  readonly id: string;
  /** The button's words, and its name for tests. */
  readonly label: string;
  readonly button: string;
  /** What stands above both fields, and below them. */
  readonly above?: readonly Child[];
  readonly below?: readonly Child[];
  /** Says what went wrong. */
  readonly fault: (error: unknown) => readonly Child[];
  /** Does the work; tells how much of it is done, from 0 to 1. The form stays busy when it ends well: it is replaced. */
  readonly submit: (right: Unlocking, progress: (done: number) => void) => Promise<void>;
}

/** The form; nobody submits it twice. */
export function secretForm({ id, label, button, above = [], below = [], fault, submit }: SecretForm): HTMLElement {
  const phrase = h("input", { type: "password", id: `${id}-passphrase`, autocomplete: "off" });
  const kept = device.kept()?.secret ?? "";
  // What this device remembers nobody has to read from a paper, and nobody need see it over a shoulder.
  const secret = h("input", { type: kept === "" ? "text" : "password", id: `${id}-device`, class: "mono", spellcheck: "false", autocapitalize: "characters", autocomplete: "off", value: kept });
  const bar = h("progress", { max: 1, value: 0, hidden: true, "aria-label": t("Working. This takes a few seconds, for security.") });
  const wrong = h("p", { class: "wrong", role: "alert", "data-test": `${id}-fault` });
  const form = h("form", { class: "stack", novalidate: true, autocomplete: "off" }, ...above, field(t("Passphrase"), phrase), field(t("Device secret"), secret, kept === "" ? t("From your recovery sheet.") : t("Filled in by this device.")),
    ...below, bar, wrong, h("button", { type: "submit", "data-test": button }, label));
  const work = async (): Promise<void> => submit({ passphrase: phrase.value, device: readDevice(secret.value) }, (done) => {
    bar.value = done;
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (form.getAttribute("aria-busy") === "true") return;
    form.setAttribute("aria-busy", "true");
    bar.hidden = false;
    fill(wrong);
    work().catch((error: unknown) => {
      form.removeAttribute("aria-busy");
      bar.hidden = true;
      fill(wrong, ...fault(error));
    });
  });
  return form;
}

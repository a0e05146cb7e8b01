/** Checks a proof of filing on this device alone: neither file nor code goes anywhere, on the site or from a disk. */

import { CryptoError } from "../../crypto/errors.js";
import { type Filed, verifyFiling } from "../../crypto/transparency_log/filing.js";
import { byId, fill, focusOn, h } from "../shared/dom.js";
import { cleanAnchor, faultOf, watchTyping } from "../shared/officecode.js";
import { sayHour, t } from "../shared/strings.js";
import { redrawWith } from "./language.js";
import { keepOneEntry, watchLeaving } from "./shell.js";

function holds(found: Filed): HTMLElement {
  const heading = h("h2", {}, t("The proof holds"));
  return h("div", { class: "notice notice-good stack-small", "data-test": "proof-holds" }, heading,
    h("p", {}, t("By {hour} the office of this code had the encrypted report with this mark:", { hour: sayHour(found.checkpoint.hour) })),
    h("p", { class: "mono", "data-test": "proof-item" }, found.item),
    h("p", {}, t("It does not show what the report says or who wrote it. Anybody who can open the report compares its mark with this one.")));
}

function refused(error: CryptoError): HTMLElement {
  const words = error.stage === "foreign"
    ? t("The file and the code belong to different offices. Compare the code with the office's poster.")
    : t("This file proves nothing for the office of this code. It was altered or damaged, or it is another file.");
  return h("div", { class: "notice notice-alarm", role: "alert", "data-test": "proof-refused" }, h("p", {}, words));
}

/** What the check found, in the page's language. */
function result(code: string, content: Uint8Array): () => HTMLElement {
  try {
    const found = verifyFiling(code, content);
    return () => holds(found);
  } catch (error) {
    if (!(error instanceof CryptoError)) throw error;
    return () => refused(error);
  }
}

/** The fields stay in every language, with what is in them; so does what was found. */
class Check {
  readonly #say = h("div", {});
  readonly #fault = h("p", { class: "fault", id: "proof-fault", role: "status", "data-test": "proof-fault" });
  readonly #file = h("input", { type: "file", id: "proof-file", accept: ".tlog-proof", "aria-describedby": "proof-fault", "data-test": "proof-file" });
  readonly #code = h("input", { type: "text", id: "proof-code", class: "mono", autocomplete: "off", spellcheck: "false", autocapitalize: "characters", "aria-describedby": "proof-code-hint proof-fault", "data-test": "proof-code" });
  #missing: (() => string) | null = null;
  #found: (() => HTMLElement) | null = null;

  constructor() {
    watchTyping(this.#code, this.#fault);
  }

  draw(): void {
    const submit = (event: SubmitEvent): void => {
      event.preventDefault();
      void this.#submit();
    };
    this.#speak();
    fill(byId("app"), h("form", { class: "stack", onsubmit: submit, novalidate: true },
      h("h1", {}, t("Check a proof")),
      h("p", {}, t("A proof of filing shows that an office had an encrypted report by a certain hour. The check happens on this device only: neither the file nor the code is sent anywhere.")),
      h("label", { for: "proof-file" }, t("The file, ending in .tlog-proof")), this.#file,
      h("label", { for: "proof-code" }, t("Office code")),
      h("p", { class: "hint", id: "proof-code-hint" }, t("Take it from the office's poster or from another source that you trust, never from the person who gave you the file. Five groups of four, for example 7K3M-Q2XF-9T0A-HV5C-JB86")),
      this.#code, this.#fault, h("button", { class: "primary", "data-test": "proof-check" }, t("Check")), this.#say));
  }

  #speak(): void {
    fill(this.#say, this.#found?.());
    this.#fault.textContent = this.#missing?.() ?? "";
  }

  async #submit(): Promise<void> {
    const [chosen, typed] = [this.#file.files?.[0], this.#code.value];
    const clean = cleanAnchor(typed);
    this.#found = null;
    this.#missing = chosen === undefined ? (): string => t("Please choose the file first.") : clean === null ? (): string => faultOf(typed) : null;
    this.#speak();
    if (chosen === undefined || clean === null) return;
    this.#found = result(clean, new Uint8Array(await chosen.arrayBuffer()));
    this.#speak();
    focusOn(this.#say);
  }
}

const check = new Check();
if (document.getElementById("leave") !== null) {
  watchLeaving();
  keepOneEntry();
  redrawWith(() => check.draw());
}
check.draw();

/** A letter in front of whatever else is open: to be read, printed, or sealed to the case. Nothing of it goes to a server. */

import type { Paper } from "../../../casework/letters/composing.js";
import { t } from "../../shared/strings.js";
import { wordsFor } from "../context.js";
import { fill, h } from "../ui.js";
import { paperArticle } from "./paper.js";

/** What the last button does: its words, and the work that ends when it is done. */
export interface Sealing {
  readonly label: string;
  readonly seal: () => Promise<void>;
}

/** Shows the paper as a dialog; Escape or the button go back to the form with everything that was typed. Without `sealing` it is only printed. */
export function showPaper(paper: Paper, sealing: Sealing | null): void {
  const fault = h("p", { class: "fault", role: "alert", "data-test": "paper-fault" });
  const run = async ({ seal }: Sealing): Promise<void> => {
    if (dialog.getAttribute("aria-busy") === "true") return;
    fill(fault);
    dialog.setAttribute("aria-busy", "true");
    try {
      await seal();
      dialog.close();
    } catch (error) {
      fill(fault, wordsFor(error));
    } finally {
      dialog.removeAttribute("aria-busy");
    }
  };
  const dialog = h("dialog", { class: "paper-sheet", "aria-labelledby": "paper-title", "data-test": "paper-dialog" },
    h("div", { class: "row no-print paper-bar" },
      sealing === null ? null : h("button", { type: "button", class: "primary", "data-test": "paper-seal", onclick: () => void run(sealing) }, sealing.label),
      h("button", { type: "button", "data-test": "paper-print", onclick: () => window.print() }, t("Print")),
      h("button", { type: "button", "data-test": "paper-back", onclick: () => dialog.close() }, t("Back to the form")),
      fault),
    paperArticle(paper));
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}

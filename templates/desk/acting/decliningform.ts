/** The form with which a second person does not agree, or a first one takes the request back: the reason, and what that does and does not do. */

import { type Act, openAnswer } from "../../../casework/index.js";
import { msg, t } from "../../shared/strings.js";
import { closeComposer, showForm } from "../composer.js";
import { wordsFor } from "../context.js";
import { type OpenedCase, type Ruled } from "../opened/model.js";
import { field, fill, h } from "../ui.js";
import type { OfficeWords } from "../context.js";
import { askedQuotes } from "./asking.js";
import { actTitle } from "./words.js";

/** Who decides, and how the office names people and days. */
interface Deciding {
  readonly words: OfficeWords;
  readonly me: string;
}

/** Opens the form for what waits at `n` of the record; nothing where that waits no more. `left` is called where it is cancelled. */
export function openDeclining(opened: OpenedCase, ruled: Ruled, n: number, { words, me }: Deciding, send: (text: string) => Promise<void>, left: () => void = () => undefined): void {
  const answer = openAnswer(ruled.found, n);
  const asking = ruled.found.events[n];
  if (answer === null || asking === undefined) return;
  const isOwn = asking.by === me;
  const text = h("textarea", { id: "decline-text", "data-test": "decline-text", rows: 4, required: true });
  const fault = h("p", { class: "fault", role: "alert", "data-test": "decline-fault" });
  const form = h("form", { class: "composer card stack", "aria-labelledby": "decline-title", "data-test": "decline-form", "data-answers": answer, "data-asking": n, novalidate: true },
    h("h3", { id: "decline-title" }, t(isOwn ? msg("Withdraw the request: {act}") : msg("Decline: {act}"), { act: actTitle(answer) })),
    askedQuotes(asking, answer, opened, ruled, words),
    h("p", { class: "hint", "data-test": "decline-does" }, isOwn ? t("Your name, the day and your reason are recorded for everyone who reads this case. Nobody can agree to this request any more. You can ask again.") : whatItDoes(answer)),
    field(t("Reason and details"), text, t("Only the readers of this case can read this, never the reporter.")),
    fault,
    h("div", { class: "row" },
      h("button", { type: "submit", class: "primary", "data-test": "decline-send" }, t("Sign and record")),
      h("button", { type: "button", "data-test": "decline-cancel", onclick: () => { closeComposer(); left(); } }, t("Cancel"))));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void submit(form, text, fault, send);
  });
  showForm(form, text);
}

/** A no is on the record and binds nobody: the page does not promise more. */
function whatItDoes(answer: Act): string {
  return t("Your name, the day and your reason are recorded for everyone who reads this case, and the request leaves your list “To sign”. It is not cancelled: someone else who may do so can still agree, and so can you, with “{act}” under “At any time”.", { act: actTitle(answer) });
}

async function submit(form: HTMLElement, text: HTMLTextAreaElement, fault: HTMLElement, send: (text: string) => Promise<void>): Promise<void> {
  if (form.getAttribute("aria-busy") === "true") return;
  fill(fault);
  if (text.value.trim() === "") {
    fill(fault, t("Please give a reason."));
    return text.focus();
  }
  form.setAttribute("aria-busy", "true");
  try {
    await send(text.value.trim());
  } catch (error) {
    fill(fault, wordsFor(error));
  } finally {
    form.removeAttribute("aria-busy");
  }
}

/** A question in the page itself, which waits for an answer: Escape and the button that stands first for the keyboard say no. */

import { h } from "./dom.js";
import { t } from "./strings.js";

/** What the two buttons say; the second is "Cancel" where it is left out. */
export interface AnswerWords {
  readonly yes: string;
  readonly no?: string;
}

let isOpen = false;
let answer: Promise<boolean> = Promise.resolve(false);

/** Whether a question stands open: what it is about must not change under it. */
export function isAsking(): boolean {
  return isOpen;
}

/** Resolves once no question stands open and what followed from its answer has begun. */
export async function answered(): Promise<void> {
  while (isOpen) {
    await answer;
    await new Promise((go) => { setTimeout(go); });
  }
}

/** Resolves to whether it was agreed to. While one question stands open no other is asked: that one is not agreed to. */
export function ask(question: string, { yes, no = t("Cancel") }: AnswerWords): Promise<boolean> {
  if (isOpen) return Promise.resolve(false);
  const stay = h("button", { type: "button", autofocus: true, "data-test": "question-no", onclick: () => dialog.close("no") }, no);
  const dialog = h("dialog", { class: "question card stack", role: "alertdialog", "aria-labelledby": "question-words", "data-test": "question" },
    h("p", { id: "question-words" }, question),
    h("div", { class: "row" }, stay, h("button", { type: "button", class: "primary", "data-test": "question-yes", onclick: () => dialog.close("yes") }, yes)));
  const before = document.activeElement;
  document.body.append(dialog);
  isOpen = true;
  answer = new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      isOpen = false;
      dialog.remove();
      if (before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true });
      resolve(dialog.returnValue === "yes");
    });
    dialog.showModal();
    stay.focus();
  });
  return answer;
}

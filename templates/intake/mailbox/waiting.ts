/** What is open on the reporter's side, on top of the mailbox, each with a way there. Nothing where nothing is. */

import type { ThreadEntry, PayloadOf } from "../../../crypto/index.js";
import { focusOn, h } from "../../shared/dom.js";
import { t } from "../../shared/strings.js";
import type { View } from "../sending/opened.js";
import { askSign } from "./declaring.js";
import { leadTo } from "./entries.js";
import { type NoticeEntry, doubtIn } from "./notices.js";
import { isAnswered } from "./timeline.js";

/** A question mark of any script that pages come in, or the Chinese word by which a question is put politely. */
const QUESTION = /[?？؟]|请问/u;
const WRITTEN: ReadonlySet<string> = new Set(["reply", "letter", "status"]);

/** The last message of the office that holds a question, where nothing was sent since; whose asks are told apart is left out. */
export function openQuestion(entries: readonly ThreadEntry[], sent: number): ThreadEntry | null {
  const asks = ({ mark, content }: ThreadEntry): boolean =>
    mark === null && content !== null && WRITTEN.has(content.type) && QUESTION.test((content.payload as PayloadOf<"reply">).text);
  return [...entries].reverse().find((entry) => asks(entry) && !isAnswered(entry, sent)) ?? null;
}

function row(test: string, words: string, label: string, lead: () => void): HTMLElement {
  return h("div", { class: "stack-small", "data-test": test }, h("p", {}, words), h("button", { type: "button", onclick: lead, "data-test": `${test}-lead` }, label));
}

/** Leads to the card that shows who reads now. */
function toReaders(): void {
  const heading = document.querySelector<HTMLElement>("[data-test=readers-changed] h2");
  if (heading) focusOn(heading);
}

export function waitingBlock(view: View, told: NoticeEntry | null): HTMLElement | null {
  const { before, entries, sent } = view.mailbox;
  const question = openQuestion(entries.filter((entry) => doubtIn(view, entry) === null), sent);
  const rows = [
    before !== null && row("waiting-readers", t("Who can read your report has changed. Look at it before you write."), t("See who can read it"), toReaders),
    told !== null && !isAnswered(told.entry, sent) && askSign(view, told),
    question !== null && row("waiting-question", t("A message from the office has a question in it, and nothing was sent from here since."), t("Go to the question"), () => leadTo(question)),
    view.askAgain !== null && row("waiting-checkin", t("The question how you have been treated is still open."), t("Answer it"), view.askAgain),
  ].filter((one) => one instanceof HTMLElement);
  return rows.length === 0 ? null : h("section", { class: "notice notice-care stack", "data-test": "waiting" }, h("h2", {}, t("Waiting for you")), rows);
}

/** What the last notice leaves open to the reporter: one button for each act, signed with the act key. */

import { DECLARATIONS, type Declaration, type SealedPost, sealAct, systemRng } from "../../../crypto/index.js";
import { fill, focusOn, h } from "../../shared/dom.js";
import { showFaults } from "../../shared/faults.js";
import { t } from "../../shared/strings.js";
import { postPost, untilAnswered } from "../api.js";
import { sayLimitDoubt, sayUntil } from "./limits.js";
import { type NoticeEntry, firstNotice } from "./notices.js";
import { DECLARATION_WORDS, actLabel } from "./declarations.js";
import { sentNote } from "./sentnote.js";
import { isAnswered } from "./timeline.js";
import { today } from "../office.js";
import type { View } from "../sending/opened.js";
import { type Sealing, send } from "../sending/posting.js";
import { warnOnLeaving } from "../leaving.js";

/** The second question: a withdrawal can't be taken back. */
function secondQuestion(yes: () => void, no: () => void): HTMLElement {
  const heading = h("h4", {}, t("Withdraw the report? This can't be taken back."));
  const box = h("div", { class: "notice notice-care stack", "data-test": "second-question" }, heading,
    h("p", {}, t("Nobody may make you do this. If somebody urges you to, write that to the office instead.")),
    h("div", { class: "row" },
      h("button", { type: "button", class: "primary", onclick: no, "data-test": "second-no" }, t("No, keep my report")),
      h("button", { type: "button", onclick: yes, "data-test": "second-yes" }, t("Yes, withdraw it"))));
  queueMicrotask(() => focusOn(heading));
  return box;
}

/** Seals a declaration. Who asks for a review has read the notice, so that is declared before it: the limit runs from there. */
function sealing(view: View, act: Declaration, asks: readonly Declaration[], words: () => string): Sealing {
  let mailbox = view.mailbox;
  let unread = act === "appeal" && asks.includes("seen");
  const sealed = (what: Declaration, text: string): Promise<SealedPost> => sealAct(view.office.directory, view.kept.keys, mailbox, what, text, systemRng);
  return async (meter) => {
    if (unread) {
      const first = await sealed("seen", "");
      await untilAnswered(() => postPost(first.post), meter.waiting);
      // A line that breaks now must not send it again.
      mailbox = first.mailbox;
      unread = false;
    }
    return sealed(act, words());
  };
}

function declarationForm(view: View, act: Declaration, asks: readonly Declaration[], back: () => void): HTMLFormElement {
  const { label, hint, words } = DECLARATION_WORDS[act];
  const text = h("textarea", { autocomplete: "off", id: "declared", rows: 4, class: "short", "aria-describedby": "declared-hint", "data-test": "ask-text" });
  text.addEventListener("input", () => warnOnLeaving(text.value !== ""));
  const fault = h("p", { class: "fault", role: "alert", "data-test": "ask-fault" });
  const progress = h("div");
  const buttons = h("div", { class: "row" },
    h("button", { class: act === "withdraw" ? "" : "primary", "data-test": "ask-send" }, t("Sign and send")),
    h("button", { type: "button", class: "quiet", onclick: back, "data-test": "ask-back" }, t("Back")));
  const seal = sealing(view, act, asks, () => text.value);
  const go = (): void => {
    buttons.hidden = false;
    void send(view, { form, place: progress, fault, just: act }, seal);
  };
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    if (!showFaults(form, words && !text.value.trim() ? [{ field: text, words: t("Please write something first.") }] : [])) return;
    if (act !== "withdraw") return go();
    buttons.hidden = true;
    fill(progress, secondQuestion(go, back));
  };
  const form = h("form", { class: "stack", onsubmit: submit, novalidate: true, "data-test": "ask-form" },
    h("h4", {}, t(label)), h("p", { class: "hint", id: "declared-hint" }, t(hint)),
    act !== "seen" && h("label", { for: "declared" }, words ? t("Your words") : t("Your words, if you like")), act !== "seen" && text, fault, progress, buttons);
  return form;
}

/** Which act is being written, which stays open when it is drawn in another language. */
const begun = new WeakMap<View, Declaration>();

/** That a last day is not what its limit gives, in the place where it could press somebody. */
function doubtLine(view: View, { until }: NoticeEntry["notice"]): HTMLElement | null {
  const said = until && sayLimitDoubt(until, view.mailbox.started, firstNotice(view, until));
  return said ? h("p", { class: "notice notice-alarm", role: "alert", "data-test": "limit-doubt" }, said) : null;
}

/** The acts that a notice asks for, with the limit counted down; nothing when it asks for none. */
export function asksBlock(view: View, { entry, notice }: NoticeEntry): HTMLElement | null {
  if (notice.asks.length === 0) return null;
  const heading = h("h3", {}, t("What you can do now"));
  const place = h("div", { class: "stack" });
  const choose = (): void => {
    begun.delete(view);
    fill(place, h("div", { class: "asks" }, notice.asks.map((act) =>
    h("button", { type: "button", class: act === "withdraw" ? "quiet" : "", onclick: () => open(act), "data-test": `ask-${act}` }, actLabel(act)))));
  };
  const open = (act: Declaration): void => {
    const form = declarationForm(view, act, notice.asks, () => { warnOnLeaving(false); choose(); focusOn(heading); });
    begun.set(view, act);
    fill(place, form);
    focusOn(form.querySelector("h4") as HTMLElement);
  };
  const before = begun.get(view);
  if (before === undefined) choose();
  else open(before);
  const answered = isAnswered(entry, view.mailbox.sent);
  return h("div", { class: "stack ask", id: "asks", "data-test": "asks" }, heading,
    notice.until && h("div", { class: "notice stack-small", "data-test": "until" }, sayUntil(notice.until, today(), notice.asks).map((line, i) => h("p", {}, i === 0 ? h("strong", {}, line) : line))),
    doubtLine(view, notice),
    answered && h("p", { class: "small soft", "data-test": "answered" }, t("You have written since this notice. If that was your answer, you need not give it again.")),
    h("p", { class: "small soft" }, t("You need not do any of this. What you send here is signed with your receipt, so that nobody can send it in your name.")),
    sentNote(view, DECLARATIONS), place);
}

/** What a notice leaves open, in a line: to have read it is nothing to decide. */
function leftTo(asks: readonly Declaration[]): string {
  return asks.every((one) => one === "seen" || one === "withdraw")
    ? t("The office would like to know whether you have read its notice.")
    : t("The office leaves something to you.");
}

/** Leads from the top of the page to what is asked. */
export function askSign(view: View, { notice }: NoticeEntry): HTMLElement | null {
  const { asks, until } = notice;
  // Withdrawing is always open: nothing waits for it.
  if (asks.every((one) => one === "withdraw")) return null;
  const lead = (): void => {
    const block = document.getElementById("asks")?.querySelector("h3");
    if (block) focusOn(block);
  };
  // No day that could press somebody stands on top of the page where its own limit does not lead to it.
  const lines = until && doubtLine(view, notice) === null ? sayUntil(until, today(), asks) : [];
  return h("div", { class: "notice stack-small", "data-test": "ask-sign" },
    h("p", {}, h("strong", {}, leftTo(asks)), " ", lines.slice(0, 2).join(" ")),
    h("button", { type: "button", onclick: lead, "data-test": "ask-lead" }, t("See what you can do")));
}

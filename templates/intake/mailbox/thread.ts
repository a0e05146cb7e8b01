/** An opened mailbox: what waits for the reporter, the stage, the thread, and room to write. */

import { DECLARATIONS, type Member, type PayloadOf } from "../../../crypto/index.js";
import { fill, focusOn, h, showNote } from "../../shared/dom.js";
import { t } from "../../shared/strings.js";
import { canRead, cannotRead } from "../people.js";
import { namingCard } from "../receipt/naming.js";
import type { View } from "../sending/opened.js";
import { changeBox, outsideContacts } from "./changes.js";
import { worseCard } from "./checkins.js";
import { circleLines } from "./readers.js";
import { leadTo, sayAlarm, sayMark, threadList } from "./entries.js";
import { proofCard } from "./proofcard.js";
import { isFirstVisit, receiptOffer } from "./newreceipt.js";
import { noticeTitle } from "../../shared/noticetitles.js";
import { type Notice, type NoticeEntry, lastNotice, lastOf, sayNext, stageName } from "./notices.js";
import { hasWritten, promisedBlock } from "./promises.js";
import { sentNote } from "./sentnote.js";
import { waitingBlock } from "./waiting.js";
import { replyForm } from "./writing.js";

function noStage({ mailbox }: View): string {
  return hasWritten(mailbox.entries) ? t("The office has written. How far your report has come, it has not said.") : t("Your report has arrived. No reply yet.");
}

/** Where the case stands by the last status or notice, and what is left to the reporter. */
function stageBlock(view: View, told: NoticeEntry | null): HTMLElement {
  const payload = lastOf(view, "status", "notice")?.content?.payload as PayloadOf<"status"> | Notice | undefined;
  const next = payload && sayNext(view, payload);
  return h("section", { class: "card stack-small", "data-test": "stage" },
    h("h2", {}, payload ? t("Stage when last told: {stage}", { stage: stageName(view, payload.stage) }) : noStage(view)),
    told && h("p", {}, t("Last notice: {title}", { title: noticeTitle(told.notice.act) })),
    next && h("p", {}, next),
    promisedBlock(view),
    view.mailbox.entries.length > 0 && h("button", { type: "button", class: "plain", onclick: () => leadTo(null), "data-test": "newest" }, t("Go to the newest message")),
    readersBlock(view));
}

/** By name, as the reporter's own sealed record has it. Whom the reporter left out is folded: somebody may be looking on. */
function readersBlock(view: View): HTMLElement {
  const people = (ids: readonly string[]): Member[] => ids.flatMap((id) => view.office.directory.member(id) ?? []);
  return h("div", { class: "stack-small", "data-test": "readers" },
    canRead(people(view.mailbox.holders)),
    circleLines(view),
    h("details", { class: "small" }, h("summary", { "data-test": "left-out" }, t("Who you left out")),
      h("div", { class: "stack-small" }, cannotRead(people(view.mailbox.excluded)),
        h("p", { class: "soft" }, t("The office's programs add nobody whom you left out. A reader could still tell them: this page can't know that.")))));
}

/** Before a notice leaves anything to the reporter there is nothing to declare; a message is always possible. */
function declareLater(): HTMLElement {
  return h("details", { class: "card" }, h("summary", { "data-test": "declare-later" }, t("Declarations, and withdrawing a report")),
    h("div", { class: "stack-small" },
      h("p", {}, t("A formal declaration answers a notice: you confirm or contest findings, say whether you are satisfied, or ask for a review. When the office sends a notice that allows one, you find it under that notice, with the deadline.")),
      h("p", {}, t("You can write a message at any time. If you want to withdraw your report, say so in a message. What you have reported is not erased, and the office may have to go on with it."))));
}

/** A reader who gives it to somebody left out is a reader who may go on doing so: no program can take back what was read. */
function betrayedBlock(view: View): HTMLElement | null {
  if (view.mailbox.entries.every(({ mark }) => mark !== "excluded")) return null;
  return h("div", { class: "notice notice-alarm stack-small", role: "alert", "data-test": "betrayed" },
    h("p", {}, h("strong", {}, sayMark("excluded"))),
    h("p", {}, t("This page and every honest program refuse it, but that person may have read it. Don't write anything here that could give you away. Use another way: telephone, letter or an authority.")),
    outsideContacts(view));
}

/** Shows an opened mailbox in place of everything else. */
export function showThread(place: HTMLElement, view: View): void {
  const heading = h("h1", {}, t("Your mailbox"));
  const { alarms } = view.mailbox;
  const isFirst = isFirstVisit(view.mailbox);
  const last = lastNotice(view);
  // What was declared is confirmed under the notice, where there is still one that asks.
  const declared = last !== null && last.notice.asks.length > 0;
  const offer = receiptOffer(place, view, () => [...place.querySelectorAll<HTMLTextAreaElement>("#reply, #declared")].some((one) => one.value.trim() !== ""));
  fill(place, h("div", { class: "stack-wide", "data-test": "mailbox", "data-sent": view.mailbox.sent },
    heading,
    alarms.map((alarm) => h("p", { class: "notice notice-alarm", role: "alert", "data-test": "alarm" }, sayAlarm(alarm))),
    betrayedBlock(view),
    sentNote(view, ["checkin"]),
    worseCard(view), waitingBlock(view, last), stageBlock(view, last), threadList(view, last),
    isFirst ? offer : null, changeBox(view), sentNote(view, declared ? ["reply"] : ["reply", ...DECLARATIONS]), replyForm(view), declared ? null : declareLater(),
    sentNote(view, ["name", "name-back"]), namingCard(view), isFirst ? null : offer, proofCard(view)));
  const note = place.querySelector<HTMLElement>("[data-test=sent-note]");
  if (note === null) focusOn(heading);
  else showNote(note);
}

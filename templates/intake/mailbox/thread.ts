/** An opened mailbox: what waits for the reporter, the stage, the thread, and room to write. */

import { ACTS, type Member, type PayloadOf } from "../../../crypto/browser/index.js";
import { fill, focusOn, h, showNote } from "../../shared/dom.js";
import { t } from "../../shared/strings.js";
import { canRead, cannotRead } from "../people.js";
import { namingCard } from "../receipt/naming.js";
import type { View } from "../sending/opened.js";
import { changeBox } from "./changes.js";
import { worseCard } from "./checkins.js";
import { circleLines } from "./readers.js";
import { askSign } from "./declaring.js";
import { leadTo, sayAlarm, threadList } from "./entries.js";
import { proofCard } from "./keeping.js";
import { isFirstVisit, receiptOffer } from "./newreceipt.js";
import { type Notice, type Told, lastNotice, noticeTitle, sayNext, stageName } from "./notices.js";
import { promisedBlock } from "./promises.js";
import { sentNote } from "./sentnote.js";
import { isAnswered } from "./timeline.js";
import { waitingBlock } from "./waiting.js";
import { replyForm } from "./writing.js";

/** Where the case stands by the last status or notice, and what is left to the reporter. */
function stageBlock(view: View, told: Told | null): HTMLElement {
  const last = [...view.mailbox.entries].reverse().find(({ mark, content }) => mark === null && (content?.type === "status" || content?.type === "notice"));
  const payload = last?.content?.payload as PayloadOf<"status"> | Notice | undefined;
  const next = payload && sayNext(view, payload);
  return h("section", { class: "card stack-small", "data-test": "stage" },
    h("h2", {}, payload ? t("Stage: {stage}", { stage: stageName(view, payload.stage) }) : t("Your report has arrived. The office has not written yet.")),
    told && h("p", {}, t("Last notice: {title}", { title: noticeTitle(told.notice.act) })),
    next && h("p", {}, next),
    promisedBlock(view),
    told && isAnswered(told.entry, view.mailbox.sent) && askSign(told),
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
        h("p", { class: "soft" }, t("Nobody you left out can be added later. This page can't know whether somebody who reads your report talks about it.")))));
}

/** Before a notice leaves anything to the reporter there is nothing to declare; a message is always possible. */
function declareLater(): HTMLElement {
  return h("details", { class: "card" }, h("summary", { "data-test": "declare-later" }, t("Declarations, and withdrawing a report")),
    h("div", { class: "stack-small" },
      h("p", {}, t("A formal declaration answers a notice: you confirm or contest findings, say whether you are satisfied, or ask for a review. When the office sends a notice that allows one, you find it under that notice, with the deadline.")),
      h("p", {}, t("You can write a message at any time. If you want to withdraw your report, say so in a message. What you have reported is not erased, and the office may have to go on with it."))));
}

/** Shows an opened mailbox in place of everything else. */
export function showThread(place: HTMLElement, view: View): void {
  const heading = h("h1", {}, t("Your mailbox"));
  const { alarms } = view.mailbox;
  const isFirst = isFirstVisit(view.mailbox);
  const last = lastNotice(view.mailbox);
  // What was declared is confirmed under the notice, where there is still one that asks.
  const declared = last !== null && last.notice.asks.length > 0;
  const offer = receiptOffer(place, view, () => [...place.querySelectorAll<HTMLTextAreaElement>("#reply, #declared")].some((one) => one.value.trim() !== ""));
  fill(place, h("div", { class: "stack-wide", "data-test": "mailbox", "data-sent": view.mailbox.sent },
    heading,
    alarms.map((alarm) => h("p", { class: "notice notice-alarm", role: "alert", "data-test": "alarm" }, sayAlarm(alarm))),
    sentNote(view, ["checkin"]),
    worseCard(view), waitingBlock(view, last), stageBlock(view, last), threadList(view, last),
    isFirst ? offer : null, changeBox(view), sentNote(view, declared ? ["reply"] : ["reply", ...ACTS]), replyForm(view), declared ? null : declareLater(),
    sentNote(view, ["name", "name-back"]), namingCard(view), isFirst ? null : offer, proofCard(view)));
  const note = place.querySelector<HTMLElement>("[data-test=sent-note]");
  if (note === null) focusOn(heading);
  else showNote(note);
}

/** An opened mailbox: stage, thread, alarms, reply and declarations. */

import { type Alarm, type Attachment, type Entry, type Mark, type Member, type PayloadOf, openAttachmentAsBlob, sealMessage, shownFileName, systemRng } from "../../../crypto/browser/index.js";
import { fill, focusOn, h, saveFile } from "../../shared/dom.js";
import { NoAnswer, sayError } from "../../shared/refusals.js";
import { saySize, t } from "../../shared/strings.js";
import { fetchPart, untilAnswered } from "../api.js";
import type { ReadyFile } from "../clean/clean.js";
import { askSign, asksBlock } from "./declaring.js";
import { filesField } from "../telling/filesfield.js";
import { circleLines } from "./circle.js";
import { changeBox, changeEntry } from "./changes.js";
import { worseCard } from "./checkins.js";
import { mailboxNotice } from "../lapsed.js";
import { guardPart } from "../receipt/guarding.js";
import { proofCard } from "./keeping.js";
import { sayLineDown } from "../sending/meter.js";
import { isFirstVisit, receiptOffer } from "./newreceipt.js";
import { namingCard, unsealingBody } from "../receipt/naming.js";
import { promisedBlock } from "./promises.js";
import { type Notice, type Told, lastNotice, noticeBody, noticeTitle, sayNext, stageName } from "./notices.js";
import type { View } from "../sending/opened.js";
import { send } from "../sending/posting.js";
import { canRead, cannotRead } from "../people.js";
import { roleName } from "../roles.js";
import { sendFiles } from "../sending/sending.js";
import { warnOnLeaving } from "../leaving.js";

function sayMark(mark: Mark): string {
  const words: Record<Mark, string> = {
    forged: t("This message is not from the office. It is not shown."),
    unsigned: t("This message carries no signature of the office. Do not trust it."),
    replayed: t("An old message was delivered a second time."),
    "out-of-order": t("A message came in the wrong order."),
    missing: t("A message is missing here. Somebody may be holding it back."),
    "removed-signer": t("This message is signed by somebody who no longer has access to your report. Do not trust it."),
    unreadable: t("A message can't be read: it was damaged or altered."),
    "former-key": t("This message uses a key that is no longer valid. Do not trust it."),
    excluded: t("Somebody tried to let in a person whom you had left out. It was refused."),
    successor: t("A change of keys does not fit the one before. It was refused."),
  };
  return words[mark];
}

function sayAlarm(alarm: Alarm): string {
  return alarm === "withheld"
    ? t("The office has written something that was not delivered here. Somebody may be holding it back.")
    : t("The server shows an older state of your mailbox than the office has seen. Somebody may be trying to deceive you.");
}

function signerName(view: View, entry: Entry): string {
  const member = entry.signer ? view.office.directory.member(entry.signer) : null;
  return member ? roleName(member.role) : t("The office");
}

function attachmentRow(view: View, attachment: Attachment): HTMLElement {
  const say = h("span", { class: "small soft", role: "status" });
  const waiting = (seconds: number | null): void => { say.textContent = seconds === null ? t("Getting it…") : sayLineDown(seconds); };
  const get = async (): Promise<void> => {
    say.textContent = t("Getting it…");
    try {
      const fetchOne = (k: number): Promise<Uint8Array<ArrayBuffer>> =>
        untilAnswered(() => fetchPart(view.kept.keys.token(), attachment.blob, k), waiting, (error) => error instanceof NoAnswer);
      const body = await openAttachmentAsBlob(view.mailbox.opener(), attachment, fetchOne);
      saveFile(attachment.name, body);
      say.textContent = t("Kept in your downloads. Delete it there when you no longer need it.");
    } catch (error) {
      say.textContent = sayError(error);
    }
  };
  // Within the sentence a name in another direction keeps to its own place.
  return h("li", { class: "stack-small" },
    h("button", { type: "button", class: "quiet", onclick: () => void get(), "data-test": "attachment-get" }, t("Get {name} ({size})", { name: `\u2068${shownFileName(attachment.name)}\u2069`, size: saySize(attachment.size) })),
    h("p", { class: "hint" }, t("Anybody who watches the network sees that something of this size is loaded.")), say);
}

function entryBody(view: View, entry: Entry): HTMLElement | null {
  const { content } = entry;
  if (!content) return null;
  if (content.type === "status") {
    const status = content.payload as PayloadOf<"status">;
    const next = sayNext(view, status);
    return h("div", {}, h("p", {}, h("strong", {}, t("Stage: {stage}", { stage: stageName(view, status.stage) }))),
      next && h("p", {}, next), status.text && h("p", { class: "prose" }, status.text));
  }
  if (content.type === "notice") {
    const notice = content.payload as Notice;
    return h("div", { class: "stack-small", "data-test": "notice" }, noticeBody(view, notice), fileList(view, notice.attachments));
  }
  if (content.type === "unsealing") return unsealingBody(content.payload as PayloadOf<"unsealing">);
  if (content.type === "epoch") return changeEntry(view, entry);
  const { text, attachments } = content.payload as PayloadOf<"reply">;
  return h("div", { class: "stack-small" }, h("p", { class: "prose", "data-test": "reply-text" }, text), fileList(view, attachments));
}

function fileList(view: View, attachments: readonly Attachment[]): HTMLElement | null {
  return attachments.length > 0 ? h("ul", { class: "files" }, attachments.map((one) => attachmentRow(view, one))) : null;
}

/** One line of the thread; what the last notice asks stands under it. */
function entryCard(view: View, entry: Entry, last: Told | null): HTMLElement {
  if (entry.mark) return h("li", { class: "notice notice-alarm", "data-test": "entry-marked" }, sayMark(entry.mark));
  return h("li", { class: "card entry", "data-test": "entry" },
    h("p", { class: "small soft" }, entry.content?.type === "epoch" ? t("A change of keys, checked") : t("From the office, checked: {name}", { name: signerName(view, entry) }),
      entry.formerMember && t(" (no longer in office)")),
    entryBody(view, entry), last?.entry === entry && asksBlock(view, last));
}

/** Where the case stands by the last status or notice, and what is left to the reporter. */
function stageBlock(view: View, told: Told | null): HTMLElement {
  const last = [...view.mailbox.entries].reverse().find(({ mark, content }) => mark === null && (content?.type === "status" || content?.type === "notice"));
  const payload = last?.content?.payload as PayloadOf<"status"> | Notice | undefined;
  const next = payload && sayNext(view, payload);
  return h("section", { class: "card stack-small", "data-test": "stage" },
    h("h2", {}, payload ? t("Stage: {stage}", { stage: stageName(view, payload.stage) }) : t("Your report has arrived and waits to be taken up.")),
    told && h("p", {}, t("Last notice: {title}", { title: noticeTitle(told.notice.act) })),
    next && h("p", {}, next),
    promisedBlock(view),
    told && askSign(told),
    readersBlock(view),
    h("p", { class: "small soft" }, t("Sealed items sent from you so far: {n} (your report, your messages, and what this page confirms to the office for you). For your safety they are not shown again.", { n: view.mailbox.sent })));
}

/** By name, as the reporter's own sealed record has it. Whom the reporter left out is folded: somebody may be looking on. */
function readersBlock(view: View): HTMLElement {
  const people = (ids: readonly string[]): Member[] => ids.flatMap((id) => view.office.directory.member(id) ?? []);
  return h("div", { class: "stack-small", "data-test": "readers" },
    canRead(people(view.mailbox.holders)),
    circleLines(view),
    h("details", { class: "small" }, h("summary", { "data-test": "left-out" }, t("Whom you left out")),
      h("div", { class: "stack-small" }, cannotRead(people(view.mailbox.excluded)),
        h("p", { class: "soft" }, t("Nobody whom you left out can be added later. This page can't know whether somebody who reads your report tells others of it.")))));
}

/** Files that were chosen for a reply, which stay when it is drawn in another language. */
const chosen = new WeakMap<View, ReadyFile[]>();

function replyForm(view: View): HTMLElement {
  const files = (): ReadyFile[] => chosen.get(view) ?? [];
  let counter = files().length;
  const text = h("textarea", { autocomplete: "off", id: "reply", rows: 6, "data-test": "reply" });
  text.addEventListener("input", () => warnOnLeaving(text.value !== ""));
  const fault = h("p", { class: "fault", role: "alert", "data-test": "reply-fault" });
  const progress = h("div");
  const guard = guardPart(view);
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    if (!text.value.trim() && files().length === 0) {
      fault.textContent = t("Please write something first.");
      return text.focus();
    }
    fault.textContent = guard?.fault() ?? "";
    if (fault.textContent !== "") return;
    void send(view, { form: event.currentTarget as HTMLFormElement, place: progress, fault, toPeople: guard?.asked() ?? false }, async (meter) => {
      const attachments = await sendFiles(view.mailbox.toOffice(), files(), meter);
      return sealMessage(view.office.directory, view.kept.keys, view.mailbox, text.value, attachments, systemRng, await guard?.seal());
    });
  };
  const shelf = {
    list: () => files().map((file) => ({ name: file.name, size: file.content.size, file })),
    add: (file: ReadyFile) => void chosen.set(view, [...files(), file]),
    remove: (at: number) => void chosen.set(view, files().filter((_, i) => i !== at)),
    next: () => (counter += 1),
  };
  return h("form", { class: "card stack", onsubmit: submit, novalidate: true, "data-test": "reply-form" },
    h("label", { for: "reply" }, t("Write to the office")), text, filesField(shelf), guard?.element, fault, progress,
    h("button", { class: "primary", "data-test": "reply-send" }, t("Seal and send")));
}

/** Before a notice leaves anything to the reporter there is nothing to declare; a message is always possible. */
function declareLater(): HTMLElement {
  return h("details", { class: "card" }, h("summary", { "data-test": "declare-later" }, t("Declarations, and withdrawing a report")),
    h("div", { class: "stack-small" },
      h("p", {}, t("A formal declaration answers a notice: that you confirm or contest findings, are satisfied or not, or ask for a review. As soon as the office sends a notice that leaves one to you, it stands under that notice, with the last day for it.")),
      h("p", {}, t("You can write a message at any time. If you want your report to be stopped, say so in a message. What you have told is not erased, and the office may have to go on with it."))));
}

/** Shows an opened mailbox in place of everything else. */
export function showThread(place: HTMLElement, view: View): void {
  const heading = h("h1", {}, t("Your mailbox"));
  const { alarms, entries } = view.mailbox;
  const isFirst = isFirstVisit(view.mailbox);
  const last = lastNotice(view.mailbox);
  const offer = receiptOffer(place, view, () => [...place.querySelectorAll<HTMLTextAreaElement>("#reply, #declared")].some((one) => one.value.trim() !== ""));
  fill(place, h("div", { class: "stack-wide", "data-test": "mailbox", "data-sent": view.mailbox.sent },
    heading,
    alarms.map((alarm) => h("p", { class: "notice notice-alarm", role: "alert", "data-test": "alarm" }, sayAlarm(alarm))),
    mailboxNotice(view.office), worseCard(view), stageBlock(view, last),
    entries.length > 0 ? h("ol", { class: "thread", "data-test": "thread" }, entries.map((entry) => entryCard(view, entry, last))) : h("p", { class: "soft", "data-test": "thread-empty" }, t("No message from the office yet.")),
    isFirst ? offer : null, changeBox(view), replyForm(view), last === null || last.notice.asks.length === 0 ? declareLater() : null, namingCard(view), isFirst ? null : offer, proofCard(view)));
  focusOn(heading);
}

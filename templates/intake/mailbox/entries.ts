/** The lines of the thread: what the office wrote, each checked, and where the reporter's own items stand among them. */

import { type Alarm, type Attachment, type Day, type ThreadEntry, type ItemFault, type PayloadOf, openAttachmentAsBlob, shownFileName } from "../../../crypto/index.js";
import { focusOn, h, saveFile } from "../../shared/dom.js";
import { NoAnswer, sayError } from "../../shared/refusals.js";
import { sayDay, saySize, t } from "../../shared/strings.js";
import { fetchPart, untilAnswered } from "../api.js";
import { foreignWords } from "../foreignwords.js";
import { unsealingBody } from "../receipt/naming.js";
import { roleName } from "../roles.js";
import { sayLineDown } from "../sending/progress.js";
import type { View } from "../sending/opened.js";
import { changeEntry, outsideContacts } from "./changes.js";
import { asksBlock } from "./declaring.js";
import { type Notice, type NoticeEntry, doubtIn, noticeBody, sayNext, stageName } from "./notices.js";
import { type Doubt, canRun } from "./plausible.js";
import { type Line, type Own, timeline } from "./timeline.js";

export function sayMark(mark: ItemFault): string {
  const words: Record<ItemFault, string> = {
    forged: t("This message is not from the office. It is not shown."),
    unsigned: t("This message carries no signature of the office. Do not trust it."),
    replayed: t("An old message was delivered a second time."),
    "out-of-order": t("A message came in the wrong order."),
    missing: t("A message is missing here. Somebody may be holding it back."),
    "removed-signer": t("This message is signed by somebody who no longer has access to your report. Do not trust it."),
    unreadable: t("A message can't be read: it was damaged or altered."),
    "former-key": t("This message uses a key that is no longer valid. Do not trust it."),
    excluded: t("Somebody who reads your report tried to give it, or gave it, to a person whom you had left out."),
    successor: t("A change of keys does not fit the one before. It was refused."),
  };
  return words[mark];
}

export function sayAlarm(alarm: Alarm): string {
  return alarm === "withheld"
    ? t("The office has written something that was not delivered here. Somebody may be holding it back.")
    : t("The server shows an older state of your mailbox than the office has seen. Somebody may be trying to deceive you.");
}

function signerName(view: View, entry: ThreadEntry): string {
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
  const opening = t("Opening a file can tell its sender that you opened it, and from where: open it without a connection, or not at all.");
  // Within the sentence a name in another direction keeps to its own place.
  return h("li", { class: "stack-small" },
    h("button", { type: "button", class: "quiet", onclick: () => void get(), "data-test": "attachment-get" }, t("Get {name} ({size})", { name: `\u2068${shownFileName(attachment.name)}\u2069`, size: saySize(attachment.size) })),
    canRun(attachment.name) ? h("p", { class: "notice notice-care small", "data-test": "attachment-runs" }, t("A file of this kind can run a program on your device."), " ", opening) : h("p", { class: "hint" }, opening),
    h("p", { class: "hint" }, t("Anybody who watches the network sees that something of this size is loaded.")), say);
}

function entryBody(view: View, entry: ThreadEntry): HTMLElement | null {
  const { content } = entry;
  if (!content) return null;
  if (content.type === "status") {
    const status = content.payload as PayloadOf<"status">;
    const next = sayNext(view, status);
    return h("div", {}, h("p", {}, h("strong", {}, t("Stage: {stage}", { stage: stageName(view, status.stage) }))),
      next && h("p", {}, next), status.text && foreignWords(status.text, "status-text"));
  }
  if (content.type === "notice") {
    const notice = content.payload as Notice;
    return h("div", { class: "stack-small", "data-test": "notice" }, noticeBody(view, notice), fileList(view, notice.attachments));
  }
  if (content.type === "unsealing") return unsealingBody(content.payload as PayloadOf<"unsealing">, view.office.directory, entry.signer);
  if (content.type === "epoch") return changeEntry(view, entry);
  const { text, attachments } = content.payload as PayloadOf<"reply">;
  return h("div", { class: "stack-small" }, text && foreignWords(text, "reply-text"), fileList(view, attachments));
}

function fileList(view: View, attachments: readonly Attachment[]): HTMLElement | null {
  return attachments.length > 0 ? h("ul", { class: "files" }, attachments.map((one) => attachmentRow(view, one))) : null;
}

/** The place of a message on the page, to lead there. */
export function placeOf(entry: ThreadEntry): string {
  return `message-${entry.seq ?? 0}`;
}

/** Leads to a message, or to the newest line where none is given. */
export function leadTo(entry: ThreadEntry | null): void {
  const lines = document.querySelectorAll<HTMLElement>(".thread > li");
  const found = entry === null ? lines[lines.length - 1] : document.getElementById(placeOf(entry));
  const folded = found?.closest("details");
  if (folded) folded.open = true;
  if (found) focusOn(found);
}

/** The day that stands in the sealed content; null where none does. What the server says of a day is not asked. */
export function dayOf({ mark, content }: ThreadEntry): Day | null {
  const said = mark === null && content !== null ? (content.payload as { readonly day?: Day }).day : undefined;
  return said ?? null;
}

function dayLine(entry: ThreadEntry): HTMLElement {
  const day = dayOf(entry);
  return h("p", { class: "small soft", "data-test": "day" }, day === null ? t("No day is given") : h("time", { datetime: day }, sayDay(day)));
}

/** The sentence for what is not to be relied on. */
export function sayDoubt(doubt: Doubt): string {
  const words: Record<Doubt, string> = {
    unknown: t("This message names something that the policy, as it stands today, does not have. This page can't confirm it: don't rely on it."),
    day: t("The day of this message is not plausible. Don't rely on it."),
    name: t("The custodians have no such encrypted name from you. Unless you gave one and took it back, this message is not true. Tell somebody who does not read your report."),
  };
  return words[doubt];
}

/** Words that are rightly signed, and that the office's papers do not bear out: one person's, and no voice of this page. */
function doubtCard(view: View, entry: ThreadEntry, doubt: Doubt): HTMLElement {
  const { text = "", attachments = [] } = entry.content?.payload as { text?: string; attachments?: readonly Attachment[] };
  return h("li", { class: "notice notice-alarm stack-small", id: placeOf(entry), "data-test": "entry-doubted", "data-doubt": doubt },
    h("p", { class: "small" }, t("Signed by one person of the office: {name}", { name: signerName(view, entry) })),
    dayLine(entry), h("p", {}, h("strong", {}, sayDoubt(doubt))),
    doubt === "name" && outsideContacts(view),
    text && foreignWords(text, "doubted-text"), fileList(view, attachments));
}

/** What the last notice asks stands under it. */
function entryCard(view: View, entry: ThreadEntry, last: NoticeEntry | null): HTMLElement {
  if (entry.mark) return h("li", { class: "notice notice-alarm", "data-test": "entry-marked" }, sayMark(entry.mark));
  const doubt = doubtIn(view, entry);
  if (doubt !== null) return doubtCard(view, entry, doubt);
  return h("li", { class: "card entry", id: placeOf(entry), "data-test": "entry" },
    h("p", { class: "small soft" }, entry.content?.type === "epoch" ? t("A change of keys, checked") : t("From the office, checked: {name}", { name: signerName(view, entry) }),
      entry.formerMember && t(" (no longer in office)")),
    dayLine(entry), entryBody(view, entry), last?.entry === entry && asksBlock(view, last));
}

function ownWords(view: View, { begins, n }: Own): string {
  if (!begins) return n === 1 ? t("From you: 1 item") : t("From you: {n} items", { n });
  const day = sayDay(view.mailbox.started);
  // Each report is followed by one post of one size, whatever was chosen after it; where it is missing, no choice was sent.
  if (n === 1) return t("Your report of {day}", { day });
  return n === 2 ? t("Your report of {day}, with everything you attached and chose", { day }) : t("Your report of {day}, with everything you attached and chose, and what you wrote later", { day });
}

function ownCard(view: View, own: Own): HTMLElement {
  const [ticks, state] = own.had ? ["✓✓", t("The office had it when it wrote the next message.")] : ["✓", t("Sent. There has been no answer since.")];
  return h("li", { class: "own stack-small", "data-test": "own", "data-n": own.n, "data-had": own.had ? "yes" : "no" },
    h("p", {}, h("strong", {}, ownWords(view, own)), " ", h("span", { class: "small soft" }, t("(not shown, for your safety)"))),
    h("p", { class: "small soft" }, h("span", { "aria-hidden": "true" }, ticks), " ", state));
}

/** So many messages of the office stay in view. */
const IN_VIEW = 3;
/** Fewer are not worth folding. */
const WORTH = 2;

/** How many of the oldest lines are folded away: never one with a mark or a doubt, and nothing that stands behind it or the last notice. */
export function foldedOf(lines: readonly Line[], last: ThreadEntry | null, isDoubted: (entry: ThreadEntry) => boolean = () => false): number {
  const office = lines.flatMap((line, at) => ("entry" in line ? [at] : []));
  const kept = lines.findIndex((line) => "entry" in line && (line.entry.mark !== null || line.entry === last || isDoubted(line.entry)));
  const most = Math.min(office.at(-IN_VIEW) ?? 0, kept < 0 ? lines.length : kept);
  return most < WORTH ? 0 : most;
}

function daysFold(): HTMLElement {
  return h("details", { class: "small" }, h("summary", { "data-test": "days" }, t("What the days mean")),
    h("p", { class: "soft" }, t("The day of a message is part of the encrypted and signed message, taken from the writer's device: no server can change it. No time of day is kept. This page can't read a day on your own messages; their order is the one that the office's messages prove.")));
}

/** The oldest first, as in any messenger, and the newest right above the box for an answer; older ones are folded away. */
export function threadList(view: View, last: NoticeEntry | null): HTMLElement {
  const lines = timeline(view.mailbox.entries, view.mailbox.sent);
  const drawn = lines.map((line) => ("entry" in line ? entryCard(view, line.entry, last) : ownCard(view, line.own)));
  const folded = foldedOf(lines, last?.entry ?? null, (entry) => doubtIn(view, entry) !== null);
  const list = (items: readonly HTMLElement[]): HTMLElement => h("ol", { class: "thread" }, items);
  return h("section", { class: "stack-small", "data-test": "thread" }, h("h2", {}, t("Messages")),
    folded > 0 && h("details", { class: "stack-small" }, h("summary", { "data-test": "earlier" }, t("Earlier messages ({n})", { n: folded })), list(drawn.slice(0, folded))),
    list(drawn.slice(folded)),
    view.mailbox.entries.length > 0 && daysFold(),
    view.mailbox.entries.length === 0 && h("p", { class: "soft", "data-test": "thread-empty" }, t("No message from the office yet.")));
}

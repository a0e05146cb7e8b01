/** One step of the story as a row: who, when, what was said, and plainly what is wrong with it. */

import { STEP_DECLINED } from "../../../casework/index.js";
import { around, blank } from "../../shared/officetext.js";
import { type Sentence, msg, t } from "../../shared/strings.js";
import { decisionFacts, eventFacts, eventTitle, noticeFacts, stepWrongs } from "../acting/eventwords.js";
import { attachmentList } from "../files/attachments.js";
import type { CaseActions } from "../actions.js";
import { type Attachment, type Entry, type EntryFault, type Happening, type OpenedCase, good } from "../opened/model.js";
import { sentWith } from "../publication/offers.js";
import { nameIn, textOf } from "../trusted/policy.js";
import type { OfficeWords } from "../context.js";
import type { TimelineEntry } from "../opened/timeline.js";
import { answeredTitle, declinedTitle } from "./proposalanswer.js";
import { isRepeatedNotice, movedLines, movedTitle } from "./readerchange.js";
import { type Child, h } from "../ui.js";

const MARKS: Readonly<Record<EntryFault, Sentence>> = {
  ok: msg("Verified"),
  departed: msg("Verified; the sender has since left the office directory"),
  forged: msg("Forged: it does not come from the sender it names"),
  unsigned: msg("Unsigned: nobody at the office has signed this"),
  replayed: msg("Replayed: an old message sent a second time"),
  "out-of-order": msg("Out of order: it does not follow the message before"),
  missing: msg("Missing: a message between these was not delivered"),
  "removed-signer": msg("Signed by someone no longer allowed to sign in this case"),
  unreadable: msg("Cannot be decrypted with the keys of this case"),
  "former-key": msg("Encrypted with a key that had already been replaced"),
  excluded: msg("Lists as a reader someone the reporter excluded"),
  successor: msg("Does not continue the grant that this browser knows"),
};

const EVENT_NAMES: Readonly<Record<string, Sentence>> = {
  received: msg("Report received"),
  "message-received": msg("Message from the reporter"),
  claimed: msg("The desk of {person} decrypted the case for the first time with this key"),
  taken: msg("{person} took the case"),
  replied: msg("{person} replied to the reporter"),
  noted: msg("{person} wrote an internal note"),
  "office-key": msg("{person} created the internal key for notes among colleagues"),
  regranted: msg("{person} changed who can read the case"),
  "regrant-proposed": msg("{person} proposed a change of readers, which needs a second signature"),
  "regrant-countersigned": msg("{person} signed the proposed change of readers; it is in effect"),
  "regrant-told": msg("{person} notified the reporter again of the change of readers"),
  "regrant-declined": msg("{person} declined the proposed change of readers"),
  "step-declined": msg("{person} recorded a refusal that answers no request"),
};

const ENTRY_NAMES: Readonly<Record<string, Sentence>> = {
  report: msg("Report received"),
  message: msg("Message from the reporter"),
  act: msg("Declaration by the reporter"),
  "receipt-kept": msg("The reporter has saved the receipt"),
  "receipt-change": msg("The reporter changed the receipt"),
  reply: msg("Reply to the reporter, signed by {person}"),
  letter: msg("Letter to the reporter, signed by {person}"),
  status: msg("Update to the reporter, signed by {person}"),
  "office-key": msg("The internal key, created by {person}"),
  note: msg("Internal note by {person}, never shown to the reporter"),
  finding: msg("Finding by {person}, never shown to the reporter"),
  draft: msg("Draft by {person}, never shown to the reporter"),
  publication: msg("Text for publication by {person}, not sent to the reporter"),
  witness: msg("Witness statement taken by {person}, never shown to the reporter"),
  notice: msg("Notice to the reporter, signed by {person}"),
  decision: msg("Decision by {person}, never shown to the reporter"),
  identity: msg("The reporter gave a name, or had one sealed"),
  "identity-withdrawn": msg("The reporter withdrew a sealed name"),
  unsealing: msg("The reporter was told of a request for the identity, by {person}"),
  custody: msg("Name sealed by {person}, never shown to the reporter"),
};

const ACTS: Readonly<Record<string, Sentence>> = {
  confirm: msg("confirms the findings"),
  contest: msg("contests the findings"),
  agree: msg("agrees to the solution"),
  refuse: msg("does not agree to the solution"),
  supply: msg("supplies what was asked for"),
  seen: msg("has read the notice"),
  withdraw: msg("withdraws the report"),
  appeal: msg("appeals"),
  satisfied: msg("is satisfied with the result"),
  unsatisfied: msg("is not satisfied with the result"),
};

/** The notice of a change of readers, sent once more. */
const TOLD_AGAIN = "regrant-told";

/** What is wrong with an entry of the record. */
export const WRONGS: Readonly<Record<string, Sentence>> = {
  unreadable: msg("unreadable"),
  "out-of-order": msg("out of order"),
  foreign: msg("of another case"),
  unsigned: msg("unsigned"),
  forged: msg("forged"),
  "removed-signer": msg("signer not in the directory"),
  "non-reader": msg("signed by someone who could not read this case; it does not count"),
};

/** One entry as `draw` shows it; one that can't be drawn says so, so that nothing a member signs takes the page of a case from the others. */
export function entryRow(event: Happening | null, draw: () => HTMLElement, instead: (said: string) => HTMLElement): HTMLElement {
  try {
    return draw();
  } catch {
    return instead(event === null ? t("This entry cannot be displayed.") : t("This entry cannot be displayed (no. {n}, {kind}).", { n: event.n, kind: event.kind }));
  }
}

/** A row of the story. */
export function momentRow(moment: TimelineEntry, opened: OpenedCase, words: OfficeWords, act: CaseActions): HTMLElement {
  return entryRow(moment.event, () => drawnMoment(moment, opened, words, act), (said) => h("li", { class: "moment is-wrong", "data-test": "moment" }, h("p", { class: "wrong", "data-test": "undrawn" }, said)));
}

/** An item that did not verify is never shown as if it had. */
function drawnMoment(moment: TimelineEntry, opened: OpenedCase, words: OfficeWords, act: CaseActions): HTMLElement {
  const { event, entry } = moment;
  const wrong = (entry !== null && !good(entry)) || (event !== null && event.wrong !== null);
  const side = entry === null ? "event" : entry.dir;
  return h("li", { class: `moment ${side}${wrong ? " is-wrong" : ""}`, "data-test": "moment", "data-type": entry?.type ?? event?.kind ?? "", "data-mark": entry?.mark ?? "" },
    h("div", { class: "moment-head" },
      h("span", { class: "moment-what" }, title(moment, opened, words)),
      event === null ? null : h("time", { datetime: event.day }, words.day(event.day, opened.row.entity))),
    marks(moment), stepWrongs(event, entry, opened, words),
    event === null ? null : eventFacts(event, opened.ruled, words, opened.row.entity),
    entry === null || !good(entry) ? null : content(entry, opened, words, act));
}

/** Who decided a change of keys: it has no signer of its own. */
function signersOf(entry: Entry): string[] {
  return (entry.payload["signatures"] as { member: string }[]).map(({ member }) => member);
}

function title({ event, entry }: TimelineEntry, opened: OpenedCase, words: OfficeWords): Child {
  const step = event === null || (entry !== null && !good(entry)) ? null : eventTitle(event, entry, opened.ruled, words);
  if (step !== null) return step;
  if (event?.kind === STEP_DECLINED && (entry === null || good(entry))) return declinedTitle(event, opened, words) ?? around(t(EVENT_NAMES[STEP_DECLINED] ?? msg("Entry"), { person: blank("person") }), { person: words.named(event.actor) });
  if (event?.kind === "noted" && sentWith(event, entry, opened)?.against === null) return around(t("{person} signed a text for publication", { person: blank("person") }), { person: words.named(event.actor) });
  if (entry !== null && !good(entry) && event !== null && event.actor !== null && event.wrong === null) return around(t("Recorded by {person}; what was written cannot be relied on", { person: blank("person") }), { person: words.named(event.actor) });
  if (entry !== null && !good(entry)) return entry.dir === "to-reporter" ? t("Claims to come from the office") : t("Claims to come from the reporter");
  const again = entry?.type === "epoch" && event?.kind === TOLD_AGAIN && isRepeatedNotice(entry, opened);
  if (entry !== null && entry.type !== null && !again) {
    const isMove = entry.type === "epoch";
    return around(t(isMove ? movedTitle(entry, opened) : (ENTRY_NAMES[entry.type] ?? msg("Entry")), { person: blank("person") }), { person: isMove ? words.namedAll(signersOf(entry)) : words.named(entry.signer) });
  }
  const answered = event === null ? null : answeredTitle(event, opened, words);
  return answered ?? around(t(EVENT_NAMES[event?.kind ?? ""] ?? msg("Entry"), { person: blank("person") }), { person: words.named(event?.actor ?? null) });
}

function marks({ event, entry }: TimelineEntry): Child {
  const mark = entry === null || entry.mark === "ok" ? null : h("p", { class: good(entry) ? "hint" : "wrong", "data-test": "mark" }, t(MARKS[entry.mark]));
  const wrong = event === null || event.wrong === null ? null : h("p", { class: "wrong", "data-test": "event-wrong" }, t("The record entry is wrong: {what}", { what: t(WRONGS[event.wrong] ?? msg("unreadable")) }));
  const alone = event === null && entry !== null && entry.mark !== "missing" ? h("p", { class: "hint" }, t("The record has no entry for this yet.")) : null;
  return [mark, wrong, alone];
}

function content(entry: Entry, opened: OpenedCase, words: OfficeWords, act: CaseActions): Child {
  const text = entry.payload["text"];
  const files = (entry.payload["attachments"] ?? []) as readonly Attachment[];
  // The report stands above, whole; here it is only a step.
  if (entry.type === "report") return null;
  return [
    entry.type === "notice" ? noticeFacts(entry, opened, words) : null,
    entry.type === "decision" ? decisionFacts(entry, opened.ruled?.rules ?? null) : null,
    entry.type === "status" ? statusLine(entry, opened, words) : null,
    entry.type === "act" ? h("p", { class: "act" }, t("The reporter {what}.", { what: t(ACTS[String(entry.payload["act"])] ?? msg("declares something")) })) : null,
    entry.type === "epoch" ? movedLines(entry, opened, words) : null,
    typeof text === "string" && text !== "" ? h("p", { class: "said" }, text) : null,
    attachmentList(files, (file, progress) => act.fetch(entry, file, progress), act.failed),
  ];
}

function statusLine(entry: Entry, opened: OpenedCase, words: OfficeWords): HTMLElement {
  const stages = textOf(words.policies, opened.row)?.stages;
  const { stage, next, due } = entry.payload as { stage: string; next: string | null; due: string | null };
  const lines = [
    t("Stage: {stage}", { stage: nameIn(stages, stage) }),
    next === null ? null : t("Next: {stage}", { stage: nameIn(stages, next) }),
    due === null ? null : t("By {day}", { day: words.day(due, opened.row.entity) }),
  ].filter((line) => line !== null);
  return h("p", { class: "facts" }, lines.map((line) => h("span", {}, line)));
}

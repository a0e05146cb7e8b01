/** Entering a receipt: any spelling is fine, a wrong digit is told before anything is sent. */

import { type Checkin, type Receipt, deriveReporter, openMailbox, pollListing, readMailbox, resumeCase } from "../../../crypto/index.js";
import { fill, focusOn, h, showNote } from "../../shared/dom.js";
import { sayError } from "../../shared/refusals.js";
import { pageLanguage, sayDay, t } from "../../shared/strings.js";
import { poll } from "../api.js";
import { askHow, dueDays } from "./checkins.js";
import { askProof } from "./proofcard.js";
import { type Office, openOffice } from "../office.js";
import { earlyFault, receiptOrNull } from "../receipt/typedcheck.js";
import { lostReceipt } from "../receipt/lost.js";
import { startReport } from "../reportapp.js";
import { missingFiles } from "../sending/sending.js";
import { type Terms, termsLine } from "../sending/terms.js";
import { holdLanguage, redrawWith } from "../language.js";
import { askOnBack, offerOnLeaving, warnOnLeaving } from "../leaving.js";
import type { Just, View } from "../sending/opened.js";
import { moveTo } from "../shell.js";
import { addPlace, goToPlace, hearMoves, placeNow } from "../screenhistory.js";
import { type DraftKeys, ReportDraft, seenByDraft, termsOfDraft } from "../form/answers.js";
import { speakIn, voiceOfCase, voiceOfOffice } from "../voice.js";
import { showThread } from "./thread.js";

type Draft = NonNullable<Awaited<ReturnType<typeof openMailbox>>["draft"]>;

/** Shows the entry form; `typed` is what stands in it already. */
export function askForReceipt(place: HTMLElement, office: Office, typed = ""): void {
  warnOnLeaving(false);
  speakIn(() => voiceOfOffice(office));
  hearMoves(() => undefined);
  redrawWith(() => askForReceipt(place, office));
  fill(place, h("div", { class: "stack" }, h("h1", {}, t("Check progress or continue a draft")), receiptForm(typed, (receipt) => void enter(place, office, receipt))));
}

/** The field for a receipt: `entered` is called with one whose digits can be right, `heard` with all that is typed. */
export function receiptForm(typed: string, entered: (receipt: Receipt) => void, heard: (typed: string) => void = () => undefined): HTMLFormElement {
  const fault = h("p", { class: "fault", id: "receipt-fault", role: "status", "data-test": "receipt-fault" }, earlyFault(typed));
  const input = h("textarea", {
    id: "receipt", rows: 2, class: "receipt-input mono", inputmode: "numeric", autocomplete: "off", spellcheck: "false",
    "aria-describedby": "receipt-hint receipt-fault", "data-test": "receipt-input",
  });
  input.value = typed;
  input.addEventListener("input", () => {
    heard(input.value);
    fault.textContent = earlyFault(input.value) ?? "";
    input.toggleAttribute("aria-invalid", false);
  });
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const receipt = receiptOrNull(input.value);
    if (receipt) return entered(receipt);
    fault.textContent = earlyFault(input.value) ?? t("A receipt has 28 digits.");
    input.setAttribute("aria-invalid", "true");
    input.focus();
  };
  return h("form", { class: "stack", onsubmit: submit, novalidate: true, "data-test": "receipt-form" },
    h("label", { for: "receipt" }, t("Your receipt")),
    h("p", { class: "hint", id: "receipt-hint" }, t("28 digits, with or without spaces or hyphens. It never leaves this device.")),
    input, fault,
    h("button", { class: "primary big", "data-test": "receipt-enter" }, t("Open")),
    lostReceipt(t("If it was a draft that you had not sent: without the receipt it can't be opened, and nobody gets it. Make the report again.")));
}

/** Opens what is there under this receipt. */
export async function enter(place: HTMLElement, office: Office, receipt: Receipt): Promise<void> {
  speakIn(() => voiceOfOffice(office));
  const heading = h("h1", {}, t("Opening…"));
  const bar = h("progress", { max: 1, value: 0, "aria-label": t("Opening…"), "data-test": "opening-bar" });
  const here = placeNow() === 0 ? addPlace() : placeNow();
  // Until it is open there is nothing to go back from.
  hearMoves(() => goToPlace(here));
  fill(place, h("div", { class: "stack" }, heading, bar, h("p", { class: "soft" }, t("This takes a few seconds, whether or not there is anything there."))));
  focusOn(heading);
  try {
    await holdLanguage(async () => {
      const keys = await deriveReporter(receipt, office.directory.office, undefined, (done) => { bar.value = done; });
      await openUnder(place, office, { receipt, keys, draftSeq: 0 });
    });
  } catch (error) {
    // Anyone who has typed 28 digits is not made to type them again because the line was down.
    askForReceipt(place, office, receipt.groups().join(" "));
    const fault = h("p", { class: "notice notice-alarm", role: "alert", "data-test": "mailbox-fault" }, sayError(error));
    place.prepend(fault);
    showNote(fault);
  }
}

/** Back from an opened mailbox locks it, unless something in it was not sent. */
function lockOnBack(place: HTMLElement, office: Office): void {
  const here = placeNow();
  const lock = (): void => {
    askForReceipt(place, office);
    goToPlace(0);
  };
  offerOnLeaving(() => ({
    words: t("What you have written has not been sent. It is in this page and nowhere else."),
    stay: t("Go on writing"), discard: t("Discard it and leave"), save: null, discarded: () => moveTo(`/${pageLanguage()}/`),
  }));
  hearMoves((at) => { if (at !== here) askOnBack(here, lock); });
}

/** Polls and shows what lies under a receipt: a thread, a draft, or nothing. */
export async function openUnder(place: HTMLElement, office: Office, kept: DraftKeys, said: Checkin | null = null, just: Just | null = null): Promise<void> {
  // Both, no matter who opens it: that somebody keeps a proof is then no act that anybody could see.
  const [listing, answered] = await Promise.all([pollListing(kept.keys.token(), poll), askProof(kept.keys.token())]);
  const opened = await openMailbox(kept.keys, listing);
  if (opened.memo) {
    // The memo knows the newest list that this reporter has seen: an older one is refused here.
    const now = await openOffice(office.code, opened.memo.body.directory, { alsoLapsed: true });
    const mailbox = await readMailbox(now.directory, kept.keys, opened);
    speakIn(() => voiceOfCase(now, mailbox.policy));
    lockOnBack(place, office);
    const reopen = (sent?: Just): Promise<void> => openUnder(place, now, kept, null, sent);
    const view: View = { office: now, kept, mailbox, answered, said, just, reopen, askAgain: null };
    const ask = (): void => draw(() => askHow(place, view, (told) => openUnder(place, now, kept, told, "checkin"), without));
    const without = (): void => draw(() => showThread(place, { ...view, askAgain: ask }));
    return dueDays(view).length === 0 ? draw(() => showThread(place, view)) : ask();
  }
  const { draft } = opened;
  if (draft) return resume(place, office, kept, draft);
  lockOnBack(place, office);
  draw(() => showNothing(place, office, opened.damaged.length > 0));
}

function draw(drawing: () => void): void {
  redrawWith(drawing);
  drawing();
}

/** Takes a draft up at the step where it was saved; files that are no longer kept are named first. */
async function resume(place: HTMLElement, office: Office, kept: DraftKeys, draft: Draft): Promise<void> {
  // Like the memo, the draft knows the newest list that this reporter has seen.
  const now = await openOffice(office.code, seenByDraft(draft.content));
  const telling = new ReportDraft(now);
  const keptCase = await telling.fromDraft(draft.content);
  if (keptCase) telling.newCase = resumeCase(now.directory, keptCase);
  telling.kept = { ...kept, draftSeq: draft.seq };
  const lost = await missingFiles(telling.files.flatMap(({ kept: up }) => up ?? []));
  telling.files = telling.files.filter(({ kept: up }) => up === null || !lost.includes(up));
  const terms = termsOfDraft(draft.content, telling.came);
  const start = (): void => startReport(telling, { above: () => draftNotice(terms, lost.length === 0) });
  if (lost.length === 0) return start();
  lockOnBack(place, office);
  draw(() => showLost(place, lost.map(({ name }) => name), start));
}

function draftNotice(terms: Terms | null, whole: boolean): HTMLElement {
  return h("div", { class: "stack-small", "data-test": "draft" }, terms && termsLine(terms),
    h("div", { class: "notice stack-small" },
      h("p", {}, t("This is the report that you kept for later. It has not been sent, and nobody but you has read it.")),
      h("p", { "data-test": "as-saved" }, whole && terms?.files ? t("What you saved last is all here, files included: go on from here. Anything you changed after saving is not.")
        : t("Your words are here as you saved them last: go on from here. Anything you changed after saving is not.")),
      terms && !terms.files && h("p", { "data-test": "draft-until" }, t("It is kept until {day} and then deleted for good. Saving it again begins a new term.", { day: sayDay(terms.text) }))));
}

function showLost(place: HTMLElement, names: readonly string[], start: () => void): void {
  const heading = h("h1", {}, t("A draft is waiting"));
  fill(place, h("div", { class: "stack" }, heading,
    h("p", { "data-test": "draft-lost" }, t("These files are no longer kept and have to be attached again: {names}.", { names: names.join(t(", ")) })),
    h("button", { type: "button", class: "primary big", onclick: start, "data-test": "draft-without" }, t("Go on without these files"))));
  focusOn(heading);
}

function showNothing(place: HTMLElement, office: Office, damaged: boolean): void {
  const heading = h("h1", {}, t("Nothing to show"));
  const words = damaged
    ? t("There is something under this receipt, but it was altered or damaged and is not shown. Please contact the office in another way.")
    : t("This office has nothing under this receipt. If an encrypted file is still on its way, come back later; otherwise compare the digits with your paper.");
  fill(place, h("div", { class: "stack", "data-test": "mailbox-nothing" }, heading, h("p", {}, words),
    h("p", {}, t("If you have taken a new receipt since, only the new one works.")),
    h("button", { type: "button", onclick: () => askForReceipt(place, office) }, t("Try again"))));
  focusOn(heading);
}

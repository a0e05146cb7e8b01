/** The report as one page: walks the steps, then seals, sends and shows the receipt. */

import { deriveReporter, drawReceipt, systemRng } from "../../crypto/index.js";
import { announce, byId, fill, focusOn, h, withSamePosition, saveFile, showNote } from "../shared/dom.js";
import { sayError } from "../shared/refusals.js";
import { pageLanguage, sayDay, t } from "../shared/strings.js";
import { enter, keepFaults, showFaults } from "../shared/faults.js";
import { tip } from "./form/fields.js";
import { endRecording, stopRecording } from "./form/filesfield.js";
import { meterBar } from "./sending/progress.js";
import { confirmOffice, today } from "./office.js";
import { type Ended, showEnded } from "./receipt/ending.js";
import { lostReceipt, lostUnsent } from "./receipt/lost.js";
import { sameReceipt, showReceipt } from "./receipt/page.js";
import { coveredSlip } from "./receipt/card.js";
import { showSent } from "./receipt/sent.js";
import { type Meter, bundleReport, keepDraft, sendReport } from "./sending/sending.js";
import { sayTerms, termsLine, termsOf } from "./sending/terms.js";
import { holdLanguage, redrawWith } from "./language.js";
import { type Offer, askOnBack, closeQuestion, offerOnLeaving, warnOnLeaving } from "./leaving.js";
import { moveTo } from "./shell.js";
import { missingForDraft } from "./form/saving.js";
import type { MissingField } from "./form/formstep.js";
import { STEPS } from "./form/steps.js";
import { addPlace, goToPlace, hearMoves, placeNow } from "./screenhistory.js";
import type { DraftKeys, ReportDraft } from "./form/answers.js";
import { speakIn, voiceOfDraft } from "./voice.js";

const LAST = STEPS.length - 1;

/** How a report begins. */
interface Start {
  /** This page is a file on a disk, so that an encrypted file is all it can make. */
  readonly alone?: boolean;
  /** What stands above the fields of the step with which it begins, until that is left. */
  readonly above?: (() => HTMLElement) | undefined;
}

export class ReportApp {
  #at = 0;
  /** The browser's entry that is open, as this page believes. */
  #place = placeNow();
  /** Which step each of the browser's entries shows. */
  readonly #steps: number[] = [];
  #busy = false;
  /** Whether this step was reached from the check, and the field for which. */
  #returns = false;
  #changed = "";
  /** The fields of the step at which something was said. */
  #said: readonly string[] = [];
  readonly #alone: boolean;
  #above: Start["above"];

  constructor(private readonly place: HTMLElement, private readonly telling: ReportDraft, start: Start) {
    this.#alone = start.alone ?? false;
    this.#above = start.above;
  }

  start(): void {
    const at = this.#entered();
    this.#steps[this.#place] = at;
    hearMoves((place) => this.#arrive(place));
    offerOnLeaving(() => this.#offer());
    redrawWith(() => this.#redrawn(this.#at));
    // Not "change": that comes only once a field is left, and a phone's Back leaves none.
    this.place.addEventListener("input", () => this.#begun());
    this.#at = at;
    this.show(at, !this.#above);
  }

  /** A draft goes on at the step where it was saved, or at the first before it that lacks something. */
  #entered(): number {
    const saved = STEPS.findIndex(({ id }) => id === this.telling.step);
    const lacking = STEPS.findIndex((step, at) => at < saved && step.lacks(this.telling).length > 0);
    return Math.max(0, lacking < 0 ? saved : lacking);
  }

  /** From the first choice on, Back from the first step leads to an entry of this page that asks before anything is lost. */
  #begun(): void {
    if (this.#busy) return;
    warnOnLeaving(true);
    this.#unsay();
    if (this.#steps[0] !== 0) return;
    delete this.#steps[0];
    this.#place = addPlace();
    this.#steps[this.#place] = 0;
  }

  #arrive(place: number): void {
    if (place === this.#place) return;
    const step = this.#steps[place];
    // Entries further on that this page does not know are those of the same page before it was loaded again.
    if (this.#busy || closeQuestion() || (step === undefined && place > this.#place)) return goToPlace(this.#place);
    if (step === undefined && this.#at > 0 && place === this.#place - 1) return this.#stepBack();
    if (step === undefined) return askOnBack(this.#place, () => this.#discard());
    this.#place = place;
    this.show(step);
  }

  /** Back from the step at which a draft was resumed: the entries of those before it were never made. */
  #stepBack(): void {
    goToPlace(this.#place);
    this.#steps[this.#place] = this.#at - 1;
    this.show(this.#at - 1);
  }

  #onward(): void {
    const upTo = this.#returns ? LAST : this.#at;
    const lacking = STEPS.findIndex((step, at) => at <= upTo && step.lacks(this.telling).length > 0);
    if (lacking >= 0) return this.#lacks(lacking);
    if (this.#at === LAST) return this.#finish();
    if (!this.#returns) return this.#add(this.#at + 1);
    if (this.#steps[this.#place - 1] === LAST) goToPlace(this.#place - 1);
    else this.#add(LAST);
  }

  #add(at: number): void {
    this.#place = addPlace();
    this.#steps[this.#place] = at;
    this.show(at);
  }

  /** A choice that was taken back in an earlier step leads there before anything is sent. */
  #lacks(at: number): void {
    if (at !== this.#at) this.#add(at);
    this.#refuse(STEPS[at]?.lacks(this.telling) ?? []);
  }

  #refuse(lacks: readonly MissingField[]): void {
    const form = this.place.querySelector<HTMLElement>("[data-step]");
    if (!form) return;
    // A file may be refused when its field has left the screen.
    const found = lacks.map(({ field, words }) => ({ field: document.getElementById(field), words }));
    const faults = found.flatMap(({ field, words }) => (field === null ? [] : [{ field, words }]));
    if (faults.length < found.length) return this.#failed(lacks.map(({ words }) => words).join(" "));
    showFaults(form, faults);
    this.#said = lacks.map(({ field }) => field);
  }

  /** What was said at a field, and still holds after the step was drawn again. */
  #keepSaid(at: number): void {
    if (this.#said.length === 0) return;
    const form = this.place.querySelector<HTMLElement>("[data-step]");
    const all = new Map([...missingForDraft(this.telling), ...(STEPS[at]?.lacks(this.telling) ?? [])].map((lack) => [lack.field, lack]));
    const lacks = [...all.values()].filter(({ field }) => this.#said.includes(field));
    const faults = lacks.flatMap(({ field, words }) => {
      const found = document.getElementById(field);
      return found ? [{ field: found, words }] : [];
    });
    if (form) keepFaults(form, faults);
  }

  /** From the check to one field; the next press comes back. */
  #change(id: string, field: string): void {
    if (field === "details") this.telling.detailsOpen = true;
    this.telling.entityOpen = field === "entity" || !this.telling.entityChosen;
    this.#returns = true;
    this.#changed = field;
    this.#add(STEPS.findIndex((step) => step.id === id));
    enter(byId(field));
  }

  /** What kept it from being sent, on top, since it concerns no field. */
  #failed(words: string): void {
    const alarm = h("p", { class: "notice notice-alarm", role: "alert", "data-test": "step-fault" }, words);
    this.place.querySelector("[data-step]")?.prepend(alarm);
    showNote(alarm);
  }

  #back(): void {
    if (this.#steps[this.#place - 1] === this.#at - 1) goToPlace(this.#place - 1);
    else this.#add(this.#at - 1);
  }

  #offer(): Offer {
    const save = (): void => void this.#saveLater();
    // A first save that failed left nothing behind.
    const { saved } = this.telling;
    return {
      words: saved ? t("You are still on this page, and nothing is lost. What you saved last is in your mailbox; what you have written since is not saved yet.") : t("What you have written is in this page and nowhere else."),
      stay: t("Go on writing"), discard: saved ? t("Leave without saving these changes") : t("Discard it and leave"),
      save: this.#alone || this.#busy ? null : save, discarded: () => this.#discard(),
    };
  }

  #discard(): void {
    warnOnLeaving(false);
    if (this.#alone) window.location.reload();
    else moveTo(`/${pageLanguage()}/`);
  }

  /** Shows a step; its heading gets the reading position unless only its content changed. */
  show(at: number, quiet = false): void {
    const step = STEPS[at];
    if (!step) return;
    stopRecording();
    speakIn(() => voiceOfDraft(this.telling));
    this.#saveAbove(true);
    if (at !== this.#at) this.#above = undefined;
    this.#at = at;
    this.#said = [];
    // What was resumed and not changed yet is in the mailbox.
    if (!this.#above && (at > 0 || this.telling.account !== "")) warnOnLeaving(true);
    const back = this.#returns && at === LAST ? this.#changed : null;
    if (at === LAST) this.#returns = false;
    const heading = h("h1", { "data-test": "step-title" }, step.title());
    const page = {
      alone: this.#alone, redraw: () => this.#redrawn(at),
      change: (id: string, field: string) => this.#change(id, field), refuse: (lacks: readonly MissingField[]) => this.#refuse(lacks), changed: () => this.#begun(),
    };
    fill(this.place, h("div", { class: "stack-wide", "data-step": step.id },
      h("div", { class: "stack-small" },
        h("p", { class: "soft small" }, t("Step {n} of {m}", { n: at + 1, m: STEPS.length })),
        h("progress", { class: "steps", max: STEPS.length, value: at + 1, "aria-hidden": "true" }),
        heading),
      this.#above?.(),
      step.show(this.telling, page),
      this.#buttons(at)));
    const row = back === null ? null : this.place.querySelector<HTMLElement>(`[data-test="change-${back}"]`);
    if (row) enter(row);
    else if (!quiet) focusOn(heading);
  }

  /** Beside the quick exit, which is always in sight too: somebody who is interrupted must not take that one for it. */
  #saveAbove(shown: boolean): void {
    document.getElementById("save-above")?.remove();
    if (!shown || this.#alone) return;
    byId("leave").after(h("button", { type: "button", id: "save-above", class: "above", title: t("Save for later"), onclick: () => void this.#saveLater(), "data-test": "save-above" }, t("Save")));
  }

  /** A choice changed which fields show: the same field keeps the reading position. */
  #redrawn(at: number): void {
    const said = this.#said;
    withSamePosition(this.place, () => this.show(at, true));
    this.#said = said;
    this.#keepSaid(at);
  }

  #buttons(at: number): HTMLElement {
    const last = at === LAST;
    const finishing = this.#alone ? t("Encrypt into a file") : t("Encrypt and send");
    const onward = this.#returns ? t("Done, back to your answers") : t("Next");
    const bundle = (): void => void this.#run(t("Encrypting into a file…"), this.#bundle);
    return h("div", { class: "stack" },
      h("div", { class: "onward" },
        at > 0 && !this.#returns && h("button", { type: "button", class: "big", onclick: () => this.#back(), "data-test": "back" }, t("Back")),
        h("button", { type: "button", class: "primary big", onclick: () => this.#onward(), "data-test": last ? "send" : "next" }, last ? finishing : onward)),
      !this.#alone && h("div", { class: "row later" },
        h("button", { type: "button", class: "plain quiet", onclick: () => void this.#saveLater(), "data-test": "save-later" }, t("Save for later")),
        last && !this.telling.saved && h("button", { type: "button", class: "plain quiet", onclick: bundle, "data-test": "take-bundle" }, t("Save as an encrypted file and deliver it another way"))));
  }

  async #saveLater(): Promise<void> {
    if (this.#busy) return;
    await endRecording();
    // A second press comes while a recording is being ended.
    if (this.#busy) return;
    const lacks = missingForDraft(this.telling);
    if (lacks.length === 0) return this.#run(t("Encrypting your draft…"), this.#save);
    const at = STEPS.findIndex(({ id }) => id === (lacks[0]?.field === "account" ? "about" : "files"));
    if (this.#at !== at) this.#add(at);
    this.#refuse(lacks);
  }

  #finish(): void {
    if (this.#alone) void this.#run(t("Encrypting into a file…"), this.#bundle);
    else void this.#run(t("Encrypting and sending…"), this.#send);
  }

  /** Shows a meter while something long runs; if it fails, the step comes back with the reason and nothing is lost. */
  async #run(words: string, work: (kept: DraftKeys, meter: Meter) => Promise<void>): Promise<void> {
    const at = this.#at;
    this.#unsay();
    this.#busy = true;
    this.#saveAbove(false);
    const { element, meter } = meterBar(words);
    const heading = h("h1", {}, words);
    fill(this.place, h("div", { class: "stack", "data-test": "sending" }, heading, element, h("p", { class: "soft" }, t("Please keep this page open."))));
    focusOn(heading);
    announce(words);
    try {
      await holdLanguage(async () => {
        await confirmOffice(this.telling.office, meter.waiting);
        await work(await this.#receipt(), meter);
      });
    } catch (error) {
      this.#busy = false;
      this.show(at);
      this.#failed(sayError(error));
    }
  }

  /** The form goes on: its receipt is on paper already. */
  #savedAgain(until: () => HTMLElement): void {
    this.#busy = false;
    this.#above = () => h("div", { class: "notice stack-small", "data-test": "saved-again" }, h("strong", {}, t("Saved. You can close this window now, or go on.")), until(), sameReceipt());
    this.show(this.#at, true);
    warnOnLeaving(false);
    const note = this.place.querySelector<HTMLElement>("[data-test=saved-again]");
    if (note) showNote(note);
  }

  /** That it is saved holds until something is changed, or saved once more. */
  #unsay(): void {
    const note = this.place.querySelector("[data-test=saved-again]");
    note?.remove();
    if (note) this.#above = undefined;
  }

  async #receipt(): Promise<DraftKeys> {
    if (this.telling.kept) return this.telling.kept;
    const receipt = drawReceipt(systemRng);
    const keys = await deriveReporter(receipt, this.telling.office.directory.office);
    this.telling.kept = { receipt, keys, draftSeq: 0 };
    return this.telling.kept;
  }

  readonly #send = async (kept: DraftKeys, meter: Meter): Promise<void> => {
    const again = this.telling.saved;
    const { mailbox } = await sendReport(this.telling, kept, meter);
    showSent(this.place, this.telling, kept, mailbox, again);
  };

  readonly #save = async (kept: DraftKeys, meter: Meter): Promise<void> => {
    const again = this.telling.saved;
    this.telling.step = STEPS[this.#at]?.id ?? null;
    await keepDraft(this.telling, kept, meter);
    const title = (): string => t("Kept for later, not sent");
    const terms = termsOf(today(), this.telling.came);
    const comeBack = (): string => sayTerms(terms) ?? t("Kept until {day}, then deleted for good.", { day: sayDay(terms.text) });
    const large = terms.files !== null;
    if (again) return this.#savedAgain(() => termsLine(terms) ?? h("p", {}, comeBack()));
    const ended = (): Ended => ({
      title: title(), first: coveredSlip({ comeBack: comeBack(), large }),
      onward: t("Go on with the draft"), confirmed: t("Both groups are right."),
      words: t("Your draft is saved. To go on, come back with your receipt."),
    });
    showReceipt(this.place, () => ({
      receipt: kept.receipt, title: title(), comeBack: comeBack(), tip: tip(this.telling, "receipt"), extra: null, lost: lostUnsent(), end: t("Done"), large,
      words: t("It is saved already, encrypted. Write down the receipt, the address and the office code; then you can close the page."),
      next: () => showEnded(this.place, ended),
    }));
  };

  readonly #bundle = async (kept: DraftKeys): Promise<void> => {
    const file = await bundleReport(this.telling, kept);
    const save = (): void => saveFile("report.yanlu", file);
    const extra = (): HTMLElement => h("div", { class: "card stack no-print" },
      h("h2", {}, t("Your encrypted file")),
      h("p", {}, t("Nothing has been sent. Submit this file from any device on the page “Submit an encrypted file”, or ask somebody to bring it: nobody on the way can open it.")),
      h("button", { type: "button", class: "primary", onclick: save, "data-test": "save-bundle" }, t("Keep the file")));
    const title = (): string => t("Encrypted, not sent yet");
    const ended = (): Ended => ({
      title: title(), words: this.#alone
        ? t("Nobody has your report yet: hand in the encrypted file. Then delete it here, and the file of this page too if nobody may find it.")
        : t("Nobody has your report yet: hand in the encrypted file, then delete it from this device."),
    });
    showReceipt(this.place, () => ({
      receipt: kept.receipt, title: title(), comeBack: null, tip: tip(this.telling, "receipt"), extra: extra(), alone: this.#alone, lost: lostReceipt(), end: t("Done"),
      words: t("The receipt begins to work once the file has been handed in."),
      next: () => showEnded(this.place, ended, this.#alone),
    }));
  };
}

/** Starts a report in the page's main place. */
export function startReport(telling: ReportDraft, start: Start = {}): void {
  new ReportApp(byId("app"), telling, start).start();
}

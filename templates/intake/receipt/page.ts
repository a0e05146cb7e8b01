/** The receipt: shown once, big; two groups are typed again before finishing. */

import { type Mailbox, type ReporterKeys, type SealedPost, sealNaming, sealReceiptKept, systemRng } from "../../../crypto/browser/index.js";
import type { Receipt } from "../../../crypto/browser/index.js";
import { announce, fill, focusOn, h } from "../../shared/dom.js";
import { type Fault, showFaults } from "../../shared/faults.js";
import { sayError } from "../../shared/refusals.js";
import { pageLanguage, t } from "../../shared/strings.js";
import { type Waiting, postPost, untilAnswered } from "../api.js";
import { type GuardFields, foldedGuard, guarded } from "./guarding.js";
import { lineWords } from "../sending/meter.js";
import { type NameFields, foldedFields } from "./naming.js";
import { type Office, confirmOffice } from "../office.js";
import { slip, tools } from "./slip.js";
import { holdLanguage, redrawWith } from "../language.js";
import { askThen, offerOnLeaving, warnOnLeaving } from "../leaving.js";
import { moveTo, nothingBehind } from "../shell.js";
import { goToPlace, hearMoves, placeNow } from "../trail.js";

/** What a finishing post may carry. */
export interface FinishParts {
  /** Where a name may be given with it; null where none can. */
  readonly name: NameFields | null;
  /** Where somebody may be named whom the watch looks after; null where there is no watch. */
  readonly guard: GuardFields | null;
}

export interface ReceiptScreen extends FinishParts {
  readonly receipt: Receipt;
  readonly title: string;
  readonly words: string;
  /** By when to come back, as a sentence; null where no day is known. */
  readonly comeBack: string | null;
  readonly tip: HTMLElement | null;
  /** What else stands on the page, such as the sealed file. */
  readonly extra: HTMLElement | null;
  /** Sends the finishing post; null when there is nothing on the server yet. */
  readonly finish: Finish | null;
  /** What to do without it, folded away. */
  readonly lost: HTMLElement;
  /** Whether this page is a file on a disk, which leads nowhere else. */
  readonly alone?: boolean;
}

type Finish = (parts: FinishParts, waiting: Waiting) => Promise<void>;

/** The finishing post of a report that was just sent; a name that is given takes the place of its content, so that both look alike. */
export function finishing(office: Office, keys: ReporterKeys, mailbox: Mailbox): Finish {
  let sealed: Promise<SealedPost> | null = null;
  return async (parts, waiting) => {
    await confirmOffice(office, waiting);
    sealed ??= seal(office, keys, mailbox, parts);
    const { post } = await sealed;
    await untilAnswered(() => postPost(post), waiting);
  };
}

async function seal(office: Office, keys: ReporterKeys, mailbox: Mailbox, { name, guard }: FinishParts): Promise<SealedPost> {
  const naming = name?.naming() ?? null;
  const extras = await guarded(office, keys, mailbox, guard?.person() ?? null);
  const { directory } = office;
  return naming === null ? sealReceiptKept(directory, keys, mailbox, systemRng, extras) : sealNaming(directory, keys, mailbox, naming, systemRng, extras);
}

/** Two different groups to type again, chosen again each time. */
function twoGroups(): [number, number] {
  const draw = (bound: number): number => (systemRng(1)[0] as number) % bound;
  const first = draw(7);
  const second = (first + 1 + draw(6)) % 7;
  return first < second ? [first, second] : [second, first];
}

function digitsOf(typed: string): string {
  return typed.normalize("NFKC").replace(/\D/g, "");
}

/** What is wrong with the groups that were typed, each at its own field. */
function wrongGroups(screen: ReceiptScreen, inputs: readonly HTMLInputElement[], asked: readonly [number, number]): Fault[] {
  return inputs.flatMap((field, i) => {
    const group = asked[i] as number;
    const typed = digitsOf(field.value);
    if (typed === screen.receipt.groups()[group]) return [];
    const n = group + 1;
    return [{ field, words: typed === "" ? t("Type group {n} of your receipt.", { n }) : t("This is not group {n}. Compare it with what you wrote down.", { n }) }];
  });
}

function proofForm(screen: ReceiptScreen, asked: readonly [number, number], done: () => void): HTMLFormElement {
  const fault = h("p", { class: "fault", role: "alert", "data-test": "proof-fault" });
  const inputs = asked.map((group) => h("input", { type: "text", inputmode: "numeric", autocomplete: "off", id: `group-${group + 1}`, class: "mono", "data-group": group + 1, "data-test": "proof-input" }));
  const button = h("button", { class: "primary big", "data-test": "finish" }, t("Continue"));
  const line = lineWords();
  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    fault.textContent = "";
    if (!showFaults(form, wrongGroups(screen, inputs, asked))) return;
    const wanted = screen.name?.fault() ?? screen.guard?.fault() ?? null;
    if (wanted !== null) {
      fault.textContent = wanted;
      return;
    }
    button.disabled = true;
    // What was sealed once is sent again if the line breaks: it must be what stands there.
    for (const { element } of [screen.name ?? [], screen.guard ?? []].flat()) {
      for (const one of element.querySelectorAll<HTMLInputElement>("input, textarea")) one.disabled = true;
    }
    await holdLanguage(() => screen.finish?.(screen, line.waiting) ?? Promise.resolve()).then(done, (error: unknown) => {
      fault.textContent = sayError(error);
      button.disabled = false;
    });
  };
  const form = h("form", { class: "card stack no-print", onsubmit: (event: SubmitEvent) => void submit(event), "data-test": "proof", novalidate: true },
    h("h2", {}, t("Written down?")),
    h("p", {}, t("Type these two groups as they stand on your paper.")),
    h("div", { class: "groups" }, inputs.map((input, i) => h("div", { class: "stack-small" }, h("label", { for: input.id }, t("Group {n}", { n: (asked[i] as number) + 1 })), input))),
    screen.name && foldedFields(screen.name), screen.guard && foldedGuard(screen.guard), fault, line.element, h("div", { class: "onward" }, button));
  return form;
}

function onward(): HTMLElement {
  return h("div", { class: "row" },
    h("button", { type: "button", onclick: () => moveTo(`/${pageLanguage()}/mailbox/`), "data-test": "to-mailbox" }, t("Check progress with a receipt")),
    h("button", { type: "button", onclick: () => moveTo(`/${pageLanguage()}/`) }, t("Start page")));
}

function finished(place: HTMLElement, alone: boolean): void {
  warnOnLeaving(false);
  redrawWith(() => {
    nothingBehind();
    showDone(place, alone);
  });
  nothingBehind();
  showDone(place, alone);
}

function showDone(place: HTMLElement, alone: boolean): void {
  const heading = h("h1", {}, t("Done"));
  fill(place, h("div", { class: "stack", "data-test": "finished" },
    heading,
    h("p", {}, t("Nothing of this stays in this page. Close the window now; if others use this device, clear the browser's history.")),
    alone ? h("p", { class: "notice notice-care" }, t("Nobody has your report yet: hand in the sealed file. Then delete it here, and this page's own file too if nobody may find it.")) : onward()));
  focusOn(heading);
  announce(t("Done"));
}

/** What comes before the receipt is over: Back asks, and returns to it. */
function holdReceipt(alone: boolean): void {
  const here = placeNow();
  const leave = (): void => alone ? window.location.reload() : moveTo(`/${pageLanguage()}/`);
  warnOnLeaving(true);
  offerOnLeaving(() => ({
    words: t("Your receipt is shown only now. Leave without it, and nobody can bring you back to your report."),
    stay: t("Back to the receipt"), discard: t("Leave without the receipt"), save: null, discarded: leave,
  }));
  hearMoves((at) => { if (at !== here) askThen(leave, () => goToPlace(here)); });
}

/** Shows the receipt in place of everything else. */
export function showReceipt(place: HTMLElement, make: () => ReceiptScreen): void {
  const asked = twoGroups();
  redrawWith(() => drawReceipt(place, make(), asked));
  const screen = make();
  holdReceipt(screen.alone ?? false);
  drawReceipt(place, screen, asked);
}

function drawReceipt(place: HTMLElement, screen: ReceiptScreen, asked: readonly [number, number]): void {
  const heading = h("h1", {}, screen.title);
  fill(place, h("div", { class: "stack-wide", "data-test": "receipt-screen" },
    h("div", { class: "stack no-print" }, heading, h("p", {}, screen.words), screen.tip),
    slip(screen), tools(screen), screen.extra,
    proofForm(screen, asked, () => finished(place, screen.alone ?? false)),
    screen.lost));
  focusOn(heading);
}

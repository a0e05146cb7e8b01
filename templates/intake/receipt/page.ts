/** The receipt: shown once, big; two groups are typed again before finishing. */

import { type Mailbox, type ReporterKeys, type SealedPost, sealNaming, sealReceiptKept, systemRng } from "../../../crypto/browser/index.js";
import type { Receipt } from "../../../crypto/browser/index.js";
import { announce, fill, focusOn, h, svg } from "../../shared/dom.js";
import { sayError } from "../../shared/refusals.js";
import { pageLanguage, t } from "../../shared/strings.js";
import { type Waiting, postPost, untilAnswered } from "../api.js";
import { type GuardFields, foldedGuard, guarded } from "./guarding.js";
import { lineWords } from "../sending/meter.js";
import { type NameFields, foldedFields } from "./naming.js";
import { type Office, confirmOffice } from "../office.js";
import { qrOfDigits } from "./qr.js";
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

function qr(digits: string): SVGElement {
  const grid = qrOfDigits(digits);
  const path = grid.flatMap((row, y) => row.flatMap((dark, x) => (dark ? [`M${x + 4} ${y + 4}h1v1h-1z`] : []))).join("");
  return svg("svg", { viewBox: "0 0 29 29", class: "qr", role: "img", "aria-label": t("QR code of the receipt") },
    svg("rect", { width: 29, height: 29, fill: "#fff" }), svg("path", { d: path, fill: "#000" }));
}

function slip(screen: ReceiptScreen): HTMLElement {
  const groups = screen.receipt.groups();
  return h("div", { class: "slip", "data-test": "slip" },
    h("h2", {}, t("Your receipt")),
    h("ol", { class: "receipt mono", "aria-label": t("Seven groups of four digits"), "data-test": "receipt" },
      groups.map((group) => h("li", { "data-test": "receipt-group" }, group))),
    screen.comeBack && h("p", { "data-test": "come-back" }, screen.comeBack));
}

function tools(screen: ReceiptScreen): HTMLElement {
  const code = h("div", { hidden: true });
  const copy = async (event: Event): Promise<void> => {
    const button = event.currentTarget as HTMLButtonElement;
    const copied = await navigator.clipboard.writeText(screen.receipt.groups().join(" ")).then(() => true, () => false);
    button.textContent = copied ? t("Copied") : t("Could not copy: please write it down");
    announce(button.textContent);
  };
  const showQr = (): void => {
    if (!code.firstChild) code.append(qr(screen.receipt.reveal()));
    code.hidden = !code.hidden;
  };
  return h("div", { class: "stack no-print" },
    h("div", { class: "row" },
      h("button", { type: "button", class: "quiet", onclick: (event: Event) => void copy(event), "data-test": "receipt-copy" }, t("Copy")),
      h("button", { type: "button", class: "quiet", onclick: () => window.print(), "data-test": "receipt-print" }, t("Print")),
      h("button", { type: "button", class: "quiet", onclick: showQr, "data-test": "receipt-qr" }, t("QR code for a second device"))),
    code);
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

function proofForm(screen: ReceiptScreen, asked: readonly [number, number], done: () => void): HTMLFormElement {
  const fault = h("p", { class: "fault", id: "proof-fault", "data-test": "proof-fault" });
  const inputs = asked.map((group) => h("input", { type: "text", inputmode: "numeric", autocomplete: "off", id: `group-${group + 1}`, class: "mono", "data-group": group + 1, "data-test": "proof-input", "aria-describedby": "proof-fault" }));
  const button = h("button", { class: "primary big", "data-test": "finish" }, t("Finish"));
  const line = lineWords();
  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const wrong = inputs.find((input, i) => digitsOf(input.value) !== screen.receipt.groups()[asked[i] as number]);
    for (const input of inputs) input.toggleAttribute("aria-invalid", false);
    if (wrong) {
      wrong.setAttribute("aria-invalid", "true");
      fault.textContent = t("That is not this group. Please compare with what you wrote down.");
      return wrong.focus();
    }
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
  return h("form", { class: "card stack no-print", onsubmit: (event: SubmitEvent) => void submit(event), "data-test": "proof", novalidate: true },
    h("h2", {}, t("Written down?")),
    h("p", {}, t("Read these two groups from your paper and type them here. It is the commonest misfortune of all: a receipt that got lost.")),
    h("div", { class: "groups" }, inputs.map((input, i) => h("div", {}, h("label", { for: input.id }, t("Group {n}", { n: (asked[i] as number) + 1 })), input))),
    screen.name && foldedFields(screen.name), screen.guard && foldedGuard(screen.guard), fault, line.element, button);
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
    h("p", { class: "notice notice-care no-print" }, t("It is shown only now. Without it nobody, not even the office, can bring you back to your report.")),
    proofForm(screen, asked, () => finished(place, screen.alone ?? false))));
  focusOn(heading);
}

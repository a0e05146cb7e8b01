/** The receipt, alone on its page: shown once, big; two groups are typed again before anything else. */

import { type Receipt, systemRng } from "../../../crypto/index.js";
import { fill, focusOn, h } from "../../shared/dom.js";
import { type Fault, showFaults } from "../../shared/faults.js";
import { sayError } from "../../shared/refusals.js";
import { pageLanguage, t } from "../../shared/strings.js";
import { holdLanguage, redrawWith } from "../language.js";
import { askOnBack, offerOnLeaving, warnOnLeaving } from "../leaving.js";
import { moveTo } from "../shell.js";
import { hearMoves, placeNow } from "../screenhistory.js";
import { slip, tools } from "./card.js";

export interface ReceiptScreen {
  readonly receipt: Receipt;
  readonly title: string;
  readonly words: string;
  /** By when to come back, as a sentence; null where no day is known. */
  readonly comeBack: string | null;
  /** Whether that is a term that must not be missed. */
  readonly large?: boolean;
  readonly tip: HTMLElement | null;
  /** What else stands on the page, such as the sealed file. */
  readonly extra: HTMLElement | null;
  /** What to do without it, folded away. */
  readonly lost: HTMLElement;
  /** What the button says where nothing follows but the end. */
  readonly end?: string;
  /** Whether this page is a file on a disk, which leads nowhere else. */
  readonly alone?: boolean;
  /** Shows what follows once the two groups are right; what it throws is said here. */
  readonly next: () => void | Promise<void>;
}

/** The two groups that are asked for, and what was typed. */
interface GroupCheck {
  readonly groups: readonly [number, number];
  readonly typed: [string, string];
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
function wrongGroups({ receipt }: ReceiptScreen, inputs: readonly HTMLInputElement[], { groups }: GroupCheck): Fault[] {
  return inputs.flatMap((field, i) => {
    const group = groups[i] as number;
    const typed = digitsOf(field.value);
    if (typed === receipt.groups()[group]) return [];
    const n = group + 1;
    return [{ field, words: typed === "" ? t("Type group {n} of your receipt.", { n }) : t("This is not group {n}. Compare it with what you wrote down.", { n }) }];
  });
}

function groupField(asked: GroupCheck, i: 0 | 1): HTMLInputElement {
  const n = asked.groups[i] + 1;
  const input = h("input", { type: "text", inputmode: "numeric", autocomplete: "off", id: `group-${n}`, class: "mono", "data-group": n, "data-test": "proof-input" });
  input.value = asked.typed[i];
  input.addEventListener("input", () => { asked.typed[i] = input.value; });
  return input;
}

function proofForm(screen: ReceiptScreen, asked: GroupCheck): HTMLFormElement {
  const fault = h("p", { class: "fault", role: "alert", "data-test": "proof-fault" });
  const inputs = [groupField(asked, 0), groupField(asked, 1)];
  const button = h("button", { class: "primary big", "data-test": "finish" }, screen.end ?? t("Continue"));
  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    fault.textContent = "";
    if (!showFaults(form, wrongGroups(screen, inputs, asked))) return;
    button.disabled = true;
    await holdLanguage(async () => screen.next()).catch((error: unknown) => {
      fault.textContent = sayError(error);
      button.disabled = false;
    });
  };
  const form = h("form", { class: "card stack no-print", onsubmit: (event: SubmitEvent) => void submit(event), "data-test": "proof", novalidate: true },
    h("h2", {}, t("Written down?")),
    h("p", {}, t("Type these two groups from your paper.")),
    h("div", { class: "groups" }, inputs.map((input, i) => h("div", { class: "stack-small" }, h("label", { for: input.id }, t("Group {n}", { n: (asked.groups[i] as number) + 1 })), input))),
    fault, h("div", { class: "onward" }, button));
  return form;
}

function leave(alone: boolean): void {
  if (alone) window.location.reload();
  else moveTo(`/${pageLanguage()}/`);
}

/** Instead of the receipt, for a person who came back with it. */
export function sameReceipt(): HTMLElement {
  return h("p", { "data-test": "same-receipt" }, t("Same receipt as before: the one on your paper."));
}

/** Shows the receipt in place of everything else, with nothing to go back to but a question; gives what shows it again. */
export function showReceipt(place: HTMLElement, make: () => ReceiptScreen): () => void {
  const asked: GroupCheck = { groups: twoGroups(), typed: ["", ""] };
  const here = placeNow();
  const show = (): void => {
    const screen = make();
    const gone = (): void => leave(screen.alone ?? false);
    redrawWith(() => drawReceipt(place, make(), asked));
    warnOnLeaving(true);
    offerOnLeaving(() => ({
      words: t("Your receipt is shown only now. If you leave without it, nobody can open your report's mailbox again."),
      stay: t("Back to the receipt"), discard: t("Leave without the receipt"), save: null, discarded: gone,
    }));
    drawReceipt(place, screen, asked);
  };
  hearMoves((at) => { if (at !== here) askOnBack(here, () => leave(make().alone ?? false)); });
  show();
  return show;
}

function drawReceipt(place: HTMLElement, screen: ReceiptScreen, asked: GroupCheck): void {
  const heading = h("h1", {}, screen.title);
  fill(place, h("div", { class: "stack-wide", "data-test": "receipt-screen" },
    h("div", { class: "stack-small no-print" }, heading, h("p", {}, screen.words)),
    slip(screen), screen.tip, tools(screen), screen.extra, proofForm(screen, asked), screen.lost));
  focusOn(heading);
}

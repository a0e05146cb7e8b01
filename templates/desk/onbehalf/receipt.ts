/** The receipt of somebody who is on the telephone or at the counter: big, with the words to read it aloud, and as a slip to print. */

import type { Receipt } from "../../../crypto/staff.js";
import { ask } from "../../shared/confirmdialog.js";
import { type Language, type Voice, t } from "../../shared/strings.js";
import { askBeforeLeaving, closeComposer } from "../composer.js";
import { language } from "../context.js";
import { device } from "../device.js";
import { speakingAs } from "../opened/casevoice.js";
import { byId, field, fill, h } from "../ui.js";
import { paperButtons, paperOf, showPrint } from "./papers.js";
import type { Made } from "./sealing.js";

/** How digits are read aloud where it is not as they are written. */
const SPOKEN: Readonly<Record<Language, readonly string[] | undefined>> = {
  zh: ["零", "幺", "二", "三", "四", "五", "六", "七", "八", "九"],
  en: ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"],
};
/** Which groups the reporter says back. */
const SAID_BACK = [2, 5] as const;

/** A group of digits as it is said over a telephone: 幺, so that nobody hears seven. */
export function spoken(group: string, speech: Language): string {
  const read = [...group].map((digit) => SPOKEN[speech]?.[Number(digit)] ?? digit);
  return read.join(read.every((one) => one.length === 1) ? "" : " ");
}

interface Slip {
  /** The office code, without which nobody gets into the mailbox. */
  readonly code: string;
  readonly office: string;
  readonly policy: string;
  readonly day: string;
}

/** The short address of the mailboxes on a reporting page as somebody typed it; without one there is room to write it by hand. */
export function mailboxAddress(typed: string): string {
  const text = typed.trim();
  // What is no plain host stays as it was typed: a browser would make an address of any words.
  const [, scheme, host = "", port = ""] = /^(https?:\/\/)?([a-z0-9-]+(?:\.[a-z0-9-]+)*)(:\d{1,5})?(?:[/?#]\S*)?$/iu.exec(text) ?? [];
  if (host === "") return text;
  // An onion service answers without TLS: Tor itself encrypts the way to it.
  return `${scheme?.toLowerCase() ?? (host.toLowerCase().endsWith(".onion") ? "http://" : "https://")}${host.toLowerCase()}${port}/m`;
}

/** Apart from the receipt: nobody who finds that one alone should see what it opens. */
function wayBack({ code }: Slip, address: string): HTMLElement {
  return h("section", { class: "paper-cut", "data-test": "slip-way-back" }, h("p", { class: "paper-number" }, t("Cut here and keep the two parts in different places.")),
    paperOf(t("Where to use the receipt"), [[t("Address"), mailboxAddress(address)], [t("Office code"), code]],
      h("p", {}, t("Open this address, and type the office code and the receipt. Use a device and a network that do not belong to the company."))));
}

function printSlip(groups: readonly string[], slip: Slip, ticket: string, address: string): void {
  const { office, policy, day } = slip;
  const rows = [[t("Office"), office], [t("Policy"), policy], [t("Received"), day], [t("Case number"), ticket], [t("Receipt"), groups.join(" ")]] as const;
  showPrint(t("Receipt slip"), paperOf(t("Receipt slip"), rows,
    h("p", {}, t("With this receipt you read the answer and write back, on the office's reporting page, under “Check progress”. It cannot be issued again. Keep it where nobody finds it.")),
    h("p", {}, t("The person who wrote the report down for you has seen this receipt. On your first visit the page offers you a new one that only you know: take it.")), wayBack(slip, address)));
}

/** What is shown of a report that was logged. */
interface Logged {
  readonly receipt: Receipt;
  readonly slip: Slip;
  readonly made: Made;
  /** The names of those who can read it. */
  readonly readers: string;
  readonly oral: boolean;
  /** How its policy calls a report: who complained gets no slip about reporting. */
  readonly voice: Voice | null;
}

/** Shows the receipt in the composer's place, where leaving asks first; `done` when the reporter has it. */
export function showReceipt(logged: Logged, done: () => void): void {
  speakingAs(logged.voice, () => draw(logged, done));
}

function draw({ receipt, slip, made, readers, oral, voice }: Logged, done: () => void): void {
  const groups = receipt.groups();
  const said = SAID_BACK.map((at) => h("input", { id: `said-${at}`, type: "text", class: "mono", "data-test": `said-${at}`, inputmode: "numeric", autocomplete: "off", maxlength: 8 }));
  const address = h("input", { id: "slip-address", "data-test": "slip-address", type: "text", inputmode: "url", autocomplete: "off", autocapitalize: "none", spellcheck: "false", maxlength: 120, value: device.reportPage() });
  address.addEventListener("change", () => device.keepReportPage(address.value.trim()));
  const verdict = h("p", { role: "status", "data-test": "said-verdict" });
  const isSaidBack = (): boolean => SAID_BACK.every((at, i) => said[i]?.value.replace(/\D/g, "") === groups[at]);
  const check = (): void => {
    const some = said.some(({ value }) => value !== "");
    verdict.classList.toggle("fault", some && !isSaidBack());
    fill(verdict, !some ? "" : isSaidBack() ? t("Both groups are right.") : t("Not correct. Read the receipt aloud again."));
  };
  for (const input of said) input.addEventListener("input", check);
  const form = h("form", { class: "card stack", "data-test": "onbehalf-receipt", novalidate: true },
    h("h3", { id: "onbehalf-title", tabindex: "-1" }, t("The report is encrypted and registered")),
    h("p", { "data-test": "onbehalf-number" }, t("Case number: {number}", { number: made.ticket })),
    h("p", { class: "hint", "data-test": "onbehalf-can-read" }, t("Can read it: {names}.", { names: readers })),
    h("p", {}, oral ? t("Read the receipt aloud, group by group, and have the person write it down. It is shown only now and cannot be recovered.") : t("Give the reporter the receipt with the slip if there is a safe way. It is shown only now and cannot be recovered.")),
    h("ol", { class: "onbehalf-receipt mono", "data-test": "onbehalf-groups" }, groups.map((group) => h("li", {}, h("strong", {}, group), h("span", { class: "hint" }, spoken(group, language))))),
    oral ? h("fieldset", { class: "stack-small" }, h("legend", {}, t("Ask the person to repeat these two groups")), h("div", { class: "row said-back" }, SAID_BACK.map((at, i) => field(t("Group {n}", { n: at + 1 }), said[i] as HTMLInputElement))), verdict) : null,
    h("p", { class: "hint" }, t("Tell the reporter: on the first visit the page offers a new receipt, which you have not seen.")),
    field(t("Address of the reporting page"), address, t("Tell the person this address too, and the office code {code}. Both go on the slip. This device remembers the address.", { code: slip.code })),
    made.papers === null ? null : paperButtons(made.papers),
    h("div", { class: "row" },
      h("button", { type: "button", "data-test": "slip-print", onclick: () => speakingAs(voice, () => printSlip(groups, slip, made.ticket, address.value)) }, t("Receipt slip to print")),
      h("button", { type: "submit", class: "primary", "data-test": "onbehalf-done" }, t("The reporter has it: delete it here"))));
  const end = async (): Promise<void> => {
    const unsure = t("The person has not repeated the two groups correctly. Without the right receipt they will never be able to read the answer. Delete it here anyway?");
    if (oral && !isSaidBack() && !(await ask(unsure, { yes: t("Delete it"), no: t("Back to the receipt") }))) return;
    closeComposer();
    done();
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void end();
  });
  askBeforeLeaving(form, "receipt");
  fill(byId("composer"), form);
  byId("onbehalf-title").focus();
}

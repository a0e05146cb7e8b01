/** The receipt as it is shown: seven numbered groups, and the ways to keep it. */

import type { Receipt } from "../../../crypto/index.js";
import { type Child, announce, h, svg } from "../../shared/dom.js";
import { anchorInFragment, codeAlone } from "../../shared/officecode.js";
import { around, blank } from "../../shared/officetext.js";
import { t } from "../../shared/strings.js";
import { qrOfDigits } from "./qr.js";

interface ShownReceipt {
  readonly receipt: Receipt;
  /** By when to come back, as a sentence; null where no day is known. */
  readonly comeBack: string | null;
  /** Whether that is a term that must not be missed. */
  readonly large?: boolean;
}

function qr(digits: string): SVGElement {
  const grid = qrOfDigits(digits);
  const path = grid.flatMap((row, y) => row.flatMap((dark, x) => (dark ? [`M${x + 4} ${y + 4}h1v1h-1z`] : []))).join("");
  return svg("svg", { viewBox: "0 0 29 29", class: "qr", role: "img", "aria-label": t("QR code of the receipt") },
    svg("rect", { width: 29, height: 29, fill: "#fff" }), svg("path", { d: path, fill: "#000" }));
}

/** Not printed: a slip that somebody finds should not say where it belongs. */
function wayBack(): HTMLElement {
  const { origin, hash, protocol } = window.location;
  const code = anchorInFragment(hash);
  if (code === null || !protocol.startsWith("http")) return h("p", { class: "small soft no-print" }, t("To come back you also need the address and the office code: on the poster, or in the link that you were given."));
  return h("div", { class: "stack-small small no-print", "data-test": "way-back" },
    h("p", {}, around(t("To come back, open {address} and type the office code and this receipt.", { address: blank("address") }), { address: h("strong", {}, `${origin}/m`) })),
    h("p", {}, around(t("Office code: {code}", { code: blank("code") }), { code: h("span", { class: "mono whole" }, codeAlone(code)) })),
    h("p", { class: "soft" }, t("Best on another sheet: nobody who finds the receipt should see what it is for. Address and code are public: anyone who has the receipt can open your mailbox.")));
}

export function slip({ receipt, comeBack, large = false }: ShownReceipt): HTMLElement {
  return framed({ comeBack, large },
    // Without its bullets a list is none to some readers of the screen.
    h("ol", { class: "receipt", role: "list", "aria-label": t("Seven groups of four digits"), "data-test": "receipt" },
      receipt.groups().map((group, at) => h("li", {}, h("span", { class: "nth", "aria-hidden": "true" }, at + 1), h("span", { class: "mono", "data-test": "receipt-group" }, group)))),
    h("p", { class: "notice notice-care no-print", "data-test": "only-now" }, t("It is not shown again once you leave these pages. Without it nobody, not even the office, can let you back in.")));
}

/** The same once it was written down: its term stays, its digits are gone. */
export function coveredSlip(shown: Omit<ShownReceipt, "receipt">): HTMLElement {
  return framed(shown, h("p", { class: "mono soft", "aria-hidden": "true" }, Array.from({ length: 7 }, () => "••••").join(" ")), null);
}

function framed({ comeBack, large = false }: Omit<ShownReceipt, "receipt">, digits: HTMLElement, below: Child): HTMLElement {
  const back = comeBack !== null && h("p", { class: large ? "term" : null, "data-test": "come-back" }, comeBack);
  return h("div", { class: "slip", "data-test": "slip" }, h("h2", {}, t("Your receipt")), large && back, digits, wayBack(), below, !large && back);
}

export function tools({ receipt }: ShownReceipt): HTMLElement {
  const code = h("div", { hidden: true });
  const copy = async (event: Event): Promise<void> => {
    const button = event.currentTarget as HTMLButtonElement;
    const copied = await navigator.clipboard.writeText(receipt.groups().join(" ")).then(() => true, () => false);
    button.textContent = copied ? t("Copied") : t("Could not copy: please write it down");
    announce(button.textContent);
  };
  const showQr = (): void => {
    if (!code.firstChild) code.append(qr(receipt.reveal()));
    code.hidden = !code.hidden;
  };
  return h("div", { class: "stack-small no-print" },
    h("p", { class: "small soft" }, t("If you can't write it down, keep it only where nobody else looks:")),
    h("div", { class: "row" },
      h("button", { type: "button", class: "quiet", onclick: (event: Event) => void copy(event), "data-test": "receipt-copy" }, t("Copy")),
      h("button", { type: "button", class: "quiet", onclick: () => window.print(), "data-test": "receipt-print" }, t("Print")),
      h("button", { type: "button", class: "quiet", onclick: showQr, "data-test": "receipt-qr" }, t("QR code for a second device"))),
    code);
}

/** The papers of a report that was logged, as the command gives them: register form or work order, and the reporter's slip. */

import { type LoggedReport, type Sheet, registerSheet, slip, ticketNumber, workOrder } from "../../../casework/index.js";
import { inLanguage, langOf } from "../../shared/officetext.js";
import { t } from "../../shared/strings.js";
import { type Child, h } from "../ui.js";

const REGISTER_FILE = "register-form.txt";
const SLIP_FILE = "slip.txt";

export interface Papers {
  /** The register form; a work order where one goes out. */
  readonly register: Sheet;
  readonly isOrder: boolean;
  readonly slip: Sheet;
  /** The form as it is sealed with the report. */
  readonly file: File;
}

const valueOf = (value: Sheet["rows"][number]["value"]): string => (typeof value === "string" ? value : inLanguage(value));

/** A paper as lines of text. */
export function sheetText({ title, rows }: Sheet): string {
  return [inLanguage(title), "", ...rows.map(({ label, value }) => `${inLanguage(label)}: ${valueOf(value)}`), ""].join("\n");
}

export function papersOf({ rules, entry, intake }: LoggedReport, orderTo: string | null, caseId: string): Papers {
  const number = ticketNumber(caseId);
  const register = orderTo === null ? registerSheet(rules, entry, intake, number) : workOrder(rules, entry, intake, number, orderTo);
  const file = new File([sheetText(register)], REGISTER_FILE, { type: "text/plain" });
  return { register, isOrder: orderTo !== null, slip: slip(rules, entry.received, number), file };
}

/** A paper in front of the page, to be printed, or saved as text; Escape or the button go back. */
export function showPrint(title: string, article: HTMLElement, more: Child = null, closed: () => void = () => undefined): void {
  const dialog = h("dialog", { class: "paper-sheet", "aria-label": title, "data-test": "slip-dialog" },
    h("div", { class: "row no-print paper-bar" },
      h("button", { type: "button", class: "primary", "data-test": "slip-paper", onclick: () => window.print() }, t("Print")), more,
      h("button", { type: "button", "data-test": "slip-close", onclick: () => dialog.close() }, t("Close"))),
    article);
  dialog.addEventListener("close", () => {
    dialog.remove();
    closed();
  });
  document.body.append(dialog);
  dialog.showModal();
}

/** The rows of a paper under its title. */
export function paperOf(title: string, rows: readonly (readonly [string, Child])[], ...below: Child[]): HTMLElement {
  return h("article", { class: "paper paper-sheet-slip", "data-test": "slip" }, h("h2", {}, title),
    h("table", { class: "paper-rows" }, h("tbody", {}, rows.map(([label, value]) => h("tr", { class: value === "" ? "blank" : null }, h("th", { scope: "row" }, label), h("td", {}, value))))), below);
}

function showSheet(sheet: Sheet, name: string): void {
  // Beside an open dialog nothing can be pressed: the link stands in it.
  const address = URL.createObjectURL(new Blob([sheetText(sheet)], { type: "application/octet-stream" }));
  const save = h("a", { class: "button", "data-test": "slip-save", href: address, download: name }, t("Save as text"));
  const rows = sheet.rows.map(({ label, value }) => [inLanguage(label), typeof value === "string" ? value : h("span", langOf(value), inLanguage(value))] as const);
  showPrint(inLanguage(sheet.title), paperOf(inLanguage(sheet.title), rows), save, () => URL.revokeObjectURL(address));
}

/** Buttons that open the papers, and what has to be known of them. */
export function paperButtons({ register, slip: own, isOrder }: Papers): HTMLElement {
  return h("div", { class: "stack-small" },
    h("div", { class: "row" },
      h("button", { type: "button", "data-test": isOrder ? "paper-order" : "paper-register", onclick: () => showSheet(register, REGISTER_FILE) }, isOrder ? t("Work order") : t("Register form")),
      h("button", { type: "button", "data-test": "paper-slip", onclick: () => showSheet(own, SLIP_FILE) }, inLanguage(own.title))),
    h("p", { class: "hint" }, t("The form is in the case already, encrypted. A printed or saved copy is not: keep it where only readers of the case find it.")));
}

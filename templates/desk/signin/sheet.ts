/** The recovery sheet: what a member needs besides the passphrase, on one page of paper. */

import { t } from "../../shared/strings.js";
import { h } from "../ui.js";

export interface Sheet {
  readonly name: string;
  readonly member: string;
  readonly office: string;
  readonly officeCode: string;
  readonly secret: string;
  readonly code: string;
}

/** The sheet as it is shown and printed; no address stands on it. */
export function recoverySheet(sheet: Sheet): HTMLElement {
  const rows: readonly (readonly [string, string, string])[] = [
    [t("Office"), sheet.office, ""],
    [t("Office code"), sheet.officeCode, "sheet-office-code"],
    [t("Name"), sheet.name, ""],
    [t("Member id"), sheet.member, "sheet-member"],
    [t("Device secret"), sheet.secret, "device-secret"],
    [t("Key check code"), sheet.code, "sheet-code"],
  ];
  return h("section", { class: "sheet card", "aria-label": t("Recovery sheet") },
    h("h3", {}, t("Recovery sheet")),
    h("dl", {}, rows.map(([name, value, hook]) => h("div", {}, h("dt", {}, name), h("dd", { class: hook === "" ? "" : "mono", "data-test": hook === "" ? null : hook }, value)))),
    h("p", { class: "small" }, t("The passphrase is deliberately not on this sheet. Keep the two apart. Anyone who has both can read every report encrypted to you.")));
}

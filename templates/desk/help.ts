/** What the keys do, and the switch that turns them off. */

import { t } from "../shared/strings.js";
import { device } from "./device.js";
import { language } from "./context.js";
import { VIEWS } from "./queue/views.js";
import { h } from "./ui.js";

/** Shows the help as a dialog; Escape or the button close it. */
export function showHelp(): void {
  const rows: readonly (readonly [string, string])[] = [
    ["j", t("next case")], ["k", t("previous case")], ["Enter", t("open the case")], ["a", t("take the case (asks first)")], ["r", t("reply")],
    ["s", t("update the reporter")], ["p", t("what the policy allows")], [`1–${VIEWS.length}`, t("the views, in their order")], ["n", t("internal note")], ["t", t("today")], ["f", t("figures of my cases")], ["/", t("search")], ["?", t("this help")], ["Esc", t("back to the list")],
  ];
  const box = h("input", { type: "checkbox", id: "keys-on", checked: !device.keysOff(), onchange: () => device.setKeysOff(!box.checked) });
  const dialog = h("dialog", { class: "help card", "aria-labelledby": "help-title", "data-test": "help-dialog" },
    h("h2", { id: "help-title" }, t("Shortcuts")),
    h("dl", {}, rows.map(([key, what]) => h("div", {}, h("dt", {}, h("kbd", {}, key)), h("dd", {}, what)))),
    h("label", { class: "choice", for: "keys-on" }, box, h("span", {}, t("Use single-key shortcuts"))),
    // Another page: this one's keys would be gone.
    h("p", {}, h("a", { href: `/${language}/duties/`, target: "_blank", rel: "noopener", "data-test": "duties" }, t("Roles and permissions"))),
    h("button", { type: "button", class: "primary", onclick: () => dialog.close() }, t("Close")));
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}

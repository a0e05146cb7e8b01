/** That something was sent is said where the reporter is looking: at the form it was written in. */

import type { Declaration } from "../../../crypto/index.js";
import { h } from "../../shared/dom.js";
import { t } from "../../shared/strings.js";
import type { Just, View } from "../sending/opened.js";
import { actLabel } from "./declarations.js";

function words(just: Just): string {
  switch (just) {
    case "reply": return t("Message sent, encrypted. The reply will appear here.");
    case "name": return t("The name was sent, encrypted.");
    case "name-back": return t("Your message that you take the name back was sent, encrypted.");
    case "checkin": return t("Sent, encrypted. Nobody who handles your report sees whether you answered, or what.");
    default: return t("Sent, encrypted and signed: “{declaration}”.", { declaration: actLabel(just satisfies Declaration) });
  }
}

/** The confirmation of one of these; null where something else was sent, or nothing. */
export function sentNote({ just }: View, kinds: readonly Just[]): HTMLElement | null {
  if (just === null || !kinds.includes(just)) return null;
  return h("p", { class: "notice notice-good", "data-test": "sent-note", "data-just": just }, h("strong", {}, h("span", { "aria-hidden": "true" }, "✓ "), words(just)));
}

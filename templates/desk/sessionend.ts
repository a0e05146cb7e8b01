/** A session that is over while somebody writes: what was typed stays, and is sent after signing in again in another tab. */

import { t } from "../shared/strings.js";
import { DeskRefusal } from "./api.js";
import { hasWritten, showsReceipt } from "./composer.js";
import { language } from "./context.js";
import { byId, fill, h } from "./ui.js";

/** Whether the server knows nobody here any more: after ten hours it forgets anyone who goes on working, too. */
export function isSessionOver(error: unknown): boolean {
  return error instanceof DeskRefusal && error.status === 401;
}

/** Says so where somebody writes, with the way on; false where nothing would be lost. */
export function keepsWriting(error: unknown): boolean {
  if (!isSessionOver(error) || !hasWritten()) return false;
  fill(byId("alarm"), h("div", { class: "notice notice-care", "data-test": "session-over" },
    h("p", {}, showsReceipt() ? t("Your session has expired. The receipt is still on this page. Give it to the caller before you leave the page.") : t("Your session has expired. Your text is still on this page. Sign in again in another tab, then send it from here.")),
    h("p", {}, h("a", { href: `/${language}/`, target: "_blank", rel: "noopener", "data-test": "sign-in-again" }, t("Sign in again in another tab")))));
  return true;
}

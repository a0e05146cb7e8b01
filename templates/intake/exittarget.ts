/** Where the quick exit leads: the catalogue of each language says it. */

import { t } from "../shared/strings.js";

/** Somewhere harmless that a person might well be reading. */
export const elsewhere = (): string => t("https://www.wikipedia.org/");

/** What the one entry carries that the quick exit leaves in the browser's list: it leads away again. */
export const LEFT = -1;

/** Whether this entry was left by the quick exit. */
export function wasLeft(): boolean {
  return window.history.state === LEFT;
}

/** What a page that holds keys says before it forgets them, and to anyone who comes back to it. */

import { byId, fill, h } from "./dom.js";
import { QUIET_MS, watchQuiet } from "./quiet.js";
import { t } from "./strings.js";

const FORGOTTEN = "?forgotten";

/**
 * Warns below `above` in the last quiet minute; then `wipe` is called and the page is loaded again, with nothing in it.
 * `here` is called now and then while somebody works at it. `last`: when somebody was there last, in milliseconds since 1970.
 */
export function forgetWhenQuiet(above: HTMLElement, now: () => Date, wipe: () => void, here: () => void = () => undefined, last = now().getTime()): void {
  const warning = h("p", { class: "notice notice-care", role: "alert", "data-test": "quiet-warning" });
  warning.hidden = true;
  above.after(warning);
  const warn = (last: boolean): void => {
    fill(warning, last ? t("Nobody has touched this page for a while: in a minute it forgets your key. Touch it to stay.") : "");
    warning.hidden = !last;
  };
  const over = (): void => {
    wipe();
    location.replace(`${location.pathname}${FORGOTTEN}`);
  };
  watchQuiet(() => now().getTime(), { warn, over, here }, last);
}

/** Tells anyone who comes back why the page is locked, once. */
export function sayForgotten(): void {
  if (location.search !== FORGOTTEN) return;
  history.replaceState(null, "", `${location.pathname}${location.hash}`);
  fill(byId("problem"), h("p", { class: "notice", "data-test": "forgotten" }, t("This page forgot your key after {minutes} minutes in which nobody touched it. What was not kept is gone.", { minutes: QUIET_MS / 60_000 })));
}

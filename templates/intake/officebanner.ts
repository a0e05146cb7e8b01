/** Whose page this is: one strip under the header of every page that talks to the office, and how the check of its code stands. */

import { type Child, byId, fill, h } from "../shared/dom.js";
import { t } from "../shared/strings.js";
import { alsoRedraw } from "./language.js";

/** What the strip looks like: in question, right, right with a reservation, and wrong. */
export type BannerState = "open" | "good" | "care" | "alarm";

interface Banner {
  readonly look: BannerState;
  readonly draw: () => Child;
}
const strip: { shown: Banner | null } = { shown: null };

/** Draws the strip as the page speaks now. */
export function redrawStrip(): void {
  const place = byId("strip");
  if (strip.shown === null) return;
  place.className = `strip strip-${strip.shown.look} no-print`;
  place.dataset["look"] = strip.shown.look;
  place.setAttribute("aria-label", t("Whose page this is"));
  fill(place, h("div", { class: "strip-row stack-small" }, strip.shown.draw()));
}

/** Puts this into the strip, and again whenever the page's language changes. */
export function showStrip(look: BannerState, draw: () => Child): void {
  const place = byId("strip");
  const held = place.contains(document.activeElement);
  if (strip.shown === null) alsoRedraw(redrawStrip);
  strip.shown = { look, draw };
  redrawStrip();
  // Where the button that was pressed is gone, the reading position stays with what took its place.
  if (!held) return;
  place.tabIndex = -1;
  place.focus({ preventScroll: true });
}

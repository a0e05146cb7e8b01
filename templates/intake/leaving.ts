/** Leaving words that are nowhere else asks first: the browser does, and then the page, which can save them. */

import { byId, h } from "../shared/dom.js";
import { t } from "../shared/strings.js";
import { goToPlace } from "./screenhistory.js";

/** What stands in the question. */
export interface Offer {
  readonly words: string;
  readonly stay: string;
  readonly discard: string;
  /** Keeps what is there; null where nothing can be kept. */
  readonly save: (() => void) | null;
  /** Called once it is given up, when nothing else was asked for. */
  readonly discarded: () => void;
}

/** The browser answers its own question first; after that long a page that is still there was not left. */
const STAYED = 400;

const state: { guarded: boolean; offer: (() => Offer) | null; asking: HTMLDialogElement | null } = { guarded: false, offer: null, asking: null };

/** While true, leaving the page asks first. */
export function warnOnLeaving(on: boolean): void {
  state.guarded = on;
}

/** What the page says when it asks. */
export function offerOnLeaving(offer: (() => Offer) | null): void {
  state.offer = offer;
}

/** Goes on at once when nothing would be lost, else asks. */
export function askThen(leave: (() => void) | null): void {
  const offer = state.offer?.() ?? null;
  if (!state.guarded || offer === null) return leave?.();
  state.asking?.remove();
  const sheet = sheetFor(offer, leave ?? offer.discarded);
  state.asking = sheet;
  document.body.append(sheet);
  sheet.showModal();
}

/**
 * Somebody pressed Back to where the page ends. The question is asked at `here`, so that there is an entry to go back to:
 * another Back then closes it, as it closes a sheet on a phone, and does not leave the site.
 */
export function askOnBack(here: number, leave: () => void): void {
  const open = closeQuestion();
  if (open || (state.guarded && state.offer !== null)) goToPlace(here);
  if (!open) askThen(leave);
}

/** Answers an open question with staying; false where none is open. */
export function closeQuestion(): boolean {
  const open = state.asking?.isConnected === true;
  state.asking?.remove();
  return open;
}

function sheetFor(offer: Offer, leave: () => void): HTMLDialogElement {
  const answer = (act?: () => void) => (): void => {
    sheet.remove();
    act?.();
  };
  const { save } = offer;
  const discard = (): void => {
    warnOnLeaving(false);
    leave();
  };
  const heading = h("h2", { id: "leaving" }, t("Leave this page?"));
  const sheet = h("dialog", { class: "sheet", "aria-labelledby": "leaving", oncancel: answer(), "data-test": "leaving" },
    h("div", { class: "stack" }, heading, h("p", {}, offer.words),
      h("div", { class: "stack-small" },
        h("button", { type: "button", class: "primary", onclick: answer(), "data-test": "leaving-stay" }, offer.stay),
        save && h("button", { type: "button", onclick: answer(save), "data-test": "leaving-save" }, t("Save for later")),
        h("button", { type: "button", class: "quiet", onclick: answer(discard), "data-test": "leaving-discard" }, offer.discard),
        // The page's own is out of reach behind the question.
        h("button", { type: "button", class: "leave", onclick: () => byId("leave").click(), "data-test": "leaving-exit" }, t("Leave quickly")))));
  return sheet;
}

/** Lets the browser ask; when the answer was to stay, the page offers what it can do. */
export function guardLeaving(): void {
  window.addEventListener("beforeunload", (event) => {
    if (!state.guarded) return;
    event.preventDefault();
    window.setTimeout(() => askThen(null), STAYED);
  });
}

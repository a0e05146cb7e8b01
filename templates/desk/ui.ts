/** Small builders of the desk on top of the shared ones. */

import { isDemo } from "../shared/responses.js";
import { type Child, fill, h } from "../shared/dom.js";
import { watchTyping } from "../shared/officecode.js";

export { type Child, fill, h };

/** The element with this id and of this kind; a page without it is broken, so it throws. */
export function byId<T extends HTMLElement = HTMLElement>(id: string): T {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`no element #${id}`);
  return found as T;
}

/** A labelled field of a form. */
export function field(label: string, input: HTMLElement, hint: string | null = null): HTMLElement {
  const hintId = `${input.id}-hint`;
  if (hint !== null) input.setAttribute("aria-describedby", hintId);
  return h("div", { class: "field" }, h("label", { for: input.id }, label), input, hint === null ? null : h("p", { class: "hint", id: hintId }, hint));
}

/** The field of the office code, which says while somebody types that the code can't be right. */
export function codeField(label: string, input: HTMLInputElement, hint: string | null = null): HTMLElement {
  const fault = h("p", { class: "fault", id: `${input.id}-fault`, role: "status" });
  const made = field(label, input, hint);
  made.append(fault);
  input.setAttribute("aria-describedby", [hint === null ? [] : `${input.id}-hint`, fault.id].flat().join(" "));
  watchTyping(input, fault);
  return made;
}

/** Lets the browser paint before long work goes on. */
export function breathe(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}

/** Milliseconds of work after which a page has its turn. */
const TURN_MS = 50;

/** Gives the page its turn now and then in a row of short steps, and first has it shown how far they are: a page that paints after each takes longer for that than for the steps. */
export function turns(): (show: () => void) => Promise<void> {
  let due = 0;
  return async (show) => {
    if (performance.now() < due) return;
    show();
    await breathe();
    due = performance.now() + TURN_MS;
  };
}

/** Shows the red banner where the site says that it is a demo. */
export async function showDemo(): Promise<void> {
  const answer = await fetch("/office/site.json", { cache: "no-store" }).catch(() => null);
  byId("demo").hidden = !(answer?.ok === true && isDemo(await answer.text()));
}

/** A tiny builder of elements: no HTML strings anywhere, so no Trusted Types policy is needed. */

import { cleanFileName } from "../../crypto/sealing/filenames.js";

export type Child = Node | string | number | null | undefined | false | readonly Child[];
type Value = string | number | boolean | null | undefined | ((event: never) => void);
export type Attributes = Record<string, Value>;

/**
 * Makes an element. `onclick`-like functions become listeners, `true` an empty attribute;
 * `false`, `null` and `undefined` leave the attribute out. Strings among the children become text.
 */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  setAttributes(element, attributes);
  append(element, children);
  return element;
}

/** The same for SVG, which lives in its own namespace. */
export function svg(tag: string, attributes: Attributes = {}, ...children: Child[]): SVGElement {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  setAttributes(element, attributes);
  append(element, children);
  return element;
}

function setAttributes(element: Element, attributes: Attributes): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") {
      element.addEventListener(name.replace(/^on/, ""), value as unknown as EventListener);
    } else if (value === true) {
      element.setAttribute(name, "");
    } else if (value !== false && value !== null && value !== undefined) {
      element.setAttribute(name, String(value));
    }
  }
}

function append(element: Element, children: readonly Child[]): void {
  for (const child of children) {
    if (child === null || child === undefined || child === false) continue;
    if (child instanceof Node) element.append(child);
    else if (typeof child === "object") append(element, child);
    else element.append(String(child));
  }
}

/** Puts these in place of whatever stands inside. */
export function fill(element: Element, ...children: Child[]): void {
  element.replaceChildren();
  append(element, children);
}

/** The element with this id; a page without it is a mistake of ours. */
export function byId(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (!found) throw new Error(`no #${id} on this page`);
  return found;
}

/** Moves the reading position to an element that is not a control, such as a new heading. */
export function focusOn(element: HTMLElement): void {
  if (!element.hasAttribute("tabindex")) element.setAttribute("tabindex", "-1");
  element.focus({ preventScroll: true });
  // A page's title means a new screen, which begins at its top.
  if (element.tagName === "H1") window.scrollTo(0, 0);
  else element.scrollIntoView({ block: "start" });
}

/** Moves the reading position to words about what stands around them, which stays in view. */
export function showNote(note: HTMLElement): void {
  note.setAttribute("tabindex", "-1");
  note.focus({ preventScroll: true });
  note.scrollIntoView({ block: "center" });
}

/** Draws what is inside `place` again: the same choice keeps the reading position. */
export function withSamePosition(place: HTMLElement, draw: () => void): void {
  const active = document.activeElement;
  const [name, value] = active instanceof HTMLInputElement ? [active.name, active.value] : [];
  draw();
  [...place.querySelectorAll("input")].find((input) => input.name === name && input.value === value)?.focus({ preventScroll: true });
}

let speaker: HTMLElement | null = null;

/** Says a sentence to screen readers, politely; nothing appears on the screen. */
export function announce(sentence: string): void {
  if (!speaker) {
    speaker = h("div", { class: "spoken", role: "status", "aria-live": "polite" });
    document.body.append(speaker);
  }
  const place = speaker;
  place.textContent = "";
  window.setTimeout(() => {
    place.textContent = sentence;
  }, 60);
}

/** Offers bytes as a file to keep, under a name in which nothing deceives; the link must stand in the document for Firefox. */
export function saveFile(name: string, body: Blob): void {
  const address = URL.createObjectURL(body);
  const link = h("a", { href: address, download: cleanFileName(name), hidden: true });
  document.body.append(link);
  link.click();
  link.remove();
  window.setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

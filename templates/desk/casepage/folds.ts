/** What somebody has folded out stays so when the page of the same case is drawn again. */

import { byId } from "../ui.js";

/** The fields of a form: once it was sent, its fold has done its work. */
const FIELDS = "input, select, textarea";

/** Every fold of the page under a name that the next drawing gives it too: folds of one kind are counted. */
function foldsOf(page: HTMLElement): Map<string, HTMLDetailsElement> {
  const found = new Map<string, HTMLDetailsElement>();
  for (const fold of page.querySelectorAll("details")) {
    const kind = fold.dataset["test"] ?? fold.className;
    const alike = [...found.keys()].filter((name) => name.startsWith(`${kind} `)).length;
    found.set(`${kind} ${alike}`, fold);
  }
  return found;
}

/** Draws the page of a case, and opens what was open on it; after a step of one's own (`done`) no fold with a form. */
export function drawWithFolds(id: string, done: boolean, draw: () => void): void {
  const page = byId("case");
  const before = page.dataset["case"] === id ? foldsOf(page) : new Map<string, HTMLDetailsElement>();
  const open = [...before].filter(([, fold]) => fold.open && !(done && fold.querySelector(FIELDS) !== null)).map(([name]) => name);
  const focused = [...before].find(([, fold]) => fold.querySelector(":scope > summary") === document.activeElement)?.[0];
  draw();
  page.dataset["case"] = id;
  const after = foldsOf(page);
  for (const name of open) after.get(name)?.setAttribute("open", "");
  if (focused !== undefined) after.get(focused)?.querySelector("summary")?.focus({ preventScroll: true });
}

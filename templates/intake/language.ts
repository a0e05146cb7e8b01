/** The page's language is changed where it stands: the page is not loaded again, and what is typed or opened in it stays. */

import { announce, h } from "../shared/dom.js";
import { NoAnswer, sayError } from "../shared/refusals.js";
import { takeSentences } from "../shared/strings.js";
import { readdress } from "./screenhistory.js";

interface Page {
  /** Draws what is open in the page's language; null where a page holds nothing that loading would lose. */
  redraw: (() => void) | null;
  readonly besides: (() => void)[];
  /** Chooses the words of the language that has come, before anything is drawn in it. */
  speak: () => void;
  /** How much is under way that nothing may be drawn over. */
  held: number;
  wanted: string | null;
}
const page: Page = { redraw: null, besides: [], speak: () => undefined, held: 0, wanted: null };

/** What is open now is drawn by this, in whichever language. */
export function redrawWith(redraw: () => void): void {
  page.redraw = redraw;
}

/** What stands around it. */
export function alsoRedraw(redraw: () => void): void {
  page.besides.push(redraw);
}

/** Called in each language that comes, before anything is drawn in it. */
export function beforeRedrawing(speak: () => void): void {
  page.speak = speak;
}

/** While this is under way another language waits. */
export async function holdLanguage<T>(work: () => Promise<T>): Promise<T> {
  page.held += 1;
  try {
    return await work();
  } finally {
    page.held -= 1;
    if (page.held === 0 && page.wanted !== null) void change(page.wanted);
  }
}

/** Changes the language to that of the same page at another address; false where the page has to be loaded for it. */
export function changeLanguage(path: string): boolean {
  if (page.redraw === null) return false;
  if (page.held > 0) page.wanted = path;
  else void change(path);
  return true;
}

async function change(path: string): Promise<void> {
  page.wanted = null;
  const [other, nav] = [await otherPage(path), document.querySelector(".languages")];
  if (other === null) {
    const words = sayError(new NoAnswer());
    nav?.after(h("p", { class: "fault small", "data-test": "language-fault" }, words));
    return announce(words);
  }
  // Something may have begun while it was on its way.
  if (page.held > 0) {
    page.wanted = path;
    return;
  }
  const [kept, top] = [fieldsIn(document), window.scrollY];
  frame(other);
  readdress(path);
  for (const redraw of [page.speak, ...page.besides, page.redraw]) redraw?.();
  restore(kept);
  window.scrollTo(0, top);
  document.querySelector<HTMLElement>(".languages a")?.focus({ preventScroll: true });
}

/** The same page in the other language, read and not run. */
function otherPage(path: string): Promise<Document | null> {
  return new Promise((resolve) => {
    const call = new XMLHttpRequest();
    call.open("GET", path);
    call.responseType = "document";
    call.onloadend = () => resolve(call.status === 200 ? call.responseXML : null);
    call.send();
  });
}

/** What the server wrote around the page's own place. */
function frame(other: Document): void {
  takeSentences(other.getElementById("strings")?.textContent ?? "{}");
  const { lang, dir } = other.documentElement;
  Object.assign(document.documentElement, { lang, dir });
  document.title = other.title;
  for (const selector of [".skip", "#leave", "[data-title]"]) {
    const [here, there] = [document.querySelector<HTMLElement>(selector), other.querySelector<HTMLElement>(selector)];
    if (!here || !there) continue;
    here.textContent = there.textContent;
    if (there.title !== "") here.title = there.title;
  }
  // Where no script draws the page's main part, all of it is the server's.
  const drawn = document.getElementById("app") !== null;
  for (const selector of drawn ? [".languages", "main > .small"] : [".languages", "main"]) {
    const there = other.querySelectorAll(selector);
    document.querySelectorAll(selector).forEach((here, at) => {
      const one = there[at];
      if (one) here.replaceWith(document.importNode(one, true));
    });
  }
  document.querySelector("[data-test=language-fault]")?.remove();
}

type Field = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;

function keyOf(field: Field): string {
  const chosen = field.type === "radio" || field.type === "checkbox" ? field.value : "";
  return [field.type, field.id, field.name, chosen, field.dataset["test"] ?? ""].join(" ");
}

function all(place: ParentNode): Field[] {
  return [...place.querySelectorAll<Field>("input:not([type=file]), textarea, select")];
}

interface Fields {
  readonly fields: ReadonlyMap<string, Field>;
  readonly open: readonly string[];
}

function folded(place: ParentNode): [string, HTMLDetailsElement][] {
  return [...place.querySelectorAll("details")].map((one) => [one.querySelector("summary")?.dataset["test"] ?? "", one]);
}

function fieldsIn(place: ParentNode): Fields {
  const open = folded(place).flatMap(([name, one]) => (one.open && name !== "" ? [name] : []));
  return { fields: new Map(all(place).map((field) => [keyOf(field), field])), open };
}

/** Puts back what the drawing itself does not know, as if it were typed again. */
function restore({ fields, open }: Fields): void {
  const unfold = (): void => {
    for (const [name, one] of folded(document)) if (open.includes(name)) one.open = true;
  };
  unfold();
  for (const field of all(document)) {
    const before = fields.get(keyOf(field));
    if (!before || before === field) continue;
    again(field, before);
    field.disabled = before.disabled;
  }
  // A choice that was put back may have drawn what hangs on it.
  unfold();
}

function again(field: Field, before: Field): void {
  if (field instanceof HTMLInputElement && before instanceof HTMLInputElement && field.checked !== before.checked) {
    field.checked = before.checked;
    if (field.checked || field.type === "checkbox") field.dispatchEvent(new Event("change", { bubbles: true }));
  } else if (field.value !== before.value) {
    field.value = before.value;
    for (const kind of ["input", "change"]) field.dispatchEvent(new Event(kind, { bubbles: true }));
  }
}

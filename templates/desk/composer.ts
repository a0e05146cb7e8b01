/** Writing: a reply, the stage, or a note for colleagues. What is typed stays until it has been taken in. */

import { shownFileName } from "../../crypto/index.js";
import { ask } from "../shared/confirmdialog.js";
import { type Sentence, msg, t } from "../shared/strings.js";
import { type OpenedCase, type StatusText, good } from "./opened/model.js";
import { textOf } from "./trusted/policy.js";
import { type OfficeWords, wordsFor } from "./context.js";
import { type Child, byId, field, fill, h } from "./ui.js";
import { inLanguage, langOf } from "../shared/officetext.js";

export type Kind = "reply" | "status" | "note";

export interface Written {
  readonly text: string;
  readonly files: readonly File[];
  readonly status: StatusText | null;
}

type Send = (kind: Kind, written: Written, progress: (done: number) => void) => Promise<void>;

const TITLES: Readonly<Record<Kind, Sentence>> = {
  reply: msg("Reply to the reporter"),
  status: msg("Update the reporter"),
  note: msg("Internal note"),
};

const HINTS: Readonly<Record<Kind, Sentence>> = {
  reply: msg("Only the reporter and the readers of this case can read this. The reporter sees your role, your colleagues see your name. Do not write anything that could reveal who reported."),
  status: msg("The reporter sees the stage, the next step, the due date and your role. Your colleagues also see your name."),
  note: msg("Only the readers of this case can read this, never the reporter."),
};

/** What a note brings about where the office's own key can't be read; null where it can, or is made with the note. */
function firstNote(opened: OpenedCase, words: OfficeWords): string | null {
  if (opened.officeKey) return null;
  return words.directory.content.regrant_threshold === 1 ? t("The entry with the office's internal key cannot be read. This note changes the case key, and the reporter is told.") : t("The entry with the office's internal key cannot be read. Sending proposes a new case key, which a colleague must also sign. Send the note again once it is signed.");
}

/** Opens the composer of a kind in the case page and puts the cursor into it. */
export function openComposer(kind: Kind, opened: OpenedCase, words: OfficeWords, send: Send): void {
  const text = h("textarea", { id: "compose-text", "data-test": "compose-text", rows: 6, required: kind !== "status" });
  const files = h("input", { id: "compose-files", "data-test": "compose-files", type: "file", multiple: true });
  const progress = h("progress", { max: 1, value: 0, "aria-label": t("Encrypting and sending"), hidden: true });
  const fault = h("p", { class: "fault", role: "alert", "data-test": "compose-fault" });
  const stage = kind === "status" ? stageFields(opened, words) : null;
  const form = h("form", { class: "composer card stack", "aria-labelledby": "compose-title", "data-test": `composer-${kind}`, novalidate: true },
    h("h3", { id: "compose-title" }, t(TITLES[kind])),
    h("p", { class: "hint", "data-test": "compose-hint" }, [t(HINTS[kind]), kind === "note" ? firstNote(opened, words) : null].filter((one) => one !== null).join(" ")),
    kind === "note" ? null : lastMessage(opened),
    kind === "reply" ? timingWarning() : null,
    stage?.element ?? null,
    field(kind === "status" ? t("Message to the reporter (optional)") : t("Text"), text),
    kind === "status" ? null : fileField(files),
    progress, fault,
    h("div", { class: "row" },
      h("button", { type: "submit", class: "primary", "data-test": "send" }, kind === "note" ? t("Encrypt and add to the case") : t("Encrypt and send to the reporter")),
      h("button", { type: "button", "data-test": "cancel", onclick: () => closeComposer() }, t("Cancel"))));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const written = { text: text.value.trim(), files: [...(files.files ?? [])], status: stage?.read(text.value.trim()) ?? null };
    void submit(form, kind, written, { progress, fault, text }, send);
  });
  showForm(form, text);
}

/** What the reporter wrote last stays in sight while it is answered; the report itself stands below the form. */
function lastMessage({ entries }: OpenedCase): HTMLElement | null {
  const last = entries.findLast((entry) => entry.dir === "to-office" && good(entry) && typeof entry.payload["text"] === "string" && entry.payload["text"] !== "");
  if (last === undefined || last.type === "report") return null;
  return h("figure", { class: "quoted", "data-test": "compose-quoted" }, h("figcaption", { class: "hint" }, t("The reporter wrote last:")), h("blockquote", { tabindex: "0" }, String(last.payload["text"])));
}

/** The event of a page in which a form was begun. */
export const FORM_BEGUN = "form-begun";

/** Puts a form into the case page in place of what was just done there, and the cursor into its first field. */
export function showForm(form: HTMLElement, first: HTMLElement): void {
  fill(byId("case-done"));
  fill(byId("composer"), form);
  form.dispatchEvent(new Event(FORM_BEGUN, { bubbles: true }));
  first.focus();
  form.scrollIntoView({ block: "nearest" });
}

/** A button in the page's own language instead of the browser's, and the names of what was chosen. */
export function fileField(files: HTMLInputElement, hint = t("Files are sent unchanged. First remove names and metadata that nobody should see.")): HTMLElement {
  const chosen = h("p", { class: "hint", role: "status", "data-test": "compose-chosen" });
  const hintId = `${files.id}-hint`;
  files.classList.add("file-input");
  files.setAttribute("aria-describedby", hintId);
  files.addEventListener("change", () => fill(chosen, [...(files.files ?? [])].map((file) => shownFileName(file.name)).join(" · ")));
  return h("div", { class: "field" },
    h("label", { class: "button file-label", for: files.id }, t("Attach files"), files), chosen,
    h("p", { class: "hint", id: hintId }, hint));
}

interface Parts {
  readonly progress: HTMLProgressElement;
  readonly fault: HTMLElement;
  readonly text: HTMLTextAreaElement;
}

async function submit(form: HTMLFormElement, kind: Kind, written: Written, parts: Parts, send: Send): Promise<void> {
  if (form.getAttribute("aria-busy") === "true") return;
  fill(parts.fault);
  if (kind !== "status" && written.text === "") {
    fill(parts.fault, kind === "note" ? t("Please write a note.") : t("Please write a message."));
    parts.text.focus();
    return;
  }
  form.setAttribute("aria-busy", "true");
  parts.progress.hidden = false;
  try {
    await send(kind, written, (done) => {
      parts.progress.value = done;
    });
  } catch (error) {
    fill(parts.fault, wordsFor(error));
  } finally {
    form.removeAttribute("aria-busy");
    parts.progress.hidden = true;
  }
}

function timingWarning(): HTMLElement {
  return h("p", { class: "notice notice-care small" }, t("Before you quote anything: could your text show people around the reporter who reported, or show the reporter who else has spoken? A fact that only a few people know can identify one of them."));
}

interface StageFields {
  readonly element: HTMLElement;
  readonly read: (text: string) => StatusText;
}

function stageFields(opened: OpenedCase, words: OfficeWords): StageFields {
  const stages = textOf(words.policies, opened.row)?.stages ?? [{ id: opened.row.stage, name: { zh: opened.row.stage, en: opened.row.stage } }];
  // Where a record gives the stage, nobody tells the reporter another one.
  const own = opened.ruled?.found.stage ?? null;
  const options = (): Child => stages.map((stage) => h("option", { value: stage.id, ...langOf(stage.name) }, inLanguage(stage.name)));
  const stage = h("select", { id: "compose-stage", "data-test": "compose-stage", disabled: own !== null }, options());
  if (own !== null) stage.value = own;
  const next = h("select", { id: "compose-next", "data-test": "compose-next" }, h("option", { value: "" }, t("Not specified")), options());
  const due = h("input", { id: "compose-due", "data-test": "compose-due", type: "date", min: words.today(opened.row.entity) });
  const element = h("div", { class: "columns" }, field(t("Current stage"), stage), field(t("Next step"), next), field(t("Due date"), due));
  return { element, read: (text) => ({ stage: own ?? stage.value, next: next.value || null, due: due.value || null, text }) };
}

type WithFiles = (id: string, text: string, files: readonly File[], progress: (done: number) => void) => Promise<void>;

/** Sends what was written here, as a reply, a note or an update. */
export async function sendWritten(steps: { reply: WithFiles; note: WithFiles; status: (id: string, status: StatusText) => Promise<void> }, id: string, kind: Kind, { text, files, status }: Written, progress: (done: number) => void): Promise<void> {
  if (kind === "reply") await steps.reply(id, text, files, progress);
  else if (kind === "note") await steps.note(id, text, files, progress);
  else if (status !== null) await steps.status(id, status);
}

/** Takes the composer away. */
export function closeComposer(): void {
  fill(byId("composer"));
  byId("case-title").focus();
}

/** On a form that must not be sent any more. */
const STOPPED = "data-stopped";

/** Leaves the open form with what is written in it, says above it why it can't be sent any more, and sees to that. */
export function stopForm(why: string): void {
  const form = document.querySelector<HTMLFormElement>("#composer form");
  if (form === null || isStopped(form)) return;
  form.setAttribute(STOPPED, "");
  const line = h("p", { class: "notice notice-alarm", role: "alert", tabindex: "-1", "data-test": "form-stopped" }, why);
  form.prepend(line);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    event.stopImmediatePropagation();
  }, { capture: true });
  for (const button of form.querySelectorAll<HTMLButtonElement>('button[type="submit"]')) {
    // A button that is disabled loses the cursor to nowhere.
    if (button === document.activeElement) line.focus();
    button.disabled = true;
  }
}

/** Whether nothing further of a form may be sent. */
export function isStopped(form: HTMLElement): boolean {
  return form.hasAttribute(STOPPED);
}

/** True while a form stands open, written in or not: nothing is drawn again under it. */
export function isComposing(): boolean {
  return document.querySelector("#composer form") !== null;
}

type Field = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;

/** Fields into which somebody typed, or in which they chose something; what the page put there itself is not theirs. */
const changed = new WeakMap<Element, Set<Field>>();
/** On a form that must not go without a question, though nobody typed in it: what is in it, of which `receipt` is shown only once. */
const ASK = "data-ask-before-leaving";

/** Has a form asked about before it goes, whether or not somebody types in it. */
export function askBeforeLeaving(form: Element, holds: "receipt" | "contents"): void {
  form.setAttribute(ASK, holds);
}

/** Remembers from now on which fields of a form somebody changed. */
export function watchWriting(): void {
  document.addEventListener("input", ({ target }) => {
    const isField = target instanceof HTMLTextAreaElement || target instanceof HTMLInputElement || target instanceof HTMLSelectElement;
    const form = isField ? target.closest("#composer form") : null;
    if (form !== null && isField) changed.set(form, (changed.get(form) ?? new Set()).add(target));
  });
}

/** A box or a choice that was changed counts whatever it says now; a text that was taken back does not. */
function isWritten(field: Field): boolean {
  return field instanceof HTMLSelectElement || ["checkbox", "radio"].includes(field.type) || field.value.trim() !== "";
}

/** True while leaving would lose somebody's own words, choices or files, or a receipt, or interrupt a form that is being sent. */
export function hasWritten(): boolean {
  const form = document.querySelector("#composer form");
  if (form === null) return false;
  return form.getAttribute("aria-busy") === "true" || form.hasAttribute(ASK) || [...(changed.get(form) ?? [])].some(isWritten);
}

/** What somebody typed into a form that is open, with the form's title; `sending` where it is on its way. */
export interface Unsent {
  readonly title: string;
  readonly texts: readonly string[];
  readonly sending: boolean;
}

/** The texts that were typed into the form that stands open; none where there are none. Files, choices, dates and numbers are not among them. */
export function unsentOf(): Unsent[] {
  const form = document.querySelector("#composer form");
  const fields = form === null ? [] : [...(changed.get(form) ?? [])].filter((field) => field instanceof HTMLTextAreaElement || (field instanceof HTMLInputElement && field.type === "text"));
  const texts = fields.filter((field) => field.isConnected && field.value.trim() !== "").map(({ value }) => value);
  return texts.length === 0 ? [] : [{ title: form?.querySelector("h2, h3")?.textContent ?? "", texts, sending: form?.getAttribute("aria-busy") === "true" }];
}

/** What somebody typed on a page that has no forms of a case: for each thing that is written there its own, under the heading that it stands under. */
export function unsentOnPane(): Unsent[] {
  const fields = [...document.querySelectorAll<HTMLTextAreaElement>("#case textarea")].filter(({ readOnly, value }) => !readOnly && value.trim() !== "");
  const places = [...new Set(fields.map((field) => field.closest<HTMLElement>("details, form, section, li")))];
  return places.map((place) => {
    const own = fields.filter((field) => field.closest("details, form, section, li") === place);
    const sending = own.some((field) => field.closest('[aria-busy="true"]') !== null);
    const heading = place?.querySelector("summary, h2, h3")?.textContent ?? "";
    return { title: [heading, place?.dataset["about"]].filter((one) => one !== undefined).join(" · "), texts: own.map(({ value }) => value), sending };
  });
}

/** Whether anything is written anywhere on the page that a new page would not have: outside of a case's forms nothing is kept. */
export function hasWrittenAnywhere(): boolean {
  return hasWritten() || [...document.querySelectorAll<HTMLTextAreaElement>("#work textarea")].some(({ readOnly, value }) => !readOnly && value.trim() !== "");
}

/** Has the browser ask before the page goes with what is written on it. */
export function askBeforeUnload(): void {
  window.addEventListener("beforeunload", (event) => {
    if (hasWrittenAnywhere()) event.preventDefault();
  });
}

/** True while the only showing of a receipt stands open. */
export function showsReceipt(): boolean {
  return document.querySelector(`#composer form[${ASK}=receipt]`) !== null;
}

/** Whether the form that stands open may go: asks where something would be lost with it. */
export async function mayLeaveForm(): Promise<boolean> {
  if (!hasWritten()) return true;
  if (showsReceipt()) return ask(t("The caller's receipt is shown only now. Leave without giving it?"), { yes: t("Leave"), no: t("Back to the receipt") });
  return askToDiscard();
}

/** Asks whether what somebody has written may be lost. */
export function askToDiscard(): Promise<boolean> {
  return ask(t("What you have written here has not been sent and will be lost. Discard it?"), { yes: t("Discard"), no: t("Keep writing") });
}

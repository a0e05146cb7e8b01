/** The second step: pictures and files, and folded the details that a policy asks for. */

import { type Child, fill, h, withSamePosition } from "../../shared/dom.js";
import { around, blank, listedTexts, officeText } from "../../shared/officetext.js";
import { type Question, kindOf } from "../../shared/questionnaire.js";
import { t } from "../../shared/strings.js";
import { BEGUN, questionField, tip, tipBeside } from "./fields.js";
import { filesField } from "./filesfield.js";
import type { MissingField, StepPage } from "./formstep.js";
import type { Chosen, ReportDraft } from "./answers.js";

/** So many questions are named on the fold. */
const NAMED = 4;

/** Of a draft that was saved, the first words about files would be untrue; and of a file that was added since, these. */
function savedWords(unsaved: boolean): string {
  return unsaved ? t("What you changed here last is not saved yet. Press “Save” before you close the page.") : t("What you saved last is kept encrypted on the server.");
}

/** In the file on a disk, which has nothing to save in and sends nothing. */
function cleanedAlone(): string {
  return t("Location, device, time and file name are removed from photos that this browser can show; from MP4 and MOV videos, any location or device data that this page finds. Then everything is encrypted into one file, on this device.");
}

/** A file that is up already is named by the report alone. */
function renamedFile(one: Chosen, name: string): Chosen {
  return { ...one, file: one.file && { ...one.file, name }, kept: one.kept && { ...one.kept, name } };
}

function files(telling: ReportDraft, page: StepPage): HTMLElement {
  const where = h("p", { "data-test": "where-files-are" });
  const say = (): void => {
    const unsaved = telling.saved && (telling.removed || telling.files.some(({ kept }) => kept === null));
    where.className = unsaved ? "care" : "";
    where.textContent = telling.saved ? savedWords(unsaved) : page.alone ? cleanedAlone() : t("Location, device, time and file name are removed from photos that this browser can show; from MP4 and MOV videos, any location or device data that this page finds. The page tells you what may remain. Until you press “Save” or “Encrypt and send”, it stays on this device; “Leave quickly” does not save it.");
  };
  say();
  return h("fieldset", { class: "stack", id: "files-field" },
    h("legend", {}, t("Pictures and files (optional)")),
    where,
    h("p", { class: "hint", "data-test": "unchanged-files" }, t("PDF and Office files are sent unchanged. What is printed in them stays, such as your company's name or a contract number, and so do the author, title and dates stored inside: the page shows what it finds.")),
    !page.alone && h("p", { class: "hint" }, t("On some phones the camera closes this page: to take a picture now, save first. A saved draft keeps its text for 30 days, files for 7.")),
    filesField({
      list: () => telling.files.map(({ file, kept, done, preview }) => ({ name: file?.name ?? kept?.name ?? "", size: file?.content.size ?? kept?.size ?? 0, preview: file?.preview ?? preview, done })),
      add: (file) => { telling.files = [...telling.files, { file, kept: null, came: null, done: file.done, preview: file.preview }]; say(); page.changed(); },
      remove: (at) => { telling.removed ||= telling.files[at]?.kept != null; telling.files = telling.files.filter((_, i) => i !== at); say(); page.changed(); },
      rename: (at, name) => { telling.files = telling.files.map((one, i) => (i === at ? renamedFile(one, name) : one)); page.changed(); },
      next: () => { telling.counter += 1; return telling.counter; },
      refuse: (refused) => page.refuse(refused.map((words) => ({ field: "files-field", words }))),
      cleaning: (more) => { telling.cleaning += more; },
    }));
}

function questions(telling: ReportDraft): HTMLElement {
  const place = h("div", { class: "stack-wide" });
  const draw = (): void => fill(place, telling.questions().map((question) => questionField(telling, question, () => withSamePosition(place, draw))));
  draw();
  return place;
}

/** What is asked in the fold, so that nobody has to open it to know: the first few, by their labels. */
function asked(telling: ReportDraft): Child {
  const labels = telling.questions().slice(0, NAMED).map(({ label }) => officeText(label));
  const more = telling.questions().length > NAMED ? " …" : "";
  return h("span", { class: "hint block", "data-test": "details-ask" }, around(t("Asked here: {questions}", { questions: blank("questions") }), { questions: [listedTexts(labels), more] }));
}

function details(telling: ReportDraft): Child {
  if (telling.questions().length === 0) return null;
  const fold = h("details", { class: "card", id: "details", open: telling.detailsOpen },
    h("summary", { "data-test": "details-open" },
      h("strong", {}, t("More details (optional)")), h("span", { class: "hint block" }, t("These help the office look into it sooner, with fewer questions for you.")), asked(telling)),
    h("div", { class: "stack-wide" }, tipBeside(telling, "details"), questions(telling)));
  fold.addEventListener("toggle", () => { telling.detailsOpen = fold.open; });
  return fold;
}

export function evidenceStep(telling: ReportDraft, page: StepPage): HTMLElement {
  return h("div", { class: "stack-wide" },
    h("div", { class: "stack" }, tip(telling, "attachments"), files(telling, page)),
    details(telling));
}

/** Nothing is cut off a text that is too long. */
function tooLong(telling: ReportDraft, question: Question): MissingField[] {
  const [id, most] = [question.id, kindOf(question).longest];
  const value = telling.answers.get(id);
  if (value === BEGUN && kindOf(question).input) return [{ field: `q-${id}`, words: t("Please complete this or clear it.") }];
  if (typeof value !== "string" || !most || value.length <= most) return [];
  return [{ field: `q-${id}`, words: t("Please shorten this: it has {n} characters, and {most} fit. What is longer goes into the account or a file.", { n: value.length, most }) }];
}

/** A file that is still being cleaned is not among the files yet, and would stay behind. */
export function cleaningLack({ cleaning }: ReportDraft): MissingField[] {
  return cleaning > 0 ? [{ field: "files-field", words: t("A file is still being cleaned. Wait a moment, or remove the file.") }] : [];
}

export function evidenceLacks(telling: ReportDraft): MissingField[] {
  return [...cleaningLack(telling), ...telling.questions().flatMap((question) => tooLong(telling, question))];
}

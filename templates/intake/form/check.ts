/** The last step: everything that is sent, each with a way to change it. */

import { shownFileName } from "../../../crypto/index.js";
import { type Child, h } from "../../shared/dom.js";
import { listedTexts, officeText } from "../../shared/officetext.js";
import type { Answer, Question } from "../../shared/questionnaire.js";
import { saySize, t } from "../../shared/strings.js";
import { policiesOf, servedEntities } from "../office.js";
import { tip } from "./fields.js";
import { doneLine, pictureOf } from "./filesfield.js";
import { inShort, unaskedNote } from "./matter.js";
import type { StepPage } from "./formstep.js";
import type { Chosen, ReportDraft } from "./answers.js";
import { urgentReviewed } from "./urgent.js";
import { outcome } from "./exclusion.js";

/** Where a row is changed: a step, and the field in it. */
interface Place {
  readonly step: string;
  readonly field: string;
}

type Row = (term: () => Child, text: Child, place: Place | null) => HTMLElement;

function rows(page: StepPage): Row {
  return (term, text, place) => h("div", { class: "check-row" },
    h("dt", {}, term()),
    h("dd", {}, text),
    place && h("dd", { class: "check-change" },
      h("button", { type: "button", class: "plain quiet", "data-test": `change-${place.field}`, onclick: () => page.change(place.step, place.field) },
        t("Change"), h("span", { class: "spoken" }, " ", term()))));
}

function given(question: Question, value: Answer): Child {
  return listedTexts([value].flat().map((one) => {
    const choice = question.choices.find(({ id }) => id === one);
    return choice ? officeText(choice.name) : one;
  }));
}

function answers(telling: ReportDraft, row: Row): HTMLElement[] {
  const found = telling.givenAnswers().flatMap(({ id, value }) => {
    const question = telling.document.questions.find((one) => one.id === id);
    return question ? [row(() => officeText(question.label), given(question, value), { step: "files", field: `q-${id}` })] : [];
  });
  const none = found.length === 0 && telling.questions().length > 0;
  return none ? [row(() => t("More details (optional)"), t("none"), { step: "files", field: "details" })] : found;
}

function matter(telling: ReportDraft): Child {
  const category = telling.document.categories.find(({ id }) => id === telling.category);
  const several = policiesOf(telling.office, telling.entity).length > 1;
  return [
    category && h("span", { class: "block" }, officeText(category.name)),
    several && h("span", { class: "hint block" }, inShort(telling.document.summary).first),
  ];
}

function fileRow({ file, kept, done, preview }: Chosen): HTMLElement {
  const name = shownFileName(file?.name ?? kept?.name ?? "");
  return h("li", { class: "check-file" }, pictureOf(file?.preview ?? preview, name),
    h("div", { class: "file-words" },
      h("bdi", {}, name), " ", h("span", { class: "soft small" }, saySize(file?.content.size ?? kept?.size ?? 0)),
      doneLine(done)));
}

function files({ files: chosen }: ReportDraft): Child {
  return chosen.length === 0 ? t("none") : h("ul", { class: "files", "data-test": "check-files" }, chosen.map(fileRow));
}

/** The office that handles reports, which is not the company; or who is outside it. */
function goesTo(telling: ReportDraft): Child {
  const ids = [...telling.excluded];
  if (telling.holdersWithout(ids)?.escalated) return t("The people named below, in place of those you excluded");
  return [officeText(telling.office.directory.content.name), h("span", { class: "hint block" }, t("To the people named below."))];
}

export function checkStep(telling: ReportDraft, page: StepPage): HTMLElement {
  const row = rows(page);
  const about = (field: string): Place => ({ step: "about", field });
  const several = servedEntities(telling.office).length > 1;
  const { urgent } = telling;
  return h("div", { class: "stack" },
    tip(telling, "review"),
    h("dl", { class: "review card", "data-test": "review" },
      row(() => t("Company"), officeText(telling.entityRow.name), several ? about("entity") : null),
      row(() => t("Goes to"), h("span", { "data-test": "goes-to" }, goesTo(telling)), null),
      row(() => t("What is it about?"), matter(telling), about(policiesOf(telling.office, telling.entity).length > 1 ? "matter" : "category")),
      row(() => officeText(telling.document.account.label), telling.account, about("account")),
      row(() => t("Your name"), h("span", { "data-test": "name-not-given" }, page.alone ? t("Not given here; you can give it later, in your mailbox.") : t("Not given; you may give it after sending. Your text and files can still point to you.")), null),
      row(() => t("Life or health is in danger"), urgent ? urgentReviewed(telling.entityRow) : t("Not ticked"), about("urgent")),
      row(() => t("Files"), files(telling), { step: "files", field: "files-field" }),
      answers(telling, row),
      row(() => t("Who can read it"), outcome(telling, true), { step: "people", field: "people" }),
      !urgent && row(() => t("When staff can open it"), t("From the next full hour, so that the time tells nothing about you; later if many reports are waiting."), null)),
    unaskedNote(telling),
    !page.alone && h("p", { "data-test": "what-follows" }, telling.saved ? t("After sending you are asked one or two optional questions. Your receipt stays the same.")
      : t("After sending you get your receipt. You are then asked one or two optional questions.")));
}

/** The steps of a report, each a screen: what is shown, and what must be there before going on. */

import { shownFileName } from "../../../crypto/browser/index.js";
import { type Child, fill, h } from "../../shared/dom.js";
import { keyCode } from "../../shared/keycode.js";
import { sayError } from "../../shared/refusals.js";
import { officeText } from "../../shared/officetext.js";
import { t } from "../../shared/strings.js";
import { pick, questionField } from "./fields.js";
import { filesField } from "./filesfield.js";
import { policiesOf, servedEntities } from "../office.js";
import { readersByName } from "../people.js";
import { roleName } from "../roles.js";
import type { Telling } from "./telling.js";
import { urgentHint, urgentReviewed } from "./urgent.js";

export interface Step {
  readonly id: string;
  /** The key of the country's safety tip for this step. */
  readonly tip: string;
  readonly title: () => string;
  readonly show: (telling: Telling, redraw: () => void) => HTMLElement;
  /** What is missing, in words, or null. */
  readonly missing: (telling: Telling) => string | null;
}

const NOTHING = (): null => null;

function aboutStep(telling: Telling, redraw: () => void): HTMLElement {
  const entities = servedEntities(telling.office);
  const entity = entities.length > 1 && h("fieldset", { class: "stack-small" },
    h("legend", {}, t("Which company or branch is it about?")),
    entities.map(({ id, name }) => pick({
      name: "entity", value: id, label: officeText(name), checked: telling.entity === id, test: `entity-${id}`,
      onpick: () => { telling.chooseEntity(id); redraw(); },
    })));
  const policies = policiesOf(telling.office, telling.entity);
  const policy = policies.length > 1 && h("fieldset", { class: "stack-small" },
    h("legend", {}, t("What kind of matter is it?")),
    h("p", { class: "hint" }, t("Each has rules of its own: what is asked, who reads it, by when you hear back. If you are not sure, take what comes closest: nobody turns a report away because it came under another one.")),
    policies.map(({ id, title, summary }) => pick({
      name: "policy", value: id, label: officeText(title), hint: officeText(summary), checked: telling.policy === id, test: `policy-${id}`,
      onpick: () => { telling.choosePolicy(id); redraw(); },
    })));
  const category = h("fieldset", { class: "stack-small" },
    h("legend", {}, t("What is it about?")),
    telling.document.categories.map(({ id, name }) => pick({
      name: "category", value: id, label: officeText(name), checked: telling.category === id, test: `category-${id}`,
      onpick: () => { telling.category = id; telling.excluded.clear(); },
    })));
  return h("div", { class: "stack-wide" }, !policy && h("p", { class: "soft" }, officeText(telling.document.summary)), entity, policy, category);
}

function accountStep(telling: Telling): HTMLElement {
  const { label, hint } = telling.document.account;
  const field = h("textarea", { id: "account", rows: 9, "aria-describedby": "account-hint", "data-test": "account", autocomplete: "off" });
  field.value = telling.account;
  field.addEventListener("input", () => { telling.account = field.value; });
  const urgent = pick({
    name: "urgent", value: "yes", many: true, checked: telling.urgent, test: "urgent",
    label: t("Life or health is in danger"),
    hint: h("span", { "data-test": "urgent-hint" }, urgentHint(telling.entityRow)),
    onpick: (checked) => { telling.urgent = checked; },
  });
  return h("div", { class: "stack-wide" },
    h("div", { class: "stack-small" }, h("label", { for: "account" }, officeText(label)), hint && h("p", { class: "hint", id: "account-hint" }, officeText(hint)), field),
    h("div", { class: "stack-small" },
      h("p", { class: "notice", "data-test": "danger" }, officeText(telling.entityRow.emergency)),
      urgent));
}

function detailsStep(telling: Telling, redraw: () => void): HTMLElement {
  return h("div", { class: "stack-wide" },
    h("p", { class: "soft" }, t("You may leave any of these open.")),
    telling.questions().map((question) => questionField(telling, question, redraw)));
}

function filesStep(telling: Telling): HTMLElement {
  return h("div", { class: "stack" },
    h("p", {}, t("Pictures are redrawn and films lose place and device before they are sealed. Nothing leaves this device until you send, or save for later: then the server keeps your draft sealed, and only your receipt opens it.")),
    h("p", { class: "hint" }, t("On some phones the camera closes this page. To take a picture now, choose “Save for later” first: you get the receipt and come back to what you wrote.")),
    filesField({
      list: () => telling.files.map(({ file, kept }) => ({ name: file?.name ?? kept?.name ?? "", size: file?.content.size ?? kept?.size ?? 0, file })),
      add: (file) => { telling.files = [...telling.files, { file, kept: null }]; },
      remove: (at) => { telling.files = telling.files.filter((_, i) => i !== at); },
      next: () => { telling.counter += 1; return telling.counter; },
    }));
}

function outcome(telling: Telling): HTMLElement {
  try {
    const { members, ids, escalated } = telling.holders();
    const out = telling.readers().filter(({ id }) => !ids.includes(id));
    return readersByName(members, out, escalated && h("p", {}, t("It goes past this office, to the outside or superior holders.")));
  } catch (error) {
    return h("p", { class: "notice notice-alarm" }, sayError(error));
  }
}

/** Above so many people a field narrows them down. */
const MANY_PEOPLE = 8;

function peopleStep(telling: Telling): HTMLElement {
  const result = h("div", { role: "status", "data-test": "people-outcome" }, outcome(telling));
  const rows = telling.readers().map((member) => h("div", { class: "person", "data-name": `${member.name.zh} ${member.name.en}`.toLowerCase() },
    pick({
      name: "exclude", value: member.id, many: true, checked: telling.excluded.has(member.id), test: `exclude-${member.id}`,
      label: h("span", { class: "person-name" }, officeText(member.name)), hint: roleName(member.role),
      onpick: (checked) => {
        if (checked) telling.excluded.add(member.id);
        else telling.excluded.delete(member.id);
        fill(result, outcome(telling));
      },
    }),
    h("details", { class: "small" }, h("summary", {}, t("Check code")), h("p", { class: "mono" }, keyCode(member)))));
  return h("div", { class: "stack" },
    h("p", {}, t("Each of these people would be able to read it. Later they may add somebody else from the office's list; you would see the name in your mailbox. Tick anybody who is involved, or close to somebody who is: they can never open it, and no list or count shows it to them. Unless it is marked as urgent, only with the help of somebody who runs the server could one of them learn that some report is kept from them, and still not a word of it.")),
    rows.length > MANY_PEOPLE && narrowing(rows),
    h("fieldset", { class: "stack-small" }, h("legend", {}, t("Must not see it")), rows),
    result);
}

function narrowing(rows: readonly HTMLElement[]): HTMLElement {
  const field = h("input", { type: "search", id: "find-person", autocomplete: "off", "data-test": "find-person" });
  field.addEventListener("input", () => {
    const wanted = field.value.trim().toLowerCase();
    for (const row of rows) row.hidden = !(row.dataset["name"] ?? "").includes(wanted);
  });
  return h("div", { class: "stack-small" }, h("label", { for: "find-person" }, t("Find a name")), field);
}

function reviewStep(telling: Telling): HTMLElement {
  const category = telling.document.categories.find(({ id }) => id === telling.category);
  const line = (term: Child, text: Child): HTMLElement => h("div", {}, h("dt", {}, term), h("dd", {}, text));
  const answers = telling.givenAnswers().map(({ id, value }) => {
    const question = telling.document.questions.find((one) => one.id === id);
    const words = [value].flat().map((one) => question?.choices.find((choice) => choice.id === one)?.name);
    return line(question ? officeText(question.label) : id, [value].flat().flatMap((one, i) => [i > 0 && t(", "), words[i] ? officeText(words[i]) : one]));
  });
  return h("div", { class: "stack" },
    h("dl", { class: "review card", "data-test": "review" },
      line(t("Goes to"), officeText(telling.entityRow.name)),
      category && line(t("What is it about?"), officeText(category.name)),
      line(officeText(telling.document.account.label), telling.account),
      !telling.urgent && line(t("When staff can open it"), t("From the next full hour, so that nobody sees by the moment that it came in; later where many reports wait.")),
      telling.urgent && line(t("Life or health is in danger"), urgentReviewed(telling.entityRow)),
      answers,
      line(t("Files"), telling.files.length ? telling.files.map(({ file, kept }) => shownFileName(file?.name ?? kept?.name ?? "")).join(t(", ")) : t("none"))),
    outcome(telling));
}

function noReader(telling: Telling): string | null {
  try {
    telling.holders();
    return null;
  } catch (error) {
    return sayError(error);
  }
}

export const STEPS: readonly Step[] = [
  { id: "about", tip: "start", title: () => t("What it is about"), show: aboutStep, missing: ({ category }) => (category ? null : t("Please choose what it is about; “other” is fine.")) },
  { id: "account", tip: "account", title: () => t("What happened"), show: accountStep, missing: ({ account }) => (account.trim() ? null : t("Please write at least one sentence about what happened.")) },
  { id: "details", tip: "details", title: () => t("Some details"), show: detailsStep, missing: NOTHING },
  { id: "files", tip: "attachments", title: () => t("Pictures and files"), show: filesStep, missing: NOTHING },
  { id: "people", tip: "people", title: () => t("Who must not see it?"), show: peopleStep, missing: noReader },
  { id: "review", tip: "review", title: () => t("Look it over"), show: reviewStep, missing: noReader },
];

/** The first step: which company, what kind of matter, what happened, and whether somebody is in danger. */

import { type Child, byId, h } from "../../shared/dom.js";
import { enter } from "../../shared/faults.js";
import { type OfficeText, around, blank, inLanguage, langOf, officeText } from "../../shared/officetext.js";
import { type PolicyPage, byKind } from "../../shared/questionnaire.js";
import { t } from "../../shared/strings.js";
import { policiesOf, servedEntities } from "../office.js";
import { ownPromises } from "../promised.js";
import { pick, tip, tipBeside } from "./fields.js";
import type { MissingField, StepPage } from "./formstep.js";
import type { ReportDraft } from "./answers.js";
import { urgentHint, urgentSeen } from "./urgent.js";
import { voiceOfDraft } from "../voice.js";

const FIRST_SENTENCE = /^(.+?)(?:[。！？]|[.!?](?=\s))\s*(.*)$/su;

/** The first sentence of a text of the office, which says it in short, and what follows. */
export function inShort(text: OfficeText): { readonly first: Child; readonly rest: Child } {
  const said = inLanguage(text);
  const { lang } = langOf(text);
  const [, first = said.replace(/[.。]$/u, ""), rest = ""] = FIRST_SENTENCE.exec(said) ?? [];
  const words = (part: string): Child => (lang === null ? part : h("span", { lang }, part));
  return { first: words(first), rest: rest === "" ? null : words(rest) };
}

/** What was chosen on the first page, or in the draft, is not asked again. */
function settledEntity(telling: ReportDraft, page: StepPage): HTMLElement {
  const ask = (): void => {
    telling.entityOpen = true;
    page.redraw();
    enter(byId("entity"));
  };
  return h("p", { class: "settled", "data-test": "entity-settled" },
    around(t("About: {name}", { name: blank("name") }), { name: h("strong", {}, officeText(telling.entityRow.name)) }), " · ",
    h("button", { type: "button", class: "plain", onclick: ask, "data-test": "entity-change" }, t("Change"), h("span", { class: "spoken" }, " ", t("Company"))));
}

function entityField(telling: ReportDraft, page: StepPage): Child {
  const entities = servedEntities(telling.office);
  if (entities.length <= 1) return null;
  if (!telling.entityOpen) return settledEntity(telling, page);
  return h("fieldset", { class: "stack-small", id: "entity" },
    h("legend", {}, t("Which company or branch is it about?")),
    entities.map(({ id, name }) => pick({
      name: "entity", value: id, label: officeText(name), checked: telling.entityChosen && telling.entity === id, test: `entity-${id}`,
      onpick: () => { telling.chooseEntity(id); page.redraw(); },
    })));
}

/** Of which kind it is may hang on the category, and with it what the page calls it. */
function choose(telling: ReportDraft, page: StepPage, category: string): void {
  const before = voiceOfDraft(telling);
  telling.category = category;
  if (voiceOfDraft(telling) !== before) page.redraw();
}

function categories(telling: ReportDraft, page: StepPage): HTMLElement[] {
  const picks = (some: readonly PolicyPage["categories"][number][]): HTMLElement[] => some.map(({ id, name }) => pick({
    name: "category", value: id, label: officeText(name), checked: telling.category === id, test: `category-${id}`,
    onpick: () => choose(telling, page, id),
  }));
  return byKind(telling.document, telling.document.categories).flatMap((group) => group.kind === null ? picks(group.categories)
    : h("fieldset", { class: "stack-small kind", "data-test": `kind-${group.kind.id}` }, h("legend", {}, officeText(group.kind.name)), picks(group.categories)));
}

/** What holds under the policy of the chosen matter: small, for those who ask. */
function policySays({ document }: ReportDraft): Child {
  return document.says && h("details", { class: "small", "data-test": "policy-says" },
    h("summary", { "data-test": "policy-says-open" }, t("How it is handled under this policy, and what is promised")), ownPromises(document));
}

/** What may be reported under a policy, right under it. */
function under(telling: ReportDraft, page: StepPage): HTMLElement {
  const { rest } = inShort(telling.document.summary);
  return h("fieldset", { class: "stack-small under", id: "category" },
    h("legend", {}, t("Which of these comes closest?")), rest && h("p", { class: "hint" }, rest), categories(telling, page), policySays(telling));
}

function matterField(telling: ReportDraft, page: StepPage): HTMLElement {
  const policies = policiesOf(telling.office, telling.entity);
  if (policies.length <= 1) {
    return h("fieldset", { class: "stack-small", id: "category" },
      h("legend", {}, t("What is it about?")), h("p", { class: "hint" }, officeText(telling.document.summary)), categories(telling, page), policySays(telling));
  }
  const row = ({ id, title, summary }: PolicyPage): Child => {
    const checked = telling.decided && telling.policy === id;
    const choice = pick({
      name: "policy", value: id, label: inShort(summary).first, hint: officeText(title), checked, test: `policy-${id}`,
      onpick: () => { telling.choosePolicy(id); page.redraw(); },
    });
    return checked ? [choice, under(telling, page)] : choice;
  };
  return h("fieldset", { class: "stack-small", id: "matter" },
    h("legend", {}, t("What is it about?")),
    h("p", { class: "hint" }, t("Choose what comes closest: a wrong choice does no harm.")),
    policies.map(row));
}

/** Answers that are kept although nothing asks for them here. */
export function unaskedNote(telling: ReportDraft): Child {
  const n = telling.unasked();
  return n > 0 && h("p", { class: "notice small", role: "status", "data-test": "unasked" },
    t("Not asked for here: {n} of your answers. They are not sent, and come back if you choose what you had before.", { n }));
}

/** Somebody who does not know that a name can be given afterwards writes it into the account, where all readers see it. */
function nameLater(telling: ReportDraft, page: StepPage): string {
  if (telling.office.directory.content.custodians.m === 0) return t("You don't have to write your name here.");
  return page.alone ? t("You don't have to write your name here. If you want, you can give it later, in your mailbox, encrypted so that only several people together can open it.")
    : t("You don't have to write your name here. After sending you are asked whether you want to give it; you can stay anonymous.");
}

function accountField(telling: ReportDraft, page: StepPage): HTMLElement {
  const { label, hint } = telling.document.account;
  const field = h("textarea", { id: "account", rows: 9, "aria-describedby": `${hint ? "account-hint " : ""}account-name account-few`, "data-test": "account", autocomplete: "off" });
  field.value = telling.account;
  field.addEventListener("input", () => { telling.account = field.value; });
  return h("div", { class: "stack-small" },
    h("label", { for: "account" }, officeText(label)), hint && h("p", { class: "hint", id: "account-hint" }, officeText(hint)),
    h("p", { class: "hint", id: "account-name", "data-test": "name-later" }, nameLater(telling, page)),
    h("p", { class: "hint", id: "account-few" }, t("If few people know about it, an exact day or a file number can point to you: “in March” is often enough.")), field);
}

function urgentField(telling: ReportDraft): HTMLElement {
  return h("div", { class: "stack-small" },
    h("p", { class: "notice", "data-test": "danger" }, officeText(telling.entityRow.emergency)),
    pick({
      name: "urgent", value: "yes", many: true, checked: telling.urgent, test: "urgent", id: "urgent",
      label: t("Life or health is in danger"),
      hint: h("span", { "data-test": "urgent-hint" }, urgentHint(telling.entityRow)),
      onpick: (checked) => { telling.urgent = checked; },
    }),
    h("p", { class: "hint", "data-test": "urgent-seen" }, urgentSeen(telling.entityRow)));
}

export function matterStep(telling: ReportDraft, page: StepPage): HTMLElement {
  // What may be reported, and whom to call, differs from company to company.
  if (!telling.entityChosen) return h("div", { class: "stack-wide" }, entityField(telling, page));
  return h("div", { class: "stack-wide" },
    tip(telling, "start"), entityField(telling, page), matterField(telling, page), unaskedNote(telling),
    h("div", { class: "stack" }, accountField(telling, page), tipBeside(telling, "account")),
    urgentField(telling));
}

export function matterLacks({ office, entity, entityChosen, decided, category, account }: ReportDraft): MissingField[] {
  if (!entityChosen) return [{ field: "entity", words: t("Please choose the company or branch that it is about.") }];
  const closest = t("Please choose what it is about.");
  const which = policiesOf(office, entity).length <= 1 ? closest : t("Please choose one of the answers under “Which of these comes closest?”.");
  return [
    ...(decided ? [] : [{ field: "matter", words: closest }]),
    ...(decided && category === "" ? [{ field: "category", words: which }] : []),
    ...(account.trim() === "" ? [{ field: "account", words: t("Please write at least one sentence about what happened.") }] : []),
  ];
}

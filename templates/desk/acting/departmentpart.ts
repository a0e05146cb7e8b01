/** To which departments a case goes: by name, with who acts for each and what follows. */

import { type Rules, departmentChoices, limitWords } from "../../../casework/index.js";
import { around, blank, inLanguage } from "../../shared/officetext.js";
import { t } from "../../shared/strings.js";
import type { OfficeWords } from "../context.js";
import type { OpenedCase, Ruled } from "../opened/model.js";
import { type Child, field, h } from "../ui.js";
import { NEEDED, idsIn } from "./lacks.js";

interface Where {
  readonly ruled: Ruled;
  readonly opened: OpenedCase;
  readonly words: OfficeWords;
  readonly nth: string;
}

/** Ticks of the departments; ids are typed only where the office has not named its departments. */
export function departmentPart(label: string, setting: Where): { readonly element: Child; readonly read: () => string } {
  const { ruled: { rules }, nth } = setting;
  const boxes = departmentChoices(rules).map((one) => ({ ...one, box: h("input", { type: "checkbox", id: `act-department-${one.id}${nth}`, "data-test": `act-department-${one.id}${nth}` }) }));
  const ticks = boxes.map(({ name, members, box }) => h("label", { class: "choice", for: box.id }, box, h("span", {}, inLanguage(name), peopleLine(members, setting))));
  const areNamed = rules.own_departments.length > 0;
  const others = areNamed ? null : h("input", { id: `act-departments${nth}`, "data-test": `act-departments${nth}`, type: "text", autocapitalize: "none", spellcheck: "false", "data-ids": true });
  const typed = (): readonly string[] => idsIn(others?.value ?? "");
  return {
    element: h("fieldset", { id: `act-departments-all${nth}`, [NEEDED]: true }, h("legend", {}, label), limitLines(rules), ticks,
      others === null ? null : field(t("Other departments"), others, t("By ID (such as “finance”), separated by commas: this office has not entered its departments."))),
    read: () => [...boxes.filter(({ box }) => box.checked).map(({ id }) => id), ...typed()].join(","),
  };
}

/** Who acts for a department, and that somebody has to be let into the case first. */
function peopleLine(members: readonly string[], { opened, words }: Where): Child {
  if (members.length === 0) return null;
  const reads = members.some((one) => opened.holders.includes(one));
  return h("span", { class: "hint", "data-test": "department-people" }, " ", around(t("Acts for it: {people}.", { people: blank("people") }), { people: words.namedAll(members) }),
    reads ? null : [" ", h("strong", {}, t("None of them can read this case yet: add them under “Who can read this case”."))]);
}

/** Limits that are others once so many departments are involved. */
function limitLines({ clocks }: Rules): Child {
  return clocks.flatMap(({ name, tiers }) => tiers.flatMap(({ departments, limit }) => (departments === null ? [] : [
    h("p", { class: "hint", "data-test": "departments-limit" }, t("Limit “{clock}” for {count} or more departments: {limit}.", { clock: inLanguage(name), count: String(departments), limit: inLanguage(limitWords(limit)) })),
  ])));
}

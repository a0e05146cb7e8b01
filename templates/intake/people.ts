/** Who can read a report and who can't, by name: the name first, what they do beside it. */

import type { Member } from "../../crypto/index.js";
import { type Child, h } from "../shared/dom.js";
import { around, blank, listedTexts, officeText } from "../shared/officetext.js";
import { t } from "../shared/strings.js";
import { roleName } from "./roles.js";

/** A name, and smaller what that person does in the office. */
export function named(member: Member): HTMLElement {
  return h("span", { class: "named" }, h("span", { class: "person-name" }, officeText(member.name)), " ", h("span", { class: "small soft" }, roleName(member.role)));
}

/** Names under a title. */
export function column(title: string, people: readonly Member[], test: string, nobody: string): HTMLElement {
  return h("div", { class: "stack-small", "data-test": test },
    h("p", { class: "small soft" }, title),
    people.length === 0 ? h("p", { class: "soft" }, nobody) : h("ul", { class: "names", "aria-label": title }, people.map((member) => h("li", {}, named(member)))));
}

export const canRead = (people: readonly Member[]): HTMLElement => column(t("Can read it"), people, "can-read", t("Nobody"));
export const cannotRead = (people: readonly Member[]): HTMLElement => column(t("Can't read it"), people, "cannot-read", t("Nobody on the list was left out."));

/** Names alone, one after the other. */
export const namesOf = (people: readonly Member[]): Child => listedTexts(people.map(({ name }) => officeText(name)));

/** Names with what each does, one after the other. */
export const rolesOf = (people: readonly Member[]): Child =>
  listedTexts(people.map(({ name, role }) => around(t("{a} ({b})", { a: blank("a"), b: roleName(role) }), { a: officeText(name) })));

/** Whom a report is hidden from, first and in bold where it is looked over; nothing where nobody is. */
export function leftOut(people: readonly Member[]): HTMLElement | null {
  if (people.length === 0) return null;
  return h("div", { class: "stack-small", "data-test": "cannot-read" },
    h("p", {}, h("strong", { class: "left-out" }, "✕ ", around(t("Left out: {names}", { names: blank("names") }), { names: namesOf(people) }))));
}

/** Both beside each other, where there is room. */
export function readersByName(reads: readonly Member[], not: readonly Member[], words: Child = null, after: Child = null): HTMLElement {
  return h("div", { class: "notice stack-small" }, words, h("div", { class: "two-columns" }, canRead(reads), not.length > 0 && column(t("Can't read it"), not, "cannot-read", "")), after);
}

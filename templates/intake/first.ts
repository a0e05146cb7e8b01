/** The first page: what the verified directory says about readers, clocks, outside roads and the edge. */

import { type Entity, type Member, eligibleHolders } from "../../crypto/browser/index.js";
import { sayAmount } from "../shared/amounts.js";
import { byId, fill, h } from "../shared/dom.js";
import type { PolicyPage } from "../shared/questionnaire.js";
import { around, blank, langOf, officeText } from "../shared/officetext.js";
import { inLanguage, t } from "../shared/strings.js";
import { passGate } from "./gate.js";
import { closedNotice, confirmedNotice } from "./lapsed.js";
import { type Office, policiesOf, servedEntities } from "./office.js";
import { roleName } from "./roles.js";
import { startShell } from "./shell.js";

function readers(office: Office, entity: Entity): string[] {
  const members = new Map<string, Member>();
  for (const row of office.directory.content.holders.filter((holders) => holders.entity === entity.id)) {
    const category = row.category === "*" ? "other" : row.category;
    for (const member of eligibleHolders(office.directory, entity.id, row.policy, category)) members.set(member.id, member);
  }
  const counts = new Map<string, number>();
  for (const member of members.values()) counts.set(member.role, (counts.get(member.role) ?? 0) + 1);
  return [...counts].map(([role, count]) => (count > 1 ? `${roleName(role)} × ${count}` : roleName(role)));
}

function promises(policy: PolicyPage): HTMLElement {
  const { acknowledge_days, first_answer_days, result_days } = policy.promises;
  return h("ul", {},
    acknowledge_days !== null && h("li", {}, t("Receipt confirmed within {limit}", { limit: sayAmount(acknowledge_days, "day") })),
    first_answer_days !== null && h("li", {}, t("A first answer within {limit}", { limit: sayAmount(first_answer_days, "day") })),
    result_days !== null && h("li", {}, t("The result within {limit}", { limit: sayAmount(result_days, "day") })));
}

function block(title: string, ...children: (Node | string)[]): HTMLElement {
  return h("section", { class: "card stack" }, h("h2", {}, title), ...children);
}

/** The seats that sign the list of readers: a union or works council among them may be why somebody trusts this page. */
function keepers(office: Office): HTMLElement {
  const seats = office.keepers.map(({ seat, signed }) => h("li", {}, officeText(seat), " ", signed ? h("strong", {}, t("has signed")) : h("span", { class: "hint" }, t("has not signed this issue"))));
  return block(t("Who vouches for these readers"), h("ul", { "data-test": "keepers" }, seats),
    h("p", { class: "hint" }, t("Each signs with a key of their own. Nobody alone, and no administrator, can put a reader on the list.")));
}

function showEntity(office: Office, entity: Entity, place: HTMLElement): void {
  const country = office.countryOf(entity);
  fill(byId("danger"), officeText(entity.emergency));
  const contacts = [...entity.authorities, ...country.authorities];
  const distinct = contacts.filter((one, at) => contacts.findIndex((other) => other.contact === one.contact) === at);
  fill(place,
    h("p", { class: "notice notice-good", "data-test": "office-verified" },
      around(t("Checked: the list of readers is the one that the keepers of {name} signed.", { name: blank("name") }), { name: officeText(office.directory.content.name) })),
    keepers(office),
    block(t("Who reads your report"),
      h("p", {}, readers(office, entity).join(t(", "))),
      h("p", { class: "hint" }, t("These people can open it now. Later they may add somebody else from the office's list, who then reads everything; you see the name in your mailbox. Before sending you see each of them and choose who must not read it: nobody can add those people later."))),
    block(t("When you hear back"), ...policiesOf(office, entity.id).flatMap((policy) => [h("p", { class: "hint" }, officeText(policy.title)), promises(policy)])),
    block(t("What is recorded about your visit"), h("p", { "data-test": "edge" }, officeText(entity.edge))),
    block(t("Authorities outside the company"),
      h("p", {}, t("You are free to go to them at any time, instead or as well.")),
      h("ul", {}, distinct.map((one) => h("li", {}, officeText(one.name), " ", h("strong", {}, one.contact))))),
    block(t("Other roads into the company"), h("p", {}, officeText(entity.roads))));
}

function showOffice(office: Office): void {
  const place = h("div", { class: "blocks" });
  const entities = servedEntities(office);
  const first = entities[0];
  if (!first) return;
  const select = h("select", { id: "entity", "data-test": "first-entity" }, entities.map((entity) => h("option", { value: entity.id, ...langOf(entity.name) }, inLanguage(entity.name))));
  select.addEventListener("change", () => showEntity(office, office.directory.entity(select.value), place));
  const choice = entities.length > 1 && h("div", { class: "stack" }, h("label", { for: "entity" }, t("Which company or branch is it about?")), select);
  // Above the two ways on, of which a report is none while it can't be sent.
  fill(byId("closed"), closedNotice(office));
  byId("go-report").hidden = office.directory.lapsed;
  fill(byId("office"), confirmedNotice(office), choice, place);
  showEntity(office, first, place);
}

startShell();
passGate(byId("office"), showOffice, { alsoLapsed: true });

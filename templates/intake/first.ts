/** The first page: what the verified directory says about readers, clocks, outside roads and the edge. */

import { type Entity, type Member, eligibleHolders } from "../../crypto/browser/index.js";
import { sayAmount } from "../shared/amounts.js";
import { type Child, announce, byId, fill, h } from "../shared/dom.js";
import type { PolicyPage } from "../shared/questionnaire.js";
import { langOf, officeText } from "../shared/officetext.js";
import { inLanguage, pageLanguage, t } from "../shared/strings.js";
import { type Stand, passGate } from "./gate.js";
import { redrawWith } from "./language.js";
import { closedNotice, officeRoads } from "./lapsed.js";
import { type Office, policiesOf, servedEntities } from "./office.js";
import { roleName } from "./roles.js";
import { moveTo, startShell } from "./shell.js";

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
  return h("section", { class: "card stack-small" }, h("h2", {}, title), ...children);
}

/** What is there for those who ask, below what everybody should see. */
function fold(name: string, title: string, ...children: Child[]): HTMLElement {
  return h("details", { class: "card stack", "data-test": name }, h("summary", { "data-test": `${name}-open` }, title), children);
}

/** The seats that sign the list of readers: a union or works council among them may be why somebody trusts this page. */
function keepers(office: Office): HTMLElement {
  const seats = office.keepers.map(({ seat, signed }) => h("li", {}, officeText(seat), " ", signed ? h("strong", {}, t("has signed")) : h("span", { class: "hint" }, t("has not signed this issue"))));
  return fold("keepers", t("Who signed this list of readers"), h("ul", {}, seats),
    h("p", { class: "hint" }, t("Each signs with their own key. No one person, and no administrator, can put a reader on the list.")));
}

function outside(office: Office, entity: Entity): HTMLElement {
  const contacts = [...entity.authorities, ...office.countryOf(entity).authorities];
  const distinct = contacts.filter((one, at) => contacts.findIndex((other) => other.contact === one.contact) === at);
  return fold("outside", t("Other ways: outside authorities, letter, telephone"),
    h("p", {}, t("You are free to go to an outside authority at any time, instead or as well.")),
    h("ul", {}, distinct.map((one) => h("li", {}, officeText(one.name), " ", h("strong", {}, one.contact)))),
    h("p", {}, officeText(entity.roads)));
}

function folds(office: Office, entity: Entity): HTMLElement {
  return h("div", { class: "folds" }, keepers(office),
    fold("edge", t("What is recorded about your visit"), h("p", {}, officeText(entity.edge))),
    !office.directory.lapsed && outside(office, entity));
}

function showEntity(office: Office, entity: Entity, place: HTMLElement): void {
  fill(byId("danger"), officeText(entity.emergency));
  if (office.directory.lapsed) return fill(place, folds(office, entity));
  fill(place,
    h("div", { class: "blocks" },
      block(t("Who reads your report"),
        h("p", {}, h("strong", {}, readers(office, entity).join(t(", ")))),
        h("p", { class: "hint" }, t("You see them by name before you send, and choose who must not read it; nobody can add those people later. Anyone else from the office's list who is added reads everything, and you see the name in your mailbox."))),
      block(t("When you hear back"), ...policiesOf(office, entity.id).flatMap((policy) => [h("p", { class: "hint" }, officeText(policy.title)), promises(policy)]))),
    folds(office, entity));
}

function showOffice(office: Office): void {
  const place = h("div", { class: "stack-wide" });
  const entities = servedEntities(office);
  const first = entities[0];
  if (!first) return;
  const select = h("select", { id: "entity", "data-test": "first-entity" }, entities.map((entity) => h("option", { value: entity.id, ...langOf(entity.name) }, inLanguage(entity.name))));
  select.addEventListener("change", () => showEntity(office, office.directory.entity(select.value), place));
  const choice = entities.length > 1 && h("div", { class: "stack-small" }, h("label", { for: "entity" }, t("Which company or branch is it about?")), select);
  fill(byId("office"), choice, place);
  showEntity(office, first, place);
}

function open(office: Office): void {
  const { lapsed } = office.directory;
  const draw = (): void => {
    follow("opened");
    byId("go-report").hidden = byId("go-hint").hidden = lapsed;
    fill(byId("roads"), lapsed && officeRoads(office));
    showOffice(office);
  };
  redrawWith(draw);
  draw();
  if (!wanted || lapsed) return;
  moveTo(`/${pageLanguage()}/report/`);
}

let stand: Stand = "asking";
/** The button was pressed while the check was under way. */
let wanted = false;

/** The way to a report is open once it is known whose page this is; until then the words below it say what is missing. */
function follow(now: Stand): void {
  stand = now;
  const hint = byId("go-hint");
  // What the server wrote says what holds once the office is verified.
  hint.dataset["said"] ??= hint.textContent ?? "";
  const missing = { asking: t("First enter the office code above."), checking: t("Opens as soon as the check is done.") };
  hint.textContent = now === "asking" || now === "checking" ? missing[now] : hint.dataset["said"];
  byId("go-report").hidden = hint.hidden = now === "halted" || now === "stopped";
  byId("go-mailbox").hidden = now === "stopped";
}

/** At the field, where the reading position goes: what stood there of a mistyped code says more. */
function askFirst(): void {
  const [field, fault] = [document.getElementById("office-code"), byId("office-code-fault")];
  if (fault.textContent === "") fault.textContent = t("First enter the code from the poster.");
  field?.setAttribute("aria-invalid", "true");
  field?.focus();
}

/** Before the site's own links lead on. */
function holdBack(): void {
  document.addEventListener("click", (event) => {
    if ((event.target as Element | null)?.closest("#go-report") == null || stand === "opened") return;
    event.preventDefault();
    event.stopPropagation();
    wanted = stand === "checking";
    announce(byId("go-hint").textContent ?? "");
    if (stand === "asking") askFirst();
  }, true);
}

holdBack();
startShell();
passGate("roads", { opened: open, use: { alsoLapsed: true }, notice: closedNotice, stands: follow });

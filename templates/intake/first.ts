/** The first page: what the verified directory says about readers, clocks, outside roads and the edge. */

import "./starttask.js";
import { type Entity, type Member, eligibleHolders } from "../../crypto/index.js";
import { type Child, announce, byId, fill, h } from "../shared/dom.js";
import { inLanguage, langOf, officeText } from "../shared/officetext.js";
import { pageLanguage, t, voiced } from "../shared/strings.js";
import { carryEntity } from "./chosenentity.js";
import { type CheckState, passGate } from "./officecheck.js";
import { redrawWith } from "./language.js";
import { closedNotice, officeContacts } from "./directoryexpiry.js";
import { type Office, policiesOf, servedEntities } from "./office.js";
import { promises } from "./promised.js";
import { roleName } from "./roles.js";
import { moveTo, startShell } from "./shell.js";
import { speakIn, voiceOfOffice } from "./voice.js";

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

function block(title: string, ...children: Child[]): HTMLElement {
  return h("section", { class: "card stack-small" }, h("h2", {}, title), ...children);
}

/** What is there for those who ask, below what everybody should see. */
function fold(name: string, title: string, ...children: Child[]): HTMLElement {
  return h("details", { class: "card stack", "data-test": name }, h("summary", { "data-test": `${name}-open` }, title), children);
}

/** The seats that sign the list of readers: a union or works council among them may be why somebody trusts this page. */
function keepers(office: Office): HTMLElement {
  const seats = office.keepers.map(({ seat, signed }) => h("li", {}, officeText(seat), " ", signed ? h("strong", {}, t("has signed")) : h("span", { class: "hint" }, t("has not signed this version"))));
  return fold("keepers", t("Who approved the people who read reports"), h("ul", {}, seats),
    h("p", { class: "hint" }, t("Each signs with their own key. A version is valid once enough of them have signed it; not all have to. No one person, and no administrator, can put a reader on the list.")));
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
    edge(entity),
    !office.directory.lapsed && outside(office, entity));
}

function showEntity(office: Office, entity: Entity, place: HTMLElement): void {
  fill(byId("danger"), officeText(entity.emergency));
  if (office.directory.lapsed) return fill(place, folds(office, entity));
  fill(place,
    h("div", { class: "blocks" },
      block(t("Who reads your report"),
        h("p", {}, h("strong", {}, readers(office, entity).join(t(", ")))),
        h("p", { class: "hint" }, t("You see their names before you send, and choose who must not read it; the office's programs never add those people. Anyone else who is added later reads everything, and you see the name in your mailbox."))),
      block(t("When you hear back"), promises(policiesOf(office, entity.id)))),
    folds(office, entity));
}

/** What is recorded of a visit. */
function edge({ edge: words }: Entity): HTMLElement {
  return fold("edge", t("What is recorded about your visit"), h("p", {}, officeText(words)),
    h("p", {}, t("If you followed a link on a site where you are signed in, such as a supplier portal or an intranet, its operator may know that you did.")));
}

/** Who reads a report, and by when it is answered, differs from company to company; the server may be one for all. */
function showUnchosen(office: Office, [one, ...others]: readonly Entity[], place: HTMLElement): void {
  byId("danger").textContent = said(byId("danger"));
  const alike = one && others.every((other) => JSON.stringify(other.edge) === JSON.stringify(one.edge));
  fill(place, h("div", { class: "folds" }, keepers(office), alike && edge(one)));
}

function showOffice(office: Office): void {
  const place = h("div", { class: "stack-wide" });
  const entities = servedEntities(office);
  const { lapsed } = office.directory;
  if (entities.length === 1 || lapsed) chosen ||= entities[0]?.id ?? "";
  const show = (): void => {
    const one = entities.find(({ id }) => id === chosen);
    if (one) showEntity(office, one, place);
    else showUnchosen(office, entities, place);
  };
  const options = entities.map((entity) => h("option", { value: entity.id, ...langOf(entity.name) }, inLanguage(entity.name)));
  const select = h("select", { id: "entity", "aria-describedby": lapsed ? null : "entity-hint", "data-test": "first-entity" }, !lapsed && h("option", { value: "" }, t("Please choose")), options);
  select.value = chosen;
  select.addEventListener("change", () => {
    chosen = select.value;
    show();
  });
  const choice = h("div", { class: "stack-small" }, h("label", { for: "entity" }, t("Which company or branch is it about?")),
    !lapsed && h("p", { class: "hint", id: "entity-hint" }, t("Choose it here to see who reads a report about it, and when you'll hear back.")), select);
  fill(byId("office"), entities.length > 1 && choice, place);
  show();
}

/** What the server wrote into this page speaks as the office's policies do. */
function sayInVoice(): void {
  const texts = document.createTreeWalker(byId("main"), NodeFilter.SHOW_TEXT);
  for (let text = texts.nextNode(); text; text = texts.nextNode()) text.nodeValue = voiced(text.nodeValue ?? "");
}

function open(office: Office): void {
  speakIn(() => voiceOfOffice(office));
  const { lapsed } = office.directory;
  const draw = (): void => {
    sayInVoice();
    follow("opened");
    byId("go-report").hidden = byId("go-hint").hidden = lapsed;
    fill(byId("roads"), lapsed && officeContacts(office));
    showOffice(office);
  };
  redrawWith(draw);
  draw();
  if (!wanted || lapsed) return;
  moveTo(`/${pageLanguage()}/report/`);
}

/** The company that was chosen here; empty where none was. */
let chosen = "";
let stand: CheckState = "asking";
/** The button was pressed while the check was under way. */
let wanted = false;

/** What the server wrote in a place, which holds until more is known, or from when on nothing is missing. */
function said(place: HTMLElement): string {
  place.dataset["said"] ??= place.textContent ?? "";
  return place.dataset["said"];
}

/** The way to a report is open once it is known whose page this is; until then the words below it say what is missing. */
function follow(now: CheckState): void {
  stand = now;
  const hint = byId("go-hint");
  const missing = { asking: t("First enter the office code above."), checking: t("Opens as soon as the check is done.") };
  const before = said(hint);
  hint.textContent = now === "asking" || now === "checking" ? missing[now] : before;
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
    if ((event.target as Element | null)?.closest("#go-report") == null) return;
    if (stand === "opened") return chosen === "" ? undefined : carryEntity(chosen);
    event.preventDefault();
    event.stopPropagation();
    wanted = stand === "checking";
    announce(byId("go-hint").textContent ?? "");
    if (stand === "asking") askFirst();
  }, true);
}

byId("untested").hidden = !/iPhone|iPad/.test(navigator.userAgent);
holdBack();
startShell();
passGate("roads", { opened: open, use: { alsoLapsed: true }, notice: closedNotice, stands: follow });

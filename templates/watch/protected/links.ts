/** Links to cases: asked for here, opened days later by one share of each side. */

import { type B64, b64decode, b64encode, systemRng } from "../../../crypto/staff.js";
import { refuse } from "../../../crypto/errors.js";
import { LINK_REASON_LIMIT, type LinkRequest, askForLinks, linkRequestShape, openShareFile, requestContent } from "../../../crypto/watch/linkrequests.js";
import { readJsonText, utf8 } from "../../../crypto/index.js";
import { type Linked, sealLink, watchOf } from "../../../crypto/watch/protection.js";
import { openLink } from "../../../crypto/watch/keys.js";
import { fill, h, saveFile } from "../../shared/dom.js";
import { t } from "../../shared/strings.js";
import type { OfficerSession } from "../session.js";
import { wordsFor } from "../words.js";
import { linksShape } from "./model.js";
import type { Opened } from "./packets.js";
import { BONDS } from "./words.js";

const LARGEST = 1_048_576;

/** What the officer can do about links, and a way for an answer to ask for its own. */
export interface LinkSections {
  readonly element: HTMLElement;
  readonly ask: (one: Opened) => void;
}

export function linkSections(room: OfficerSession): LinkSections {
  const asking = askSection(room);
  return { element: h("div", { class: "stack" }, asking.element, openSection(room)), ask: asking.ask };
}

/** The links of a person; one that is cover where there is none, so that nobody learns it before two sides have agreed. */
async function linksOf(room: OfficerSession, entity: string, employee: string): Promise<B64[]> {
  const { entries } = await room.calls.post(linksShape, "/api/links", { entity, employee });
  return entries.length > 0 ? entries.map(({ link }) => link) : [b64encode(sealLink(room.directory, entity, { bond: "cover", case: null }, systemRng))];
}

async function asked(room: OfficerSession, entity: string, reason: string, links: readonly B64[]): Promise<number> {
  const request = askForLinks(room.staff, entity, reason, links, systemRng);
  // Before the file: a request that the log does not know can be answered by nobody.
  await room.calls.send("/api/link-requests", { content: requestContent(request) });
  saveFile("request.json", new Blob([JSON.stringify(request)], { type: "application/json" }));
  return watchOf(room.directory, entity)?.delay ?? refuse("directory", "nobody is watched over at this entity");
}

function askSection(room: OfficerSession): LinkSections {
  let own: Opened | null = null;
  const entities = room.directory.content.entities.filter(({ watch }) => watch?.active === true);
  const entity = h("select", { id: "link-entity", "data-test": "link-entity" }, entities.map(({ id }) => h("option", { value: id }, room.entity(id))));
  const employee = h("input", { type: "text", id: "link-employee", autocomplete: "off", "data-test": "link-employee" });
  const person = h("div", { class: "stack-small" }, h("label", { for: "link-entity" }, t("Entity")), entity, h("label", { for: "link-employee" }, t("Employee number")), employee);
  const about = h("p", { hidden: true, "data-test": "link-own" }, t("The link of the answer that you chose above."));
  const reason = h("textarea", { id: "link-reason", rows: 3, "data-test": "link-reason" });
  const told = h("div", { role: "status" });
  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const words = reason.value.trim();
    const missing = words === "" || utf8(words).length > LINK_REASON_LIMIT ? t("Write why, in at most {most} bytes.", { most: LINK_REASON_LIMIT }) : own === null && employee.value.trim() === "" ? t("Give the employee number.") : null;
    if (missing !== null) return fill(told, h("p", { class: "wrong", "data-test": "link-fault" }, missing));
    try {
      const where = own?.told.entity ?? entity.value;
      const days = await asked(room, where, words, own === null ? await linksOf(room, where, employee.value.trim()) : [own.told.link]);
      fill(told, h("p", { class: "notice notice-good", "data-test": "link-asked" }, t("The request is saved, and its hash goes into the public log with the next checkpoint. Hand it to one person of each side: {days} days after that they can give their shares, not earlier.", { days })));
    } catch (error) {
      fill(told, h("p", { class: "wrong", "data-test": "link-fault" }, wordsFor(error)));
    }
  };
  const ask = (one: Opened): void => {
    own = one;
    person.hidden = true;
    about.hidden = false;
    reason.focus();
  };
  const element = h("form", { class: "card stack", novalidate: true, onsubmit: (event: SubmitEvent) => void submit(event) }, h("h2", {}, t("Ask to open a link")),
    h("p", { class: "soft" }, t("A link says who a person is to which case, or that the entry is cover. It opens by one share of the employer's side and one of the workers' or outside counsel's, some days after the request was entered in the public log. Name nobody in the reason.")),
    person, about, h("label", { for: "link-reason" }, t("Why it should be opened")), reason, told, h("div", { class: "actions" }, h("button", { "data-test": "link-ask" }, t("Enter the request and save it"))));
  return { element, ask };
}

async function opened(room: OfficerSession, request: File, shares: readonly File[]): Promise<Linked[]> {
  if (request.size > LARGEST || shares.some(({ size }) => size > LARGEST)) refuse("schema", "too large");
  const asking: LinkRequest = linkRequestShape(readJsonText(await request.text()));
  const [one, other] = await Promise.all(shares.map(async (file) => openShareFile(room.staff, new Uint8Array(await file.arrayBuffer()))));
  return asking.links.map((link, at) => {
    const [mine, theirs] = [one?.[at], other?.[at]];
    return mine === undefined || theirs === undefined ? refuse("payload", "a share is missing") : openLink(b64decode(link), mine, theirs);
  });
}

function openSection(room: OfficerSession): HTMLElement {
  const request = h("input", { type: "file", id: "open-request", accept: ".json", "data-test": "open-request" });
  const shares = h("input", { type: "file", id: "open-shares", multiple: true, "data-test": "open-shares" });
  const told = h("div", { role: "status" });
  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const [file, given] = [request.files?.[0], [...(shares.files ?? [])]];
    if (file === undefined || given.length !== 2) return fill(told, h("p", { class: "wrong", "data-test": "open-fault" }, t("Choose the request and two shares, one of each side.")));
    try {
      const links = await opened(room, file, given);
      fill(told, h("ul", { class: "rows", "data-test": "opened" }, links.map(({ bond, case: id }) => h("li", {}, `${t(BONDS[bond])} `, id === null ? null : h("span", { class: "mono", "data-test": "opened-case" }, id)))));
    } catch {
      fill(told, h("p", { class: "wrong", "data-test": "open-fault" }, t("These shares do not open this request.")));
    }
  };
  return h("form", { class: "card stack", novalidate: true, onsubmit: (event: SubmitEvent) => void submit(event) }, h("h2", {}, t("Open a link with two shares")),
    h("label", { for: "open-request" }, t("The request")), request, h("label", { for: "open-shares" }, t("Both shares")), shares, told,
    h("div", { class: "actions" }, h("button", { "data-test": "open-links" }, t("Open"))));
}

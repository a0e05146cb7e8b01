/** Evidence as a file: entered in the record by its hash, sealed to the officer, saved; or printed. */

import { sha256 } from "../../../crypto/primitives.js";
import { b64encode, systemRng } from "../../../crypto/staff.js";
import { utf8 } from "../../../crypto/framing.js";
import { refuse } from "../../../crypto/errors.js";
import { anything, hash32, id16, record, text, version } from "../../../crypto/shape.js";
import { EVIDENCE_STANZAS, sealEvidence } from "../../../crypto/watch/keys.js";
import { fill, h, saveFile } from "../../shared/dom.js";
import { keyCode } from "../../shared/keycode.js";
import { officeText } from "../../shared/officetext.js";
import { t } from "../../shared/strings.js";
import type { OfficerSession } from "../session.js";
import { wordsFor } from "../words.js";
import { type Alert, readEvidence } from "./model.js";

const LARGEST = 4_194_304;
/** The file as it was entered, and its hash. */
export const enteredFile = record({ sha256: hash32, file: text(LARGEST) });

/** Save and print. */
export function saving(room: OfficerSession, alert: Alert): HTMLElement {
  const told = h("div", { role: "status" });
  const readers = others(room);
  const save = (): void => {
    void saved(room, alert, readers.chosen()).then((hash) => fill(told, h("p", { class: "small", "data-test": "saved" }, t("Saved. Its hash {hash} goes into the public log with the next checkpoint; “yanlu watch evidence” opens the file with your keys.", { hash }))), (error: unknown) => fill(told, h("p", { class: "wrong" }, wordsFor(error))));
  };
  return h("section", { class: "no-print stack-small" }, h("h2", {}, t("Save the evidence")),
    h("p", { class: "soft" }, t("The file is encrypted to you and the people you choose. Its hash, which reveals nothing, is entered in the record, so that you can show later that nothing was changed.")),
    readers.element,
    h("div", { class: "actions" }, h("button", { type: "button", "data-test": "save-evidence", onclick: save }, t("Enter in the record and save")), h("button", { type: "button", onclick: () => window.print() }, t("Print"))), told);
}

const written = record({ v: version, alert: id16, evidence: anything });

function shows(file: string, alert: Alert): boolean {
  const found = written(JSON.parse(file));
  return found.alert === alert.alert && JSON.stringify(readEvidence(found.evidence)) === JSON.stringify(alert.evidence);
}

/** Who else may open the file: members of today's directory, as many as fit. */
function others(room: OfficerSession): { readonly element: HTMLElement; readonly chosen: () => string[] } {
  const members = room.directory.content.members.filter(({ id }) => id !== room.staff.member && room.directory.validMember(id) !== null);
  const boxes = members.map(({ id }) => h("input", { type: "checkbox", id: `reader-${id}`, value: id, "data-test": "reader" }));
  const count = (): number => boxes.filter((box) => box.checked).length;
  const full = (): void => boxes.forEach((box) => box.toggleAttribute("disabled", !box.checked && count() >= EVIDENCE_STANZAS - 1));
  const rows = members.map((member, at) => h("label", { class: "choice", for: `reader-${member.id}` }, boxes[at] as HTMLElement, h("span", {}, officeText(member.name), " ", h("span", { class: "mono small soft" }, keyCode(member)))));
  const element = h("details", {}, h("summary", { "data-test": "readers" }, t("Who else may open the file")), h("div", { onchange: full }, rows));
  return { element, chosen: () => boxes.filter((box) => box.checked).map((box) => box.value) };
}

async function saved(room: OfficerSession, alert: Alert, readers: readonly string[]): Promise<string> {
  const { sha256: hash, file } = await room.calls.post(enteredFile, `/api/alerts/${alert.alert}/evidence`);
  const content = utf8(file);
  // What is saved is what was entered, and what this page shows.
  if (b64encode(sha256(content)) !== hash || !shows(file, alert)) refuse("payload", "another file than the one that was entered, or is shown");
  const sealed = await sealEvidence(room.directory, [room.staff.member, ...readers], content, systemRng);
  saveFile(`${alert.evidence.day}-${alert.alert.slice(0, 8)}.json.age`, new Blob([sealed], { type: "application/octet-stream" }));
  return hash;
}

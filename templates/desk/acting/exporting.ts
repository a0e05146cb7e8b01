/** A case as it goes out, in clear: the very file that the command writes (twin of `portal/cli/desk/exporting.py`), and the button that saves it. */

import { type Act, type Event, actorOf, allowedRules, answered } from "../../../casework/index.js";
import type { Tag } from "../../../crypto/shape.js";
import type { CaseView, VerifiedDirectory } from "../../../crypto/staff.js";
import { textFor } from "../../shared/officetext.js";
import { t } from "../../shared/strings.js";
import type { CaseActions } from "../actions.js";
import type { CaseRow } from "../api.js";
import { attachmentList, save } from "../files/attachments.js";
import { type Attachment, type Happening, type OpenedCase, type Ruled, good } from "../opened/model.js";
import { language } from "../context.js";
import { rulingOf } from "../opened/casestate.js";
import { type Child, h } from "../ui.js";
import type { Vault } from "../opened/vault.js";

/** What the file is called, here and by the command. */
export const NAME = "case.json";
const WORKER = "worker";
type Line = CaseView["entries"][number];

/** The case, what was written in it and who did what. */
export interface Going {
  readonly row: Pick<CaseRow, "case" | "entity" | "policy" | "version" | "day">;
  readonly destination: string;
  readonly entries: readonly Line[];
  readonly record: readonly Pick<Happening, "n" | "kind" | "day" | "actor" | "data">[];
}

/** The file, a last newline included. */
export function exportText({ row, destination, entries, record }: Going, directory: VerifiedDirectory, lang: Tag): string {
  const { case: id, entity, policy, version, day } = row;
  const written = {
    v: 1, case: id, destination, entity, policy, version, day,
    entries: entries.map((entry) => entryText(entry, directory, lang)),
    record: record.map(({ n, kind, day: on, actor, data }) => ({ n, kind, day: on, by: actor ?? WORKER, data })),
  };
  return `${JSON.stringify(written, null, 1)}\n`;
}

function entryText({ dir, seq, mark, content, signer, formerMember }: Line, directory: VerifiedDirectory, lang: Tag): object {
  const type = content?.type ?? null;
  const said = (content?.payload ?? {}) as Readonly<Record<string, unknown>>;
  const told = type === "status" || type === "notice";
  const files = (said["attachments"] ?? []) as readonly Attachment[];
  // A change of keys is signed by those who decided it, in what it says.
  const from = type === "epoch" ? (said["signatures"] as { member: string }[]).map(({ member }) => member) : [signer ?? []].flat();
  return {
    direction: dir, seq, type, from: from.length === 0 ? null : from.map((id) => textFor(directory.member(id)?.name, lang, id)).join(", "),
    verified: mark === null, mark, former_member: formerMember, day: mark === null ? said["day"] ?? null : null, text: said["text"] || (said["account"] ?? null),
    stage: told ? said["stage"] : null, due: told ? said["due"] : null,
    notice: type === "notice" ? noticeText(said) : null, unsealing: type === "unsealing" ? picked(said, ["state", "about", "role", "ground", "delay"]) : null,
    attachments: files.map(({ name, type: kind, size }) => ({ name, type: kind, size })),
  };
}

/** The order of the keys is the command's, no matter who wrote the item. */
function noticeText(said: Readonly<Record<string, unknown>>): object {
  const until = said["until"] as Readonly<Record<string, unknown>> | null;
  const told = picked(said, ["act", "stage", "next", "due", "outcomes", "measures", "asks"]);
  return { ...told, until: until === null ? null : picked(until, ["day", "provisional", "limit", "counts"]) };
}

function picked(value: Readonly<Record<string, unknown>>, keys: readonly string[]): object {
  return Object.fromEntries(keys.map((key) => [key, value[key]]));
}

/** Whether this member's own export is the newest on the record: it may be saved, and saved again. */
export function wasLast(ruled: Ruled, member: string): boolean {
  const last = ruled.found.events.at(-1);
  return last?.act === "exported" && last.by === member;
}

/** Where the export goes that was agreed to last, and where nobody agreed the one that was asked for last; null where none was. */
export function destinationOf({ found }: Ruled): string | null {
  const last = (act: Act): Event | undefined => found.events.findLast((event) => event.act === act && !found.uncounted.has(event.n));
  const agreed = last("export-approved");
  const asking = (agreed === undefined ? null : answered(found, agreed)) ?? last("export-asked");
  return asking?.codes.destination ?? null;
}

/** Saves the file of a case whose export this member has just put on the record; nothing where that failed. */
export function saveExport(vault: Vault, opened: OpenedCase | null): void {
  const ruled = opened?.ruled ?? null;
  const destination = ruled === null ? null : destinationOf(ruled);
  if (opened === null || ruled === null || destination === null || !opened.chainHolds || !wasLast(ruled, vault.staff.member)) return;
  const going = { row: opened.row, destination, entries: vault.held(opened.row.case).view.entries, record: opened.events };
  save(NAME, new Blob([exportText(going, vault.directory, language)]));
}

/** The card of an export that was agreed to; null while this member may not save one. */
export function exportCard(opened: OpenedCase, act: CaseActions): Child {
  const { ruled } = opened;
  if (ruled === null || !opened.chainHolds) return null;
  const recorded = wasLast(ruled, act.me);
  const may = allowedRules(ruled.rules, ruled.found, actorOf(rulingOf(ruled, act.now()), ruled.found, act.me));
  if (!recorded && !may.some((rule) => rule.act === "exported")) return null;
  const words = recorded
    ? t("The export has been recorded. The saved files are not encrypted on this computer: anyone who has them can read them.")
    : t("The export was approved. It is recorded first, then the file is saved. The file is not encrypted on this computer: anyone who has it can read the case.");
  return h("div", { class: "notice notice-care stack-small", "data-test": "export" },
    h("p", {}, words), h("p", {}, h("button", { type: "button", "data-test": "save-export", onclick: act.exportCase }, t("Save the export"))),
    recorded ? opened.entries.filter(good).map((entry) => attachmentList(filesOf(entry.payload), (file, progress) => act.fetch(entry, file, progress), act.failed)) : null);
}

function filesOf(payload: Readonly<Record<string, unknown>>): readonly Attachment[] {
  return (payload["attachments"] ?? []) as readonly Attachment[];
}

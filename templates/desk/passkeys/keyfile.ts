/** The key file of the watch's own pages: the wrapped key as this desk keeps it, and nothing that opens it. */

import type { Seen } from "../../../crypto/office/directory.js";
import { saveFile } from "../../shared/dom.js";
import { t } from "../../shared/strings.js";
import { session } from "../api.js";
import { device } from "../device.js";
import { wordsFor } from "../context.js";
import { fill, h } from "../ui.js";
import type { Vault } from "../opened/vault.js";

const OFFICER = "retaliation-officer";

/** What the file says: who, where, and the key as it lies wrapped at the desk. */
export interface KeyFileOf {
  readonly desk: string;
  readonly code: string;
  readonly member: string;
  readonly wrapped: unknown;
  readonly seen: Seen;
}

/** The document of a key file; its shape is that of `profile.json`, which `yanlu desk pull` writes. */
export function keyFileOf({ desk, code, member, wrapped, seen }: KeyFileOf): Readonly<Record<string, unknown>> {
  return { v: 1, desk, office_key: code, member, wrapped_key: wrapped, seen: { sequence: seen.sequence, hash: seen.hash } };
}

/** Offers the file to the officer; nobody else has a use for it. */
export function keyFileSection(vault: Vault): HTMLElement | null {
  const { staff, directory } = vault;
  if (directory.member(staff.member)?.role !== OFFICER) return null;
  const fault = h("p", { class: "wrong", role: "alert" });
  const save = async (): Promise<void> => {
    const { wrapped_key } = await session.me();
    const file = keyFileOf({ desk: location.origin, code: device.officeCode() ?? "", member: staff.member, wrapped: wrapped_key, seen: directory.seen });
    saveFile(`yanlu-key-${staff.member}.json`, new Blob([JSON.stringify(file)], { type: "application/json" }));
  };
  return h("section", { class: "stack-small" }, h("h3", {}, t("The watch's own pages")),
    h("p", { class: "small" }, t("These pages are on a separate host and ask for this file, your passphrase and your device secret. Without the last two, the file opens nothing.")), fault,
    h("button", { type: "button", "data-test": "save-key-file", onclick: () => void save().catch((error: unknown) => fill(fault, wordsFor(error))) }, t("Save the key file for the watch")));
}

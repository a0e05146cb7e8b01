/** The key file of the watch's own pages: the wrapped key as this desk keeps it, and nothing that opens it. */

import { saveFile } from "../../shared/dom.js";
import { t } from "../../shared/strings.js";
import { session } from "../api.js";
import { device } from "../device.js";
import { wordsFor } from "../room.js";
import { fill, h } from "../ui.js";
import type { Vault } from "../vault.js";

const OFFICER = "retaliation-officer";

/** Offers the file to the officer; nobody else has a use for it. Its shape is that of `profile.json`. */
export function keyFileSection(vault: Vault): HTMLElement | null {
  const { staff, directory } = vault;
  if (directory.member(staff.member)?.role !== OFFICER) return null;
  const fault = h("p", { class: "wrong", role: "alert" });
  const save = async (): Promise<void> => {
    const { wrapped_key } = await session.me();
    const file = { v: 1, desk: location.origin, office_key: device.officeCode(), member: staff.member, wrapped_key, seen: directory.seen };
    saveFile(`yanlu-key-${staff.member}.json`, new Blob([JSON.stringify(file)], { type: "application/json" }));
  };
  return h("section", { class: "stack-small" }, h("h3", {}, t("The watch's own pages")),
    h("p", { class: "small" }, t("They lie on a host of their own and ask for this file, your passphrase and your device secret. Without these two it opens nothing.")), fault,
    h("button", { type: "button", "data-test": "save-key-file", onclick: () => void save().catch((error: unknown) => fill(fault, wordsFor(error))) }, t("Save the key file for the watch")));
}

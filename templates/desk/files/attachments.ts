/** Files of a case: saved after they have verified, or drawn as pixels in a frame that can reach nothing. */

import { shownFileName } from "../../../crypto/index.js";
import { saveFile } from "../../shared/dom.js";
import { saySize, t } from "../../shared/strings.js";
import type { Attachment } from "../opened/model.js";
import { type Child, fill, h } from "../ui.js";
import { drawPixels } from "./pixels.js";

/** Fetches, verifies and opens a file; nothing comes back before its last byte has verified. */
export type Fetch = (file: Attachment, progress: (done: number) => void) => Promise<Blob>;

// What a browser decodes as pixels and nothing more; SVG is a document and is only saved.
const PIXELS = new Set(["image/jpeg", "image/png", "image/webp", "image/gif", "image/bmp", "image/avif"]);

/** Saves verified bytes; always as a download, never as a page of this origin. */
export function save(name: string, content: Blob): void {
  saveFile(name, new Blob([content], { type: "application/octet-stream" }));
}

/** The list of an item's files. */
export function attachmentList(files: readonly Attachment[], fetch: Fetch, failed: (error: unknown) => void): Child {
  if (files.length === 0) return null;
  return h("ul", { class: "files", "aria-label": t("Attachments") }, files.map((file) => fileRow(file, fetch, failed)));
}

function fileRow(file: Attachment, fetch: Fetch, failed: (error: unknown) => void): HTMLElement {
  const name = shownFileName(file.name);
  const state = h("span", { class: "file-state", role: "status" });
  const place = h("div", { class: "pixels" });
  const get = async (use: (content: Blob) => void | Promise<void>, done: string): Promise<void> => {
    fill(state, t("Loading…"));
    let content: Blob;
    try {
      content = await fetch(file, (part) => fill(state, `${Math.round(part * 100)} %`));
    } catch (error) {
      fill(state, h("strong", { class: "wrong" }, t("This file does not match what was encrypted. It was not saved.")));
      return failed(error);
    }
    try {
      await use(content);
      fill(state, done);
    } catch {
      // The bytes are what was sealed; the name or the type that the sender gave them is not what they are.
      fill(place);
      fill(state, t("Verified, but this cannot be drawn as a picture."));
    }
  };
  const saving = h("button", { type: "button", class: "quiet", "data-test": "save-file", "aria-label": t("Save {name}", { name }),
    onclick: () => void get((content) => save(file.name, content), t("Verified and saved.")) }, t("Save"));
  const looking = !PIXELS.has(file.type) ? null : h("button", { type: "button", class: "quiet", "data-test": "show-picture", "aria-label": t("Show {name}", { name }),
    onclick: () => void get((content) => drawPixels(place, content, name), t("Verified.")) }, t("Show"));
  return h("li", { class: "file", "data-test": "attachment" },
    h("bdi", { class: "file-name" }, name), h("span", { class: "file-size" }, saySize(file.size)), looking, saving, state, place);
}

/** Writing to the office. */

import { sealMessage, systemRng } from "../../../crypto/index.js";
import { h } from "../../shared/dom.js";
import { showFaults } from "../../shared/faults.js";
import { t } from "../../shared/strings.js";
import type { ReadyFile } from "../clean/clean.js";
import { warnOnLeaving } from "../leaving.js";
import { guardPart } from "../receipt/protection.js";
import type { View } from "../sending/opened.js";
import { send } from "../sending/posting.js";
import { sendFiles } from "../sending/sending.js";
import { filesField } from "../form/filesfield.js";
import { filesWaiting } from "../form/waiting.js";

/** Files that were chosen for a reply, which stay when it is drawn in another language. */
const chosen = new WeakMap<View, ReadyFile[]>();

export function replyForm(view: View): HTMLElement {
  const files = (): ReadyFile[] => chosen.get(view) ?? [];
  let counter = files().length;
  const text = h("textarea", { autocomplete: "off", id: "reply", rows: 6, "aria-describedby": "reply-hint", "data-test": "reply" });
  text.addEventListener("input", () => warnOnLeaving(text.value !== ""));
  const fault = h("p", { class: "fault", role: "alert", "data-test": "reply-fault" });
  const progress = h("div");
  const guard = guardPart(view);
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const empty = !text.value.trim() && files().length === 0;
    const waiting = filesWaiting().length > 0 ? [{ field: text, words: t("A file is still being cleaned. Wait a moment, or remove the file.") }] : [];
    const faults = [...waiting, ...(empty ? [{ field: text, words: t("Please write something first.") }] : []), ...(guard?.faults() ?? [])];
    if (!showFaults(form, faults)) return;
    void send(view, { form, place: progress, fault, toPeople: guard?.asked() ?? false, just: "reply" }, async (meter) => {
      const attachments = await sendFiles(view.mailbox.toOffice(), files(), meter);
      return sealMessage(view.office.directory, view.kept.keys, view.mailbox, text.value, attachments, systemRng, await guard?.seal());
    });
  };
  const shelf = {
    list: () => files().map((file) => ({ name: file.name, size: file.content.size, preview: file.preview, done: file.done })),
    add: (file: ReadyFile) => void chosen.set(view, [...files(), file]),
    remove: (at: number) => void chosen.set(view, files().filter((_, i) => i !== at)),
    rename: (at: number, name: string) => void chosen.set(view, files().map((file, i) => (i === at ? { ...file, name } : file))),
    next: () => (counter += 1),
  };
  const form = h("form", { class: "card stack", onsubmit: submit, novalidate: true, "data-test": "reply-form" },
    h("label", { for: "reply" }, t("Write to the office")),
    h("p", { class: "hint", id: "reply-hint", "data-test": "reply-hint" }, t("Nobody in the office needs your receipt: keep it to yourself. Give your name only if you want to.")),
    h("p", { class: "hint" }, t("If anyone makes trouble for you because of your report, write here at once. It is safest to tell nobody about the report.")), text, filesField(shelf), guard?.element, fault, progress,
    h("button", { class: "primary", "data-test": "reply-send" }, t("Encrypt and send it")));
  return form;
}

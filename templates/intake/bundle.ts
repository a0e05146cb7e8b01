/** Hands in a sealed bundle: checked for shape here, opened by nobody on the way. */

import { readBundle } from "../../crypto/index.js";
import { byId, fill, focusOn, h } from "../shared/dom.js";
import { sayError } from "../shared/refusals.js";
import { saySize, t } from "../shared/strings.js";
import { postBundle, untilAnswered } from "./api.js";
import { holdLanguage, redrawWith } from "./language.js";
import { meterBar } from "./sending/progress.js";
import { startShell } from "./shell.js";

function showDone(): void {
  const heading = h("h1", {}, t("Handed in"));
  fill(byId("app"), h("div", { class: "stack", "data-test": "bundle-done" }, heading,
    h("p", { class: "notice notice-good" }, t("The encrypted file has arrived. Its receipt works from now on.")),
    h("p", {}, t("You can delete the file from this device."))));
  focusOn(heading);
}

async function send(file: File, say: HTMLElement): Promise<void> {
  await readBundle(file);
  const { element, meter } = meterBar(t("Sending {size}…", { size: saySize(file.size) }));
  fill(say, element);
  await untilAnswered(() => postBundle(file, (bytes) => meter.sent(Math.min(bytes, file.size), file.size)), meter.waiting);
}

function start(): void {
  const say = h("div");
  const found: { fault: unknown } = { fault: null };
  const sayFault = (): void => {
    if (found.fault !== null) fill(say, h("p", { class: "notice notice-alarm", role: "alert", "data-test": "bundle-fault" }, sayError(found.fault)));
  };
  const handIn = async (file: File): Promise<void> => {
    found.fault = null;
    try {
      await holdLanguage(() => send(file, say));
      redrawWith(showDone);
      showDone();
    } catch (error) {
      found.fault = error;
      sayFault();
    }
  };
  const input = h("input", { type: "file", id: "bundle", accept: ".yanlu", class: "file-input", "data-test": "bundle-input" });
  input.addEventListener("change", () => {
    const file = input.files?.[0];
    if (file) void handIn(file);
  });
  // The field itself stays in every language, with the file that is in it.
  const draw = (): void => {
    sayFault();
    fill(byId("app"), h("div", { class: "stack" },
      h("h1", {}, t("Submit an encrypted file")),
      h("p", {}, t("An encrypted report is a file ending in .yanlu, made on another device or with the command line program. You need no code and no receipt here, and you can't read it.")),
      h("label", { class: "button primary file-label", for: "bundle" }, t("Choose the file"), input),
      say,
      h("p", { class: "soft small" }, t("It may also come by e-mail, on a memory stick or by letter: any way you like, since nobody on the way can open it."))));
  };
  redrawWith(draw);
  draw();
}

startShell();
start();

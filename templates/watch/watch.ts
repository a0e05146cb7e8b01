/** The officer's desk: unlock, then work. The key and everything shown live in this page's memory and go with it. */

import { isDemo } from "../shared/responses.js";
import { byId, fill, h } from "../shared/dom.js";
import { forgetWhenQuiet, sayForgotten } from "../shared/forgetting.js";
import { keyCode } from "../shared/keycode.js";
import { officeText } from "../shared/officetext.js";
import { t } from "../shared/strings.js";
import { Pages } from "./frame.js";
import { type KeyFile, device, readKeyFile } from "./keyfile.js";
import { type OfficerSession, unlock } from "./session.js";
import { isAlarm, wordsFor } from "./words.js";

const now = (): Date => new Date();
const input = (id: string): HTMLInputElement => byId(id) as HTMLInputElement;

/** No file was chosen, or one that is no key file. */
class NoKeyFile extends Error {}

function prepare(): void {
  const kept = device.kept();
  byId("kept").hidden = kept === null;
  byId("file-field").hidden = kept !== null;
  if (kept !== null) {
    fill(byId("kept-who"), t("Key of {member}", { member: kept.file.member }));
    input("device-secret").value = kept.secret;
    input("remember").checked = true;
  }
  byId("other-file").addEventListener("click", () => {
    device.keep(null);
    byId("unlock-form").dispatchEvent(new Event("reset"));
    input("device-secret").value = "";
    input("remember").checked = false;
    byId("kept").hidden = true;
    byId("file-field").hidden = false;
    input("key-file").focus();
  });
  byId("unlock-form").addEventListener("submit", (event) => {
    event.preventDefault();
    void start();
  });
}

function problem(words: string, alarm: boolean): void {
  fill(byId("problem"), h("div", { class: "notice notice-alarm", "data-test": alarm ? "office-alarm" : "problem" }, h("p", {}, alarm ? h("strong", {}, `${t("Stopped.")} `) : null, words)));
  byId("problem").focus();
}

async function start(): Promise<void> {
  const form = byId("unlock-form");
  if (form.getAttribute("aria-busy") === "true") return;
  fill(byId("problem"));
  form.setAttribute("aria-busy", "true");
  byId("progress-box").hidden = false;
  try {
    await enter();
  } catch (error) {
    if (error instanceof NoKeyFile) problem(t("Choose your key file. It is a small JSON file with your member id and your encrypted key."), false);
    else problem(wordsFor(error), isAlarm(error));
  } finally {
    form.removeAttribute("aria-busy");
    byId("progress-box").hidden = true;
  }
}

async function chosenFile(): Promise<KeyFile> {
  const chosen = input("key-file").files?.[0];
  const kept = device.kept();
  if (chosen === undefined) {
    if (kept === null) throw new NoKeyFile();
    return kept.file;
  }
  return readKeyFile(chosen).catch(() => {
    throw new NoKeyFile();
  });
}

async function enter(): Promise<void> {
  const file = await chosenFile();
  const secret = input("device-secret").value.trim();
  const typed = { passphrase: input("passphrase").value, deviceSecret: secret };
  const room = await unlock(file, typed, now, (done) => {
    (byId("progress") as HTMLProgressElement).value = done;
  });
  device.keep(input("remember").checked ? { file, secret } : null);
  (byId("unlock-form") as HTMLFormElement).reset();
  byId("unlock").hidden = true;
  byId("skip").setAttribute("href", "#page");
  byId("work").hidden = false;
  drawHead(room);
  await new Pages(room).start();
}

function drawHead(room: OfficerSession): void {
  const me = room.directory.member(room.staff.member);
  fill(byId("office-name"), officeText(room.directory.content.name));
  fill(byId("who"), me === null ? "" : officeText(me.name));
  fill(byId("my-code"), me === null ? "" : keyCode(me));
  byId("lock").addEventListener("click", () => {
    room.wipe();
    location.replace(location.pathname);
  });
  forgetWhenQuiet(byId("pages"), now, () => room.wipe());
}

async function showDemo(): Promise<void> {
  const answer = await fetch("/office/site.json", { cache: "no-store" }).catch(() => null);
  byId("demo").hidden = !(answer?.ok === true && isDemo(await answer.text()));
}

prepare();
sayForgotten();
void showDemo();

/** Choosing files and recording a voice message; each file is cleaned at once and says what was done to it. */

import { announce, fill, h } from "../../shared/dom.js";
import { saySize, t } from "../../shared/strings.js";
import { type ReadyFile, makeReady } from "../clean/clean.js";
import { type Done, foundInside, isUnchanged, levelOf, sayDone, sayWhatHelps } from "../clean/outcome.js";
import { neutralName } from "../../shared/redrawing.js";
import { renameField } from "./renaming.js";
import { type Waiting, filesWaiting, unlessRemoved, waitFor } from "./waiting.js";
import { LARGEST_ATTACHMENT, shownFileName } from "../../../crypto/index.js";

/** Where chosen files are kept by anyone who shows the field. */
export interface AttachedFiles {
  list(): readonly { readonly name: string; readonly size: number; readonly preview: HTMLCanvasElement | null; readonly done: Done | null }[];
  add(file: ReadyFile): void;
  remove(at: number): void;
  rename(at: number, name: string): void;
  next(): number;
  /** Says at the field which files were not taken, and why; without it the field's own line does. */
  refuse?(words: readonly string[]): void;
  /** One more file is being cleaned, or one less. */
  cleaning?(more: number): void;
}

const MOST_FILES = 32;

/** The field that is on the screen, and how a recording that is under way is ended. */
const now: { redraw: () => void; stop: () => void; taking: Promise<void> | null } = { redraw: () => undefined, stop: () => undefined, taking: null };

/** Ends a recording whose button is about to leave the screen: what was said until then is kept. */
export function stopRecording(): void {
  now.stop();
}

/** The same; what was said is among the files once this has returned. */
export async function endRecording(): Promise<void> {
  stopRecording();
  await now.taking;
}

/** What was found, in the file's own words, which are nobody's of this page. */
function foundList(done: Done): HTMLElement | null {
  const found = foundInside(done);
  if (found.length === 0) return null;
  const row = ({ kind, words }: (typeof found)[number]): HTMLElement => h("li", {}, kind, words.length > 0 && [t(": "), words.map((line, at) => [at > 0 && t("; "), h("q", { class: "foreign", dir: "auto" }, line)])]);
  return h("ul", { "data-test": "found-inside" }, found.map(row));
}

/** Longest edge of a picture that has nothing more to show, as the one that a draft keeps. */
const SMALL = 160;

/** A small picture, which shows large and small again when it is pressed: what can be seen on it goes with the report. */
export function pictureOf(preview: HTMLCanvasElement | null, name: string): HTMLElement | null {
  if (preview === null || Math.max(preview.width, preview.height) <= SMALL) return preview;
  return h("button", { type: "button", class: "plain picture", "aria-label": t("Enlarge {name}", { name }), onclick: ({ currentTarget }: MouseEvent) => void (currentTarget as HTMLElement).classList.toggle("large"), "data-test": "picture" }, preview);
}

/** What was done to a file; a draft that is nearly full does not say it. */
export function doneLine(done: Done | null): HTMLElement {
  const careful = done !== null && levelOf(done) === "care";
  const words = done === null ? t("Already encrypted and kept in your mailbox. The draft had no room left to note what was removed from it.") : sayDone(done);
  const helps = done === null ? "" : sayWhatHelps(done);
  return h("div", { class: careful ? "small care" : "small good", "data-test": "file-words" },
    h("p", {}, words), done && foundList(done), helps !== "" && h("p", {}, helps));
}

/** Pictures, films and recordings got a name that tells nothing. */
function hasOwnName(done: Done | null): boolean {
  return done === null || isUnchanged(done);
}

function row(shelf: AttachedFiles, at: number, redraw: () => void): HTMLElement {
  const one = shelf.list()[at];
  if (!one) return h("li");
  const remove = (): void => {
    shelf.remove(at);
    redraw();
    announce(t("{name} removed", { name }));
  };
  const name = shownFileName(one.name);
  const [shown, place] = [h("bdi", {}, name), h("div")];
  const rename = (event: MouseEvent): void => {
    (event.currentTarget as HTMLElement).hidden = true;
    const renamed = (now: string): void => {
      shelf.rename(at, now);
      shown.textContent = shownFileName(now);
    };
    fill(place, renameField(at, one.name, renamed, () => {
      redraw();
      document.getElementById(`rename-open-${at}`)?.focus();
    }));
    place.querySelector("input")?.select();
  };
  return h("li", { class: "file", "data-test": "file" },
    pictureOf(one.preview, name),
    h("div", { class: "file-words" },
      h("strong", {}, shown), " ", h("span", { class: "soft small" }, saySize(one.size)),
      doneLine(one.done), place),
    h("div", { class: "row" },
      hasOwnName(one.done) && h("button", { type: "button", class: "quiet", id: `rename-open-${at}`, onclick: rename, "aria-label": t("Rename {name}", { name }), "data-test": "rename" }, t("Rename")),
      h("button", { type: "button", class: "quiet", onclick: remove, "aria-label": t("Remove file {name}", { name }) }, t("Remove file"))));
}

async function record(stopButton: HTMLButtonElement, began: () => void): Promise<Blob> {
  const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
  const close = (): void => stream.getTracks().forEach((track) => { track.stop(); });
  // Somebody went on while the browser was asking: nobody could end it any more.
  if (!stopButton.isConnected) {
    close();
    throw new Error("the button is gone");
  }
  const recorder = new MediaRecorder(stream);
  const pieces: Blob[] = [];
  recorder.addEventListener("dataavailable", (event) => pieces.push(event.data));
  const stopped = new Promise<void>((resolve) => recorder.addEventListener("stop", () => resolve()));
  now.stop = () => recorder.stop();
  stopButton.onclick = stopRecording;
  recorder.start();
  began();
  await stopped;
  now.stop = () => undefined;
  close();
  return new Blob(pieces, { type: recorder.mimeType || "audio/webm" });
}

async function takeVoice(shelf: AttachedFiles, say: HTMLElement, button: HTMLButtonElement): Promise<void> {
  const start = button.onclick;
  let done = (): void => undefined;
  try {
    const asked = record(button, () => { now.taking = new Promise((resolve) => { done = resolve; }); });
    button.textContent = t("Stop recording");
    const content = await asked;
    shelf.add({ name: neutralName(t("Voice message"), shelf.next(), content.type), type: content.type, content, done: { as: "recorded", traces: [] }, preview: null });
    now.redraw();
  } catch {
    say.textContent = t("The microphone is not available here. You can attach a sound file instead.");
  } finally {
    button.textContent = t("Record a voice message");
    button.onclick = start;
    done();
  }
}

/** A file that is not clean yet, and can be taken away. */
function waitingRow(one: Waiting): HTMLElement {
  const name = shownFileName(one.file.name);
  const remove = (): void => {
    one.end();
    now.redraw();
    announce(t("{name} removed", { name }));
  };
  return h("li", { class: "file", "data-test": "file-waiting" },
    h("div", { class: "file-words" }, h("strong", {}, h("bdi", {}, name)), " ", h("span", { class: "soft small" }, saySize(one.file.size)), h("p", { class: "small soft" }, t("Cleaning {name}…", { name }))),
    h("div", { class: "row" }, h("button", { type: "button", class: "quiet", onclick: remove, "aria-label": t("Remove file {name}", { name }) }, t("Remove file"))));
}

/** Takes one file; gives in words why not, or null. The others are not held up by it. */
async function added(shelf: AttachedFiles, one: Waiting): Promise<string | null> {
  const [{ file, signal }, name] = [one, shownFileName(one.file.name)];
  if (signal.aborted) return null;
  try {
    if (shelf.list().length >= MOST_FILES) return t("{name} was not attached: at most {n} files fit.", { name, n: MOST_FILES });
    if (file.size > LARGEST_ATTACHMENT) return t("{name} was not attached: it is larger than 4 GB.", { name });
    shelf.add(await unlessRemoved(one, makeReady(file, shelf.next(), signal)));
    return null;
  } catch {
    return signal.aborted ? null : t("{name} was not attached: this device can't read it.", { name });
  } finally {
    one.end();
  }
}

/** The field: list, file chooser, voice recorder. */
export function filesField(shelf: AttachedFiles): HTMLElement {
  const list = h("ul", { class: "files", "data-test": "files" });
  const say = h("p", { class: "small soft", role: "status", "data-test": "files-status" });
  const redraw = (): void => {
    const [files, waiting] = [shelf.list(), filesWaiting()];
    fill(list, files.map((_, at) => row(shelf, at, redraw)), waiting.map(waitingRow));
    if (waiting.length === 0 && (files.length > 0 || say.textContent !== "")) say.textContent = t("Files attached: {n}.", { n: files.length });
  };
  const input = h("input", { type: "file", multiple: true, id: "files", class: "file-input", "data-test": "file-input" });
  input.addEventListener("change", () => void take([...(input.files ?? [])]));
  const take = async (files: File[]): Promise<void> => {
    input.value = "";
    const refused: string[] = [];
    const waiting = files.map((file) => waitFor(file, shelf.cleaning));
    now.redraw();
    for (const one of waiting) {
      if (!one.signal.aborted) say.textContent = t("Cleaning {name}…", { name: shownFileName(one.file.name) });
      const wrong = await added(shelf, one);
      if (wrong !== null) refused.push(wrong);
      now.redraw();
    }
    if (refused.length === 0) return;
    if (shelf.refuse) shelf.refuse(refused);
    else say.textContent = refused.join(" ");
  };
  const canRecord = typeof MediaRecorder !== "undefined" && navigator.mediaDevices !== undefined;
  const voice = canRecord && h("button", { type: "button", class: "voice", "data-test": "record" }, t("Record a voice message"));
  if (voice) voice.onclick = () => void takeVoice(shelf, say, voice);
  stopRecording();
  now.redraw = redraw;
  redraw();
  return h("div", { class: "stack" },
    h("div", { class: "row" }, h("label", { class: "button file-label", for: "files" }, t("Choose pictures or files"), input), voice),
    say, list);
}

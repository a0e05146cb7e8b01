/** A page in one file for a machine that is off line: proves recovery shares, and tells whether a quorum brings the key back. */

import { CryptoError } from "../../../crypto/errors.js";
import { Mistyped, requireCode } from "../../shared/officecode.js";
import { type Sentence, msg, t } from "../../shared/strings.js";
import { type NamedShare, type ShareFault, Shares, folderOf, sharesIn } from "./shares.js";
import { byId, codeField, field, fill, h } from "../ui.js";

const BY_STAGE: Readonly<Record<string, Sentence>> = {
  foreign: msg("These documents belong to another office than the code says."),
  expired: msg("The office directory is not valid today. Bring a newer copy of the office folder, and check the date of this machine."),
  directory: msg("The keepers have not signed this, or the list of shares is of another key than the directory names."),
};

const FAULTS: Readonly<Record<ShareFault, Sentence>> = {
  "no-share": msg("Line {number}: these words are not a recovery share. A word may be mistyped."),
  "another-key": msg("Line {number}: a share of another recovery key, of an earlier one, or of another office."),
};

function wordsFor(error: unknown): string {
  if (error instanceof Mistyped) return error.words;
  const sentence = error instanceof CryptoError ? BY_STAGE[error.stage] : undefined;
  return t(sentence ?? msg("These are not the documents of an office folder: choose roots, directory.note and recovery.note."));
}

function verdict(number: number, found: NamedShare | ShareFault): HTMLElement {
  if (typeof found === "string") return h("li", { class: "wrong", "data-test": "share-refused" }, t(FAULTS[found], { number }));
  const group = found.outside ? t("outside") : t("inside");
  return h("li", { "data-test": "share-proven" }, t("Line {number}: {share} ({group}) is genuine.", { number, share: found.id, group }));
}

async function check(files: readonly File[], code: string, typed: string, whole: boolean): Promise<HTMLElement> {
  const texts = await Promise.all(files.map((file) => file.text()));
  const shares = Shares.read(code, folderOf(texts), new Date().toISOString().slice(0, 10));
  const words = sharesIn(typed);
  const rows = words.map((line, n) => verdict(n + 1, shares.prove(line)));
  const joined = whole ? shares.bringBack(words) : null;
  return h("div", { class: "stack" }, words.length === 0 ? h("p", { class: "wrong", "data-test": "no-shares" }, t("No line contains a share. Write each share on its own line.")) : h("ul", {}, rows),
    joined === null ? null : joined
      ? h("p", { class: "notice notice-good", "data-test": "key-right" }, t("Together these shares give the recovery key that the directory names. Recover with “yanlu recovery use”, then renew the key."))
      : h("p", { class: "notice notice-alarm", "data-test": "key-wrong" }, t("Together these shares do not give the recovery key that the directory names: one is wrong or mixed in, or there are too few of a group.")));
}

function start(): void {
  const code = h("input", { type: "text", id: "office-code", class: "mono", spellcheck: "false", autocapitalize: "characters", autocomplete: "off" });
  const files = h("input", { type: "file", id: "office-files", multiple: true });
  const words = h("textarea", { id: "share-words", class: "mono", rows: 8, spellcheck: "false", autocapitalize: "none", autocomplete: "off" });
  const whole = h("input", { type: "checkbox", id: "share-whole" });
  const say = h("div", { role: "alert", "data-test": "verdict" });
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    fill(say);
    Promise.resolve().then(() => check([...(files.files ?? [])], requireCode(code), words.value, whole.checked)).then(
      (found) => fill(say, found),
      (error: unknown) => fill(say, h("p", { class: "notice notice-alarm", "data-test": "folder-refused" }, wordsFor(error))),
    );
  };
  fill(byId("app"), h("form", { class: "stack card", novalidate: true, autocomplete: "off", onsubmit: submit },
    h("h1", {}, t("Check recovery shares")),
    h("p", {}, t("Use this only on an offline machine that you wipe afterwards. Nothing is stored or sent. Each share is checked separately against the list that the keepers signed, without assembling the key.")),
    codeField(t("Office code"), code), field(t("Documents of the office folder"), files, t("All files of roots, directory.note and recovery.note; they are public.")),
    field(t("Words of the shares"), words, t("Each share on its own line.")),
    h("label", { class: "choice", for: "share-whole" }, whole, h("span", {}, t("Put the key together here and compare it with the directory: only for a recovery"))),
    h("button", { type: "submit", class: "primary", "data-test": "shares-check" }, t("Check")), say));
}

start();

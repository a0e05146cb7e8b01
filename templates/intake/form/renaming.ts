/** Another name for a file before it is sent: its name goes with it and can tell who sent it. */

import { cleanFileName } from "../../../crypto/sealing/filenames.js";
import { announce, h } from "../../shared/dom.js";
import { t } from "../../shared/strings.js";

const LONGEST = 80;
const LONGEST_ENDING = 12;

/** What may be changed of a name, and the ending, by which it is opened. */
export function parted(name: string): { readonly stem: string; readonly ending: string } {
  const clean = cleanFileName(name);
  const at = clean.lastIndexOf(".");
  return at > 0 && clean.length - at <= LONGEST_ENDING ? { stem: clean.slice(0, at), ending: clean.slice(at) } : { stem: clean, ending: "" };
}

/** The whole of a new name; null for one that would not be sent as it was typed. */
export function nameOf(typed: string, ending: string): string | null {
  const stem = typed.trim().normalize("NFC");
  const name = stem + ending;
  return stem !== "" && [...stem].length <= LONGEST && cleanFileName(name) === name ? name : null;
}

/** The field for it, numbered `at`. What is typed counts at once, so that nobody goes on under the old name; `done` closes it. */
export function renameField(at: number, name: string, rename: (name: string) => void, done: () => void): HTMLElement {
  const { stem, ending } = parted(name);
  const [id, fault] = [`rename-${at}`, h("p", { class: "fault", id: `rename-${at}-fault`, role: "status", "data-test": "rename-fault" })];
  const input = h("input", { id, type: "text", autocomplete: "off", spellcheck: "false", "aria-describedby": fault.id, "data-test": "rename-input" });
  input.value = stem;
  const take = (): string | null => {
    const found = nameOf(input.value, ending);
    rename(found ?? name);
    fault.textContent = found === null ? t("Please use 1 to {n} characters, and none that file names can't have, such as a slash.", { n: LONGEST }) : "";
    input.toggleAttribute("aria-invalid", found === null);
    return found;
  };
  const close = (): void => {
    const found = take();
    if (found === null) return input.focus();
    announce(t("The file is now called {name}.", { name: found }));
    done();
  };
  input.addEventListener("input", take);
  input.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    // The form around it is not sent by it.
    event.preventDefault();
    close();
  });
  return h("div", { class: "stack-small" }, h("label", { for: id }, t("New name")),
    h("div", { class: "renaming" }, input, h("span", {}, ending), h("button", { type: "button", class: "quiet", onclick: close, "data-test": "rename-done" }, t("Done"))), fault);
}

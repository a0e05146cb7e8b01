/** What is typed about a person: a field that keeps it in a draft, and whether it fits. */

import { utf8 } from "../../../crypto/index.js";
import { h } from "../../shared/dom.js";
import type { Fault } from "../../shared/faults.js";
import { t } from "../../shared/strings.js";

export interface Written {
  readonly input: HTMLInputElement | HTMLTextAreaElement;
  readonly row: HTMLElement;
}

/** A field for this part of the draft; `long` gives it two lines. */
export function writtenField<P extends string>(draft: Record<P, string>, part: P, id: string, label: string, hint: string | null, long = false): Written {
  const common = { id, autocomplete: "off", spellcheck: "false", "data-test": id, "aria-describedby": hint === null ? null : `${id}-hint` };
  const input = long ? h("textarea", { ...common, rows: 2, class: "short" }) : h("input", { ...common, type: "text" });
  input.value = draft[part];
  input.addEventListener("input", () => { draft[part] = input.value; });
  return { input, row: h("div", { class: "stack-small" }, h("label", { for: id }, label), hint !== null && h("p", { class: "hint", id: `${id}-hint` }, hint), input) };
}

/** Without control characters, and spaces around it. */
export function cleaned(typed: string): string {
  return typed.replace(/\p{C}/gu, " ").trim();
}

/** That a text has more than so many bytes, at its field. */
export function tooLong(field: HTMLElement, text: string, limit: number): Fault[] {
  return utf8(text).length <= limit ? [] : [{ field, words: t("This is too long: a name and a contact have room for about 80 Chinese or 250 other letters.") }];
}

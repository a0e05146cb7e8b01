/** The office code as people type it and links carry it: looked at while it is typed, before anything is fetched. */

import { isMistyped } from "../../crypto/codes.js";
import { readAnchor, writeAnchor } from "../../crypto/office/anchor.js";
import { t } from "./strings.js";

/** A typed code, perhaps with a link's hash behind it, in its one spelling; null when it is none. */
export function cleanAnchor(typed: string): string | null {
  try {
    return writeAnchor(readAnchor(typed));
  } catch {
    return null;
  }
}

/** The same from an address's fragment: `#c=<code>&h=<hash>`, `#c=<code>`, or the bare code. */
export function anchorInFragment(fragment: string): string | null {
  const found = new URLSearchParams(fragment.replace(/^#/, ""));
  const [code, hash] = [found.get("c"), found.get("h")];
  if (code === null) return cleanAnchor(fragment.replace(/^#/, ""));
  return cleanAnchor(hash === null ? code : `${code}&h=${hash}`);
}

/** Whether a fragment holds what should be a code and is none. A receipt that somebody put there is no code: nothing is said of it. */
export function hasWrongCode(fragment: string): boolean {
  const bare = fragment.replace(/^#/, "");
  const code = new URLSearchParams(bare).get("c");
  if (anchorInFragment(fragment) !== null || resemblesReceipt(code ?? bare)) return false;
  return code !== null ? code !== "" : /^[^=]{16,}$/.test(bare);
}

/** The code alone, which fits on paper. */
export function codeAlone(anchor: string): string {
  return anchor.split("&")[0] ?? anchor;
}

/** What to keep of two anchors that were found right: the one with the whole hash where both name one office. */
export function strongest(before: string | null, now: string): string {
  return before !== null && before.includes("&") && codeAlone(before) === codeAlone(now) ? before : now;
}

/** The words for a code that can't be right, before any server was asked. */
function mistypedWords(): string {
  return t("Look at the code again: a character is wrong, or two have changed places. Nothing was sent.");
}

/** Why something typed is no code. */
export function faultOf(typed: string): string {
  return isMistyped(codeAlone(typed)) ? mistypedWords() : t("That is not an office code. It has five groups of four letters and digits.");
}

/** Somebody typed what is no code; `words` says so, and nothing was asked of any server. */
export class Mistyped extends Error {
  constructor(readonly words: string) {
    super("mistyped");
  }
}

/** The code in a field, in its one spelling; throws Mistyped and puts the person back into the field. */
export function requireCode(input: HTMLInputElement): string {
  const found = cleanAnchor(input.value);
  if (found !== null) return found;
  input.setAttribute("aria-invalid", "true");
  input.focus();
  throw new Mistyped(input.value.trim() === "" ? t("Please enter the office code.") : faultOf(input.value));
}

/** Whether these are the digits of a receipt, or most of them: a code of so many digits and no letter is never drawn. */
export function resemblesReceipt(typed: string): boolean {
  return /^\d{17,}$/.test(typed.normalize("NFKC").replace(/[\s\p{Pd}.,]/gu, ""));
}

/**
 * Says under the field, while somebody types, that a code is mistyped; never which character, and no server is asked.
 * `another` knows what else may have been typed here, and says so instead.
 */
export function watchTyping(input: HTMLInputElement, fault: HTMLElement, another: (typed: string) => string | null = () => null): void {
  input.addEventListener("input", () => {
    const words = another(input.value) ?? (isMistyped(codeAlone(input.value)) ? mistypedWords() : "");
    fault.textContent = words;
    input.setAttribute("aria-invalid", String(words !== ""));
  });
}

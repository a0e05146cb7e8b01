/** Names of files: what may be sent, how a name that came is saved, and how it is shown (SPEC §6). */

import { utf8 } from "../framing.js";

const LONGEST = 255;
const CONTROL = "\\u0000-\\u001f\\u007f-\\u009f";
// Marks that turn the direction of what stands beside them, ends of lines that are no control characters, and a mark
// that nobody sees: with them `bill<U+202E>fdp.exe` looks like `billexe.pdf`.
const TURNING = "\\u061c\\u200e\\u200f\\u2028-\\u202e\\u2066-\\u206f\\ufeff";
const UNFIT = new RegExp(`[/\\\\${CONTROL}${TURNING}\\p{Surrogate}]`, "gu");
const UNSEEN = new RegExp(`[${CONTROL}${TURNING}]`, "gu");

/** A name to send a file under, or to save one that came: `_` for what deceives, the last 255 bytes of it. */
export function cleanFileName(wanted: string): string {
  let clean = wanted.replace(UNFIT, "_");
  while (utf8(clean).length > LONGEST) clean = [...clean].slice(1).join("");
  if (["", ".", ".."].includes(clean)) return "_";
  // A hidden file may be one that a shell runs at its start, and a hyphen begins an option.
  return clean.replace(/^[.-]/, "_");
}

/** The name as a person may look at it: what can't be seen as its code point. */
export function shownFileName(name: string): string {
  return name.replace(UNSEEN, (found) => `‹U+${found.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}›`);
}

/** What somebody holds of an office before anything is fetched: its code, perhaps with the whole hash (SPEC §4). */

import { type B64, b64decode, b64encode } from "../framing.js";
import { readCheckedCode, writeCheckedCode } from "../codes.js";
import { LinkAltered, refuse } from "../errors.js";
import { sha256 } from "../primitives.js";

const HASH = "&h=";

export interface Anchor {
  /** In its one spelling. */
  readonly code: string;
  /** The SHA-256 of root 1's text where a link or QR code gave it. */
  readonly digest: B64 | null;
}

/** A code as somebody typed it, perhaps followed by `&h=` and the hash of a link; refused at `schema`. */
export function readAnchor(text: string): Anchor {
  const trimmed = text.replace(/^ +| +$/g, "");
  const at = trimmed.indexOf(HASH);
  if (at < 0) return { code: readCheckedCode(trimmed), digest: null };
  return { code: readCheckedCode(trimmed.slice(0, at)), digest: b64encode(b64decode(trimmed.slice(at + HASH.length), 32)) };
}

/** As it is typed, kept and handed on: `<code>` or `<code>&h=<b64>`. */
export function writeAnchor({ code, digest }: Anchor): string {
  return digest === null ? code : `${code}${HASH}${digest}`;
}

/** Refuses at `foreign` the text of another root 1; where the hash is known, both must fit. */
export function checkAnchor(anchor: Anchor, text: Uint8Array): void {
  const digest = sha256(text);
  if (writeCheckedCode(digest) !== anchor.code) refuse("foreign", "another office than the code names");
  if (anchor.digest !== null && anchor.digest !== b64encode(digest)) throw new LinkAltered();
}

/** Witnesses outside the office: their cosignatures on checkpoints and roots (C2SP; SPEC §12). */

import { concat, equalBytes, readU64, utf8 } from "../framing.js";
import { type Note, keyHash } from "./signednotes.js";
import { signatureSteps } from "../signatures.js";
import type { Steps } from "../yielding.js";

/** A checkpoint may carry signatures of kinds that we don't know, of post-quantum size too. */
export const SIGNATURE_SIZES = { least: 5, most: 8192, step: 1 } as const;
const COSIGNATURE = 4;

/** Who of `keys` (name → public key) cosigned a note, and at which second since 1970, a step for each signature; the rest is ignored. */
export function* cosignersOf(note: Note, keys: ReadonlyMap<string, Uint8Array>): Steps<ReadonlyMap<string, number>> {
  const found = new Map<string, number>();
  for (const line of note.signatures) {
    const key = keys.get(line.keeper);
    if (key === undefined || found.has(line.keeper) || line.signature.length !== 72 || !equalBytes(line.mark, keyHash(line.keeper, key, COSIGNATURE))) continue;
    // A time beyond what a number holds exactly is nobody's.
    if (line.signature[0] !== 0 || (line.signature[1] as number) > 0x1f) continue;
    const seconds = readU64(line.signature);
    const message = concat(utf8(`cosignature/v1\ntime ${seconds}\n`), note.text);
    if (yield* signatureSteps(key, message, line.signature.subarray(8))) found.set(line.keeper, seconds);
  }
  return found;
}

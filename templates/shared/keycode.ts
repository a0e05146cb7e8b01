/** The check code (校验码) of a person's keys, as reporters and colleagues compare it by eye or telephone. */

import { b64decode, frame, utf8 } from "../../crypto/framing.js";
import { writeCode } from "../../crypto/codes.js";
import { sha256 } from "../../crypto/primitives.js";

const SIZE = 10;

/** The first 80 bits of SHA-256 over both public keys, as a code: `XXXX-XXXX-XXXX-XXXX`. */
export function keyCode(keys: { readonly recipient: string; readonly signing: string }): string {
  const both = frame("yanlu/v1/key-check", utf8(keys.recipient), b64decode(keys.signing, 32));
  return writeCode(sha256(both).subarray(0, SIZE));
}

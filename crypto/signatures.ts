/** Signatures checked by the browser's own Ed25519, beside the page, where it has one that keeps our rule (SPEC §1). */

import { type Bytes, b64decode, b64encode, utf8 } from "./framing.js";
import { isStrict, signatureHolds } from "./primitives.js";
import type { Steps } from "./yielding.js";

const NAME = "Ed25519";
// Of `crypto/vectors/framing.json`: an honest signature, and one that only the equation multiplied by 8 would take.
const MESSAGE = utf8("yanlu");
const KEY = "_29Dq05y4xt4BJ_MX5dFW-zdDqQowf1seg_GbpkcfLk";
const HONEST = "sxsg9QQmJCUU2Bs4NUi9kN5y_QuM8jgqiPn1LOUHayO25_i_Ir1RYvHLcE9wv9Weh36LHAZz8Bg9lUx2DKhhBw";
const CRAFTED = "GG7Svb0aNvZDfFFosCIZFAGOpPMqHD_NHBeU1k-9WW7xR3Eh3nlJK6w-mmYRsA2EIC7v60d4k2OQBHobRfoKBQ";

/** More keys than an office and its keepers have; public ones. */
const MOST_KEYS = 512;

let checked: Promise<boolean> | undefined;
const imported = new Map<string, Promise<CryptoKey>>();

/** A member's key signs many events: it is imported once. */
function keyOf(key: Uint8Array): Promise<CryptoKey> {
  const name = b64encode(key);
  const found = imported.get(name) ?? crypto.subtle.importKey("raw", key as Bytes, NAME, false, ["verify"]);
  if (imported.size >= MOST_KEYS) imported.clear();
  imported.set(name, found);
  return found;
}

async function verify(key: Uint8Array, message: Uint8Array, signature: Uint8Array): Promise<boolean> {
  return crypto.subtle.verify(NAME, await keyOf(key), signature as Bytes, message as Bytes);
}

async function knownAnswers(): Promise<boolean> {
  try {
    const key = b64decode(KEY, 32);
    const [honest, crafted] = await Promise.all([HONEST, CRAFTED].map((one) => verify(key, MESSAGE, b64decode(one, 64))));
    return honest === true && crafted === false;
  } catch {
    return false;
  }
}

/** Whether this browser's own Ed25519 is used. */
export async function nativeVerifies(): Promise<boolean> {
  checked ??= knownAnswers();
  return checked;
}

/** True where the browser says that a strictly written signature holds; null where the script must say. */
export async function nativeHolds(key: Uint8Array, message: Uint8Array, signature: Uint8Array): Promise<true | null> {
  if (!(await nativeVerifies())) return null;
  return (await verify(key, message, signature).catch(() => false)) || null;
}

/** As `signatureHolds`, by the browser where it can: it confirms, and whatever it does not confirm the script judges. */
export function* signatureSteps(key: Uint8Array, message: Uint8Array, signature: Uint8Array): Steps<boolean> {
  if (!isStrict(key, signature)) return false;
  return (yield () => nativeHolds(key, message, signature)) === true || signatureHolds(key, message, signature);
}

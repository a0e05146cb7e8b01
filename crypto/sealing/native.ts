/** The browser's own X-Wing, where it has one and passes a known-answer check; several times faster. */

import { MLKEM768X25519 } from "@noble/post-quantum/hybrid.js";
import { type Bytes, equalBytes } from "../framing.js";
import { Secret } from "../primitives.js";

const NAME = "MLKEM768-X25519";

/** What Chromium adds to WebCrypto (WICG "Modern Algorithms"); the names are not in TypeScript's library yet. */
interface ModernSubtle {
  importKey(format: "raw-seed", key: Bytes, algorithm: { name: string }, extractable: boolean, usages: string[]): Promise<CryptoKey>;
  decapsulateBits(algorithm: { name: string }, key: CryptoKey, ciphertext: Bytes): Promise<ArrayBuffer>;
}

const keys = new WeakMap<Secret, Promise<CryptoKey>>();
let checked: Promise<boolean> | undefined;

function subtle(): ModernSubtle | null {
  const found = crypto.subtle as unknown as Partial<ModernSubtle> | undefined;
  return typeof found?.decapsulateBits === "function" ? (found as ModernSubtle) : null;
}

async function decapsulate(native: ModernSubtle, seed: Secret, enc: Bytes): Promise<Bytes> {
  // A key is imported once: a grant asks up to 32 times with the same seed. It is never stored: a CryptoKey of this
  // kind silently becomes null in IndexedDB.
  const key = keys.get(seed) ?? native.importKey("raw-seed", seed.reveal(), { name: NAME }, false, ["decapsulateBits"]);
  keys.set(seed, key);
  return new Uint8Array(await native.decapsulateBits({ name: NAME }, await key, enc));
}

/** Whether the browser gives what the script gives, for a fixed seed and fixed randomness. */
async function knownAnswer(native: ModernSubtle): Promise<boolean> {
  const seed = new Secret(new Uint8Array(32).fill(7));
  const { cipherText, sharedSecret } = MLKEM768X25519.encapsulate(MLKEM768X25519.getPublicKey(seed.reveal()), new Uint8Array(64).fill(9));
  try {
    return equalBytes(await decapsulate(native, seed, cipherText as Bytes), sharedSecret);
  } catch {
    return false;
  }
}

/** Whether this browser's own X-Wing is used. */
export async function nativeWorks(): Promise<boolean> {
  const native = subtle();
  if (native === null) return false;
  checked ??= knownAnswer(native);
  return checked;
}

/** The shared secret, or null when the browser can't do it and the script must. */
export async function nativeDecapsulate(seed: Secret, enc: Uint8Array): Promise<Bytes | null> {
  const native = subtle();
  if (native === null || !(await nativeWorks())) return null;
  try {
    return await decapsulate(native, seed, enc as Bytes);
  } catch {
    return null;
  }
}

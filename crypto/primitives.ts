/** The primitives of SPEC §1 and the Secret that holds their keys. */

import { ed25519 } from "@noble/curves/ed25519.js";
import { bytesToNumberLE } from "@noble/curves/utils.js";
import { hkdf as nobleHkdf } from "@noble/hashes/hkdf.js";
import { hmac } from "@noble/hashes/hmac.js";
import { sha256 as nobleSha256, sha512 } from "@noble/hashes/sha2.js";
import { type KdfCost, argon2id } from "./argon2.js";
import { type Bytes, concat, equalBytes, utf8 } from "./framing.js";
import { refuse } from "./errors.js";

// By itself the library makes 4,224 multiples of the base point before the first signature, an eighth of a second on a
// phone; with 520 of them that takes a sixth, and the dozen signatures of a page take hardly longer.
ed25519.Point.BASE.precompute(4);

/** Secret bytes that no log, JSON or string conversion shows. */
export class Secret {
  readonly #bytes: Bytes;

  constructor(bytes: Uint8Array) {
    this.#bytes = new Uint8Array(bytes);
  }

  /** The bytes themselves; for code that computes with them, never for showing. */
  reveal(): Bytes {
    return this.#bytes;
  }
}

export type { KdfCost } from "./argon2.js";

/** Told how much is done, from 0 to 1. */
export type Progress = (done: number) => void;

/** A progress that nobody looks at. */
export const noProgress: Progress = () => undefined;

export const ZERO_HASH: Bytes = new Uint8Array(32);

export function sha256(bytes: Uint8Array): Bytes {
  return nobleSha256(bytes) as Bytes;
}

/** SHA-256 by the browser, for what is large. */
export async function sha256Large(bytes: Uint8Array<ArrayBuffer>): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
}

/** HKDF-SHA-256 with empty salt, info = label, 32 bytes. */
export function hkdf(secret: Uint8Array, label: string): Bytes {
  return nobleHkdf(nobleSha256, secret, undefined, utf8(label), 32) as Bytes;
}

/** HMAC-SHA-256. */
export function mac(key: Uint8Array, message: Uint8Array): Bytes {
  return hmac(nobleSha256, key, message) as Bytes;
}

/** Refuses at `mac` unless `tag` is the MAC of `message`. */
export function checkMac(key: Uint8Array, message: Uint8Array, tag: Uint8Array): void {
  if (!equalBytes(mac(key, message), tag)) refuse("mac", "the MAC does not verify");
}

/** The Ed25519 public key of a 32-byte seed. */
export function verifyKey(seed: Secret): Bytes {
  return ed25519.getPublicKey(seed.reveal()) as Bytes;
}

/** An Ed25519 signature (64 bytes). */
export function sign(seed: Secret, message: Uint8Array): Bytes {
  return ed25519.sign(message, seed.reveal()) as Bytes;
}

const { BASE, Fp, Fn } = ed25519.Point;
const WITHOUT_SIGN = (1n << 255n) - 1n;
// The y of the eight points of small order.
const SMALL_ORDER: ReadonlySet<bigint> = new Set([
  0n, 1n, Fp.ORDER - 1n,
  0x05fc536d880238b13933c6d305acdfd5f098eff289f4c345b027b2c28f95e826n,
  0x7a03ac9277fdc74ec6cc392cfa53202a0f67100d760b3cba4fd83d3d706a17c7n,
]);

/** Whether an encoded point is canonical and of no small order, as far as its bytes tell. */
function isGoodPoint(bytes: Uint8Array): boolean {
  const y = bytesToNumberLE(bytes) & WITHOUT_SIGN;
  return y < Fp.ORDER && !SMALL_ORDER.has(y);
}

/** Whether key and signature are written in the one way in which they may be (SPEC §1); says nothing of the message. */
export function isStrict(key: Uint8Array, signature: Uint8Array): boolean {
  if (key.length !== 32 || signature.length !== 64) return false;
  return isGoodPoint(key) && isGoodPoint(signature.subarray(0, 32)) && bytesToNumberLE(signature.subarray(32)) < Fn.ORDER;
}

/** Strict Ed25519 (SPEC §1). The library's own check multiplies the equation by 8, and so takes what other readers refuse. */
export function signatureHolds(key: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  if (!isStrict(key, signature)) return false;
  const [first, s] = [signature.subarray(0, 32), bytesToNumberLE(signature.subarray(32))];
  const k = Fn.create(bytesToNumberLE(sha512(concat(first, key, message))));
  try {
    return equalBytes(BASE.multiplyUnsafe(s).subtract(ed25519.Point.fromBytes(key).multiplyUnsafe(k)).toBytes(), first);
  } catch {
    return false;
  }
}

/** The same, refusing at `signature`. */
export function checkSignature(key: Uint8Array, message: Uint8Array, signature: Uint8Array): void {
  if (!signatureHolds(key, message, signature)) refuse("signature", "the signature does not verify");
}

/** Argon2id, 32 bytes, in slices of a few milliseconds so that the page stays alive. */
export async function stretch(password: Uint8Array, salt: Uint8Array, cost: KdfCost, progress: Progress): Promise<Secret> {
  return new Secret(await argon2id(password, salt, cost, progress));
}

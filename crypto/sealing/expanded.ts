/**
 * X-Wing where the browser has none of its own: the seed is expanded once for all that is opened with it, and the curve's half
 * is left to the browser, which almost every one has.
 *
 * Source: draft-connolly-cfrg-xwing-kem, decapsulation. What is not done here is done by the library.
 */

import { x25519 } from "@noble/curves/ed25519.js";
import { sha3_256, shake256 } from "@noble/hashes/sha3.js";
import { ml_kem768 } from "@noble/post-quantum/ml-kem.js";
import { type Bytes, concat, equalBytes, utf8 } from "../framing.js";
import type { Secret } from "../primitives.js";

const CURVE = "X25519";
const LABEL = utf8("\\.//^\\");
const LATTICE_SEED_SIZE = 64;
const LATTICE_SIZE = 1088;
const ENC_SIZE = LATTICE_SIZE + 32;
// What stands before the 32 bytes of a private key in PKCS #8 (RFC 8410 §7): the one form in which all browsers take it.
const PKCS8 = Uint8Array.of(0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x6e, 4, 0x22, 4, 0x20);
const NOTHING = new Uint8Array(32);

interface Expanded {
  readonly lattice: Uint8Array;
  readonly curve: Uint8Array;
  readonly curvePublic: Uint8Array;
  /** The browser's handle of the curve's key; null where it has no such curve. */
  readonly native: Promise<CryptoKey | null>;
}

/** ML-KEM-768: the shared secret, 32 bytes, of a ciphertext of 1,088 bytes under an expanded key of 2,400. */
export type LatticeDecapsulation = (ciphertext: Uint8Array, key: Uint8Array) => Uint8Array;

const byNoble: LatticeDecapsulation = (ciphertext, key) => ml_kem768.decapsulate(ciphertext, key);
let onLattice = byNoble;

/**
 * From now on `work` computes the lattice's half, if it gives what noble gives for a fixed key: for a ciphertext, and for one that was
 * altered, which FIPS 203 answers with another secret instead of an error. Whether it is used.
 */
export function useOnLattice(work: LatticeDecapsulation): boolean {
  const { publicKey, secretKey } = ml_kem768.keygen(new Uint8Array(LATTICE_SEED_SIZE).fill(7));
  const { cipherText } = ml_kem768.encapsulate(publicKey, new Uint8Array(32).fill(9));
  const altered = cipherText.map((byte, n) => (n === LATTICE_SIZE - 1 ? byte ^ 1 : byte));
  try {
    if (![cipherText, altered].every((one) => equalBytes(work(one, secretKey), byNoble(one, secretKey)))) return false;
  } catch {
    return false;
  }
  onLattice = work;
  return true;
}

const keys = new WeakMap<Secret, Expanded>();

async function imported(curve: Uint8Array): Promise<CryptoKey | null> {
  const key = concat(PKCS8, curve);
  try {
    return await crypto.subtle.importKey("pkcs8", key, CURVE, false, ["deriveBits"]);
  } catch {
    return null;
  } finally {
    key.fill(0);
  }
}

function expand(seed: Secret): Expanded {
  const found = keys.get(seed);
  if (found) return found;
  const all = shake256(seed.reveal(), { dkLen: LATTICE_SEED_SIZE + 32 });
  const curve = all.slice(LATTICE_SEED_SIZE);
  const lattice = ml_kem768.keygen(all.subarray(0, LATTICE_SEED_SIZE)).secretKey;
  all.fill(0);
  const made = { lattice, curve, curvePublic: x25519.getPublicKey(curve), native: imported(curve) };
  keys.set(seed, made);
  return made;
}

/** Overwrites what was computed of the seed and is bytes; what the browser holds goes with its handle. The seed itself is the caller's. */
export function forget(seed: Secret): void {
  const known = keys.get(seed);
  known?.lattice.fill(0);
  known?.curve.fill(0);
  keys.delete(seed);
}

async function nativeOnCurve(key: CryptoKey | null, point: Uint8Array): Promise<Uint8Array | null> {
  if (key === null) return null;
  const other = await crypto.subtle.importKey("raw", point as Bytes, CURVE, false, []);
  const shared = new Uint8Array(await crypto.subtle.deriveBits({ name: CURVE, public: other }, key, 256));
  return equalBytes(shared, NOTHING) ? null : shared;
}

/** What the browser does not give, the script does: it refuses a point of low order. */
async function onCurve({ curve, native }: Expanded, point: Uint8Array): Promise<Uint8Array> {
  const found = await nativeOnCurve(await native, point).catch(() => null);
  return found ?? x25519.getSharedSecret(curve, point);
}

/** The shared secret, 32 bytes; null where `enc` is none. */
export async function decapsulate(seed: Secret, enc: Uint8Array): Promise<Bytes | null> {
  if (enc.length !== ENC_SIZE) return null;
  const key = expand(seed);
  const point = enc.slice(LATTICE_SIZE);
  try {
    const lattice = onLattice(enc.subarray(0, LATTICE_SIZE), key.lattice);
    return sha3_256(concat(lattice, await onCurve(key, point), point, key.curvePublic, LABEL)) as Bytes;
  } catch {
    return null;
  }
}

/** X-Wing keys as age recipients and identities, and HPKE single shot over them (SPEC §2, RFC 9180). */

import { chacha20poly1305 } from "@noble/ciphers/chacha.js";
import { expand, extract } from "@noble/hashes/hkdf.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { MLKEM768X25519 } from "@noble/post-quantum/hybrid.js";
import { bech32 } from "@scure/base";
import { type Bytes, concat, utf8 } from "../framing.js";
import { CryptoError, atStage, refuse } from "../errors.js";
import { decapsulate } from "./expanded.js";
import { nativeDecapsulate } from "./native.js";
import { Secret } from "../primitives.js";
import type { Rng } from "../randomness.js";
import { type Recipient, identitySeed, publicKey } from "./recipients.js";

export { RECIPIENT_SIZE, type Recipient, readRecipient } from "./recipients.js";

export const ENC_SIZE = 1120;
// "HPKE" ‖ KEM 0x647a (X-Wing) ‖ KDF 0x0001 (HKDF-SHA256) ‖ AEAD 0x0003 (ChaCha20Poly1305).
const SUITE = Uint8Array.of(0x48, 0x50, 0x4b, 0x45, 0x64, 0x7a, 0, 1, 0, 3);
const NOTHING = new Uint8Array(0);

/** An X-Wing key pair's seed; the public key is computed once, when it is asked for. `others` open too what this one does not. */
export class Identity {
  readonly #seed: Secret;
  #recipient: Recipient | undefined;

  constructor(seed: Secret, readonly others: readonly Identity[] = []) {
    if (seed.reveal().length !== 32) refuse("schema", "not an X-Wing seed");
    this.#seed = seed;
  }

  static draw(rng: Rng): Identity {
    return new Identity(new Secret(rng(32)));
  }

  /** Reads `AGE-SECRET-KEY-PQ-1…`, upper case. */
  static read(text: string): Identity {
    return new Identity(new Secret(identitySeed(text)));
  }

  get seed(): Secret {
    return this.#seed;
  }

  get recipient(): Recipient {
    this.#recipient ??= encodeRecipient(MLKEM768X25519.getPublicKey(this.#seed.reveal()));
    return this.#recipient;
  }

  /** `AGE-SECRET-KEY-PQ-1…`, as stock age reads it. */
  write(): string {
    return bech32.encode("age-secret-key-pq-", bech32.toWords(this.#seed.reveal()), false).toUpperCase();
  }
}

function encodeRecipient(key: Uint8Array): Recipient {
  return bech32.encode("age1pq", bech32.toWords(key), false) as string as Recipient;
}

function labeledExtract(salt: Uint8Array, label: string, ikm: Uint8Array): Uint8Array {
  return extract(sha256, concat(utf8("HPKE-v1"), SUITE, utf8(label), ikm), salt);
}

function labeledExpand(key: Uint8Array, label: string, info: Uint8Array, size: number): Uint8Array {
  return expand(sha256, key, concat(Uint8Array.of(size >> 8, size & 255), utf8("HPKE-v1"), SUITE, utf8(label), info), size);
}

const contexts = new Map<string, Bytes>();

/** What a key schedule takes from the info alone, which is always one of a few. */
function contextOf(info: string): Bytes {
  let found = contexts.get(info);
  if (found === undefined) contexts.set(info, found = concat(Uint8Array.of(0), labeledExtract(NOTHING, "psk_id_hash", NOTHING), labeledExtract(NOTHING, "info_hash", utf8(info))));
  return found;
}

/** RFC 9180 §5.1, base mode; single shot, so the base nonce is the nonce. */
function cipher(sharedSecret: Uint8Array, info: string): ReturnType<typeof chacha20poly1305> {
  const context = contextOf(info);
  const secret = labeledExtract(sharedSecret, "secret", NOTHING);
  return chacha20poly1305(labeledExpand(secret, "key", context, 32), labeledExpand(secret, "base_nonce", context, 12));
}

export interface HpkeSealed {
  readonly enc: Bytes;
  readonly ct: Bytes;
}

/** HPKE base mode, single shot. */
export function hpkeSeal(recipient: Recipient, plaintext: Uint8Array, info: string, rng: Rng): HpkeSealed {
  const key = publicKey(recipient);
  const { cipherText, sharedSecret } = atStage("schema", "an X-Wing public key of low order", () => MLKEM768X25519.encapsulate(key, rng(64)));
  return { enc: cipherText as Bytes, ct: cipher(sharedSecret, info).encrypt(plaintext) as Bytes };
}

async function sharedSecretOf(identity: Identity, enc: Uint8Array): Promise<Uint8Array | null> {
  return (await nativeDecapsulate(identity.seed, enc)) ?? decapsulate(identity.seed, enc);
}

/** Opens what hpkeSeal made, or gives null when it was sealed to another key or altered. */
export async function hpkeOpen(identity: Identity, sealed: HpkeSealed, info: string): Promise<Bytes | null> {
  if (sealed.enc.length !== ENC_SIZE) throw new CryptoError("hpke", "a wrong size");
  const opened = await openedBy(identity, sealed, info);
  if (opened !== null) return opened;
  for (const other of identity.others) {
    const found = await openedBy(other, sealed, info);
    if (found !== null) return found;
  }
  return null;
}

async function openedBy(identity: Identity, sealed: HpkeSealed, info: string): Promise<Bytes | null> {
  const secret = await sharedSecretOf(identity, sealed.enc);
  if (secret === null) return null;
  try {
    return cipher(secret, info).decrypt(sealed.ct) as Bytes;
  } catch {
    return null;
  }
}

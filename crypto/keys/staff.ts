/** Staff keys: one seed, wrapped under passphrase and device secret (SPEC §8). */

import { chacha20poly1305 } from "@noble/ciphers/chacha.js";
import { type B64, type Bytes, b64decode, b64encode, concat, frame, utf8 } from "../framing.js";
import { readCode, writeCode } from "../codes.js";
import { refuse } from "../errors.js";
import { type KdfCost, type Progress, Secret, checkSignature, hkdf, noProgress, sha256, sign, stretch, verifyKey } from "../primitives.js";
import type { Rng } from "../randomness.js";
import { type Name, type Read, base64, id16, record, version } from "../shape.js";
import { Identity, type Recipient, readRecipient } from "../sealing/xwing.js";

/** Who signs, for which office, and how. */
export interface Signer {
  readonly id: string;
  readonly office: B64;
  readonly sign: (message: Bytes) => Bytes;
}

// Constants on purpose: a cost read from a server is a cost that the server can lower.
export const STAFF_COST: KdfCost = { memory: 65_536, passes: 3, lanes: 1 };
const DEVICE_SECRET_SIZE = 16;
const SEED_SIZE = 32;
/** Seeds in one wrapped key: the one in force, and such as are coming or were before. */
export const SEEDS = 4;
const TAG = 16;
const WHITE = /[\u0009-\u000d\u0020\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/g;

const holdsSeeds = (size: number): boolean => size > 0 && size <= SEEDS * SEED_SIZE && size % SEED_SIZE === 0;
const boxShape = (value: unknown): B64 => {
  const found = base64(undefined, SEEDS * SEED_SIZE + TAG)(value);
  return holdsSeeds(b64decode(found).length - TAG) ? found : refuse("schema", "not a box of one to four seeds");
};
/** The wrapped key of a member, as the server and key files have it. */
export const wrappedShape = record({ v: version, salt: id16, nonce: base64(12), box: boxShape });
/** The wrapped key that the server keeps. */
export type WrappedKey = Read<typeof wrappedShape>;

/** Whose key, where. */
export interface Member {
  readonly office: B64;
  readonly member: Name;
}

/** What opens a wrapped key: the passphrase that a person knows and the secret that a device holds. */
export interface Unlocking {
  readonly passphrase: string;
  readonly device: Secret;
}

/** The keys of a member of an office. */
export class StaffKeys {
  readonly office: B64;
  readonly member: Name;
  readonly #identity: Identity;
  readonly #signing: Secret;
  readonly #keyring: Secret;

  /** `others`: the same member's keys from before a change of keys, or those that still wait for it. */
  constructor(seed: Secret, { office, member }: Member, readonly others: readonly StaffKeys[] = []) {
    const derive = (label: string): Secret => new Secret(hkdf(seed.reveal(), label));
    this.office = office;
    this.member = member;
    this.#identity = new Identity(derive("yanlu/v1/staff-seal"), others.map((one) => one.identity));
    this.#signing = derive("yanlu/v1/staff-sign");
    this.#keyring = derive("yanlu/v1/staff-keyring");
  }

  get identity(): Identity {
    return this.#identity;
  }

  /** `age1pq1…`, for the directory. */
  get recipient(): Recipient {
    return this.#identity.recipient;
  }

  /** The Ed25519 public key, b64, for the directory. */
  get signing(): B64 {
    return b64encode(verifyKey(this.#signing));
  }

  get keyringKey(): Secret {
    return this.#keyring;
  }

  /** A signature over a frame. */
  sign(message: Uint8Array): Bytes {
    return sign(this.#signing, message);
  }

  /** This member as the signer of items. */
  signer(): Signer {
    return { id: this.member, office: this.office, sign: (message) => this.sign(message) };
  }
}

/** 32 random bytes; never leaves the member's device unwrapped. */
export function drawStaffSeed(rng: Rng): Secret {
  return new Secret(rng(32));
}

/** 16 random bytes; printed on the recovery sheet, never sent. */
export function drawDeviceSecret(rng: Rng): Secret {
  return new Secret(rng(DEVICE_SECRET_SIZE));
}

/** The device secret as a code for the recovery sheet. */
export function deviceSecretText(secret: Secret): string {
  return writeCode(secret.reveal());
}

/** The device secret from its code; refused at `schema`. */
export function readDeviceSecret(text: string): Secret {
  return new Secret(readCode(text, DEVICE_SECRET_SIZE));
}

/** The single seeds of a wrapped key, as views of the same bytes. */
export function eachSeed(seeds: Secret): Secret[] {
  const all = seeds.reveal();
  const count = Math.ceil(all.length / SEED_SIZE);
  return Array.from({ length: count }, (_, at) => new Secret(all.subarray(at * SEED_SIZE, (at + 1) * SEED_SIZE)));
}

/** All keys that follow from a member's seed; of several (32 bytes each) the first signs, and all open. */
export function staffKeys(seeds: Secret, member: Member): StaffKeys {
  const [seed, ...rest] = eachSeed(seeds);
  return new StaffKeys(seed ?? refuse("schema", "no seed"), member, rest.map((one) => new StaffKeys(one, member)));
}

/** NFKC, lower case, runs of white space to one space, trimmed. */
export function normalPassphrase(passphrase: string): string {
  return passphrase.normalize("NFKC").toLowerCase().replace(WHITE, " ").replace(/^ | $/g, "");
}

/** A key from the passphrase and a secret that the person holds; takes some seconds, in slices. */
export async function deriveWith(passphrase: string, held: Secret, salt: Uint8Array, label: string, progress: Progress): Promise<Bytes> {
  const stretched = await stretch(utf8(normalPassphrase(passphrase)), salt, STAFF_COST, progress);
  return hkdf(concat(stretched.reveal(), held.reveal()), label);
}

function aad({ office, member }: Member, salt: Uint8Array): Bytes {
  return frame("yanlu/v1/wrapped-key", b64decode(office), utf8(member), salt);
}

/** Wraps a seed, or up to four, for the server to keep; takes some seconds, in slices. */
export async function wrapStaffSeed(seed: Secret, unlocking: Unlocking, member: Member, rng: Rng, progress: Progress = noProgress): Promise<WrappedKey> {
  const salt = rng(16);
  const kek = await deriveWith(unlocking.passphrase, unlocking.device, salt, "yanlu/v1/kek", progress);
  return boxSeed(seed, kek, salt, aad(member, salt), rng);
}

/** A wrapped key under a KEK that was made with this salt. */
export function boxSeed(seed: Secret, kek: Uint8Array, salt: Uint8Array, bound: Uint8Array, rng: Rng): WrappedKey {
  if (!holdsSeeds(seed.reveal().length)) refuse("schema", "not one to four seeds");
  const nonce = rng(12);
  const box = chacha20poly1305(kek, nonce, bound).encrypt(seed.reveal());
  return { v: 1, salt: b64encode(salt), nonce: b64encode(nonce), box: b64encode(box) };
}

/** The seed of a wrapped key; `keyed` gives KEK and aad for its salt. Refused at `wrapped-key` where they do not fit. */
export async function unboxSeed(wrapped: unknown, keyed: (salt: Bytes) => Promise<readonly [Bytes, Bytes]>): Promise<Secret> {
  const found = wrappedShape(wrapped);
  const [kek, bound] = await keyed(b64decode(found.salt));
  try {
    return new Secret(chacha20poly1305(kek, b64decode(found.nonce), bound).decrypt(b64decode(found.box)));
  } catch {
    return refuse("wrapped-key", "passphrase, or what a device or passkey gives, does not fit");
  }
}

/** The seed; refused at `wrapped-key` when passphrase, device secret or key do not fit. */
export async function unwrapStaffSeed(wrapped: unknown, unlocking: Unlocking, member: Member, progress: Progress = noProgress): Promise<Secret> {
  return unboxSeed(wrapped, async (salt) => [await deriveWith(unlocking.passphrase, unlocking.device, salt, "yanlu/v1/kek", progress), aad(member, salt)]);
}

/** The secret that signs in (b64, 32 bytes); the server keeps a slow hash of it. */
export async function signinSecret(unlocking: Unlocking, member: Member, progress: Progress = noProgress): Promise<B64> {
  return b64encode(await deriveWith(unlocking.passphrase, unlocking.device, signinSalt(member), "yanlu/v1/signin", progress));
}

/** The 16-byte salt of sign-in secrets, which no server is asked for. */
export function signinSalt({ office, member }: Member): Bytes {
  return sha256(frame("yanlu/v1/signin-salt", b64decode(office), utf8(member))).slice(0, 16);
}

function enrolmentFrame(office: B64, member: Name, recipient: string, code: string): Bytes {
  return frame("yanlu/v1/enrol", b64decode(office), utf8(member), utf8(recipient), sha256(utf8(code)));
}

/** Proof at enrolment that recipient and signing key belong together (b64). `code` is the invite code as the server wrote it. */
export function proveKeys(staff: StaffKeys, code: string): B64 {
  return b64encode(staff.sign(enrolmentFrame(staff.office, staff.member, staff.recipient, code)));
}

/** What a member hands in at enrolment. */
export interface Enrolled extends Member {
  readonly recipient: string;
  readonly signing: B64;
  readonly proof: B64;
}

/** Refuses at `schema` or `signature` unless the proof fits; what a keeper's page checks before it signs. */
export function checkProofOfKeys(enrolled: Enrolled, code: string): void {
  const { office, member, recipient, signing, proof } = enrolled;
  checkSignature(b64decode(signing, 32), enrolmentFrame(office, member, readRecipient(recipient), code), b64decode(proof, 64));
}

/** Opens grants in the order of SPEC §5, pins them, and keeps them in the member's keyring (SPEC §8). */

import { type B64, b64decode, b64encode, frame, u64, utf8 } from "../framing.js";
import { VerifiedDirectory } from "../office/directory.js";
import { seal } from "../sealing/age.js";
import { openRead } from "../sealing/whole.js";
import { CryptoError, ExclusionMissing, refuse } from "../errors.js";
import { EPOCH_LIMIT } from "./documents.js";
import { type EpochKeys, type GrantBody, type Packet, caseIdentity, keysOf, readGrantBody, readPacket } from "./grantbody.js";
import { openHistory } from "./history.js";
import { type PreviousEpoch, type RegrantStatement, type RegrantProof, bindingOf, checkRegrant, firstDay } from "./regrants.js";
import { checkEnvelope } from "../sealing/header.js";
import { BUCKETS } from "../office/holders.js";
import { GRANT_SIZE, padText, readPadded } from "../padding.js";
import { checkMac, mac, sha256 } from "../primitives.js";
import type { Rng } from "../randomness.js";
import { type Name, type Read, anything, base64, hash32, id16, integer, oneOf, record, version } from "../shape.js";
import type { StaffKeys } from "../keys/staff.js";
import type { Identity } from "../sealing/xwing.js";

const BODY_LIMIT = 40_960;
const entryShape = record({ v: version, case: id16, seq: integer(1, EPOCH_LIMIT + 1), mac: hash32, body: base64(undefined, BODY_LIMIT) });
/** A keyring entry as the server keeps it; `seq` is the epoch + 1. */
export type KeyringEntry = Read<typeof entryShape>;
const entryTextShape = record({ v: version, grant: hash32, bucket: oneOf(...BUCKETS), body: anything });

/** What a member's keyring holds about a case. */
export interface Pin {
  readonly epoch: number;
  readonly hash: B64;
  readonly holders: readonly Name[];
  readonly excluded: readonly Name[];
}

/**
 * An opened grant; with the keys of the epochs before, once its history document was opened. They are not there where it is another
 * document than the grant names: what was written before can't be read then, and all of this epoch can.
 */
export class Grant {
  readonly #body: GrantBody;
  readonly #past: readonly EpochKeys[] | null;
  readonly hash: B64;
  readonly bucket: number;
  readonly #reader: Identity | null;

  constructor(body: GrantBody, hash: B64, bucket: number, past: readonly EpochKeys[] | null = null, reader: Identity | null = null) {
    this.#reader = reader;
    this.#body = body;
    this.#past = body.epoch === 0 ? [] : past;
    this.hash = hash;
    this.bucket = bucket;
  }

  /** All of it, seeds and keys too; for the verbs of this package. */
  get body(): GrantBody {
    return this.#body;
  }

  /** The key by which it was opened: the office key of epoch 0 is sealed to the same. Secret. */
  get reader(): Identity | null {
    return this.#reader;
  }

  /** The keys of the epochs before; null while the history document was not opened. Secret. */
  get past(): readonly EpochKeys[] | null {
    return this.#past;
  }

  /** The keys that are known, by epoch. Secret. */
  keys(): Map<number, EpochKeys> {
    return new Map([...(this.#past ?? []).entries(), [this.epoch, keysOf(this.#body)]]);
  }

  /** The grant with the keys of the epochs before; without them where the document is not the one that it names. */
  withHistory(sealed: Uint8Array | null): Grant {
    return new Grant(this.#body, this.hash, this.bucket, pastOf(this.#body, sealed), this.#reader);
  }

  get case(): B64 {
    return this.#body.case;
  }

  get epoch(): number {
    return this.#body.epoch;
  }

  get entity(): Name {
    return this.#body.entity;
  }

  get policy(): Name {
    return this.#body.policy;
  }

  get holders(): readonly Name[] {
    return this.#body.holders;
  }

  get excluded(): readonly Name[] {
    return this.#body.excluded;
  }

  get pin(): Pin {
    const { epoch, holders, excluded } = this.#body;
    return { epoch, hash: this.hash, holders, excluded };
  }

  /** The access token (b64) that a claim carries. */
  access(): B64 {
    return this.#body.access;
  }
}

function pastOf(body: GrantBody, sealed: Uint8Array | null): EpochKeys[] | null {
  try {
    return openHistory(body, sealed);
  } catch (error) {
    if (error instanceof CryptoError) return null;
    throw error;
  }
}

/** What the signatures under a re-grant name, beside day, directory and binding. */
export function moveOf({ body, hash }: Grant): RegrantStatement {
  return { office: body.office, case: body.case, epoch: body.epoch, previous: body.previous, grant: hash };
}

/** The epoch before a re-grant, as its body tells it; `before` is that epoch's own, where the reader has it. */
export function formerOf(body: GrantBody, before: GrantBody | null): PreviousEpoch {
  const notBefore = before !== null && before.epoch + 1 === body.epoch ? firstDay(before.epoch, before.day) : null;
  return { holders: body.previous_holders, excluded: body.excluded, entity: body.entity, notBefore };
}

/** What is to be signed under a re-grant, as its body gives it. */
export function unsignedProof(body: GrantBody): RegrantProof {
  const binding = bindingOf(caseIdentity(keysOf(body)).recipient, body.macs, body.holders);
  return { day: body.day, sequence: body.directory.sequence, binding, signatures: [] };
}

/**
 * Step 6 of open_grant: who decided a re-grant, as the case's event tells it; null for a first grant. Nothing may be taken over
 * from a grant before this has passed: no pin, no reading, no writing. Refused at `signature`, `excluded`, `successor`.
 */
export function checkProof(directory: VerifiedDirectory, grant: Grant, proof: RegrantProof | null, before: Grant | null = null, needed?: number): void {
  const { body } = grant;
  if ((proof === null) !== (body.epoch === 0)) refuse("signature", "a re-grant that nobody signed, or a first grant that somebody did");
  if (proof === null) return;
  const wanted = unsignedProof(body);
  const same = proof.day === wanted.day && proof.sequence === wanted.sequence && proof.binding === wanted.binding;
  if (!same) refuse("successor", "signed for other keys, holders or another day than those of the grant");
  checkRegrant(directory, moveOf(grant), body.holders, proof, formerOf(body, before?.body ?? null), needed);
}

/** Step 4 of open_grant: refused at `epoch`, `successor`, `excluded`. */
export function checkPin(body: GrantBody, hash: B64, pin: Pin): void {
  if (body.epoch < pin.epoch) refuse("epoch", "an older grant than the one already opened");
  if (body.epoch === pin.epoch && hash !== pin.hash) refuse("successor", "a second grant of the same epoch");
  if (body.epoch === pin.epoch + 1) {
    if (body.previous !== pin.hash) refuse("successor", "does not continue the grant already opened");
    const same = [...body.previous_holders].sort().join(" ") === [...pin.holders].sort().join(" ");
    if (!same) refuse("successor", "names other holders before it than there were");
  }
  if (!pin.excluded.every((id) => body.excluded.includes(id))) throw new ExclusionMissing(pin.excluded);
}

/** Opens a grant's age file. */
export async function openGrantBody(packet: Packet, identity: Identity): Promise<GrantBody> {
  return readGrantBody(readPadded(await openRead(identity, packet.sealed, packet.header), [GRANT_SIZE]));
}

async function openOrNull(packet: Packet, identity: Identity): Promise<GrantBody | null> {
  try {
    return await openGrantBody(packet, identity);
  } catch (error) {
    if (error instanceof CryptoError && error.stage === "no-match") return null;
    throw error;
  }
}

/** Opens a grant packet and checks it against the pin; a re-grant needs `checkProof` then. null for one that is not addressed to this member, or a dummy. */
export async function openGrant(staff: StaffKeys, packet: Uint8Array, directory: VerifiedDirectory, pin: Pin | null = null): Promise<Grant | null> {
  // 1. Packet and stanza count.
  return openPacket(staff, readPacket(packet), directory, pin);
}

/** The same of a packet that was taken apart. */
export async function openPacket(staff: StaffKeys, parts: Packet, directory: VerifiedDirectory, pin: Pin | null = null): Promise<Grant | null> {
  VerifiedDirectory.check(directory);
  // 2. Opens with the member's key. 3. JSON and shape.
  const body = await openOrNull(parts, staff.identity);
  if (body === null) return null;
  if (body.office !== staff.office || body.office !== directory.office) refuse("schema", "a grant of another office");
  // 3. The member is a holder, nobody excluded is one.
  const barred = body.holders.some((id) => body.excluded.includes(id));
  if (barred || !body.holders.includes(staff.member)) refuse("excluded", "this grant is not for this member");
  // 4. The pin. (5. The claim, and 6. who decided it, come after: see checkProof.)
  if (pin !== null) checkPin(body, parts.hash, pin);
  return new Grant(body, parts.hash, parts.bucket, null, staff.identity);
}

function entryFrame(staff: StaffKeys, caseId: B64, seq: number, body: Uint8Array): Uint8Array<ArrayBuffer> {
  return frame("yanlu/v1/keyring", b64decode(staff.office), utf8(staff.member), b64decode(caseId), u64(seq), sha256(body));
}

/** The keyring entry of an opened grant, for the member alone. */
export async function sealKeyringEntry(staff: StaffKeys, grant: Grant, rng: Rng): Promise<KeyringEntry> {
  const text = padText({ v: 1, grant: grant.hash, bucket: grant.bucket, body: grant.body });
  const body = await seal([staff.recipient], text, rng);
  const seq = grant.epoch + 1;
  const tag = mac(staff.keyringKey.reveal(), entryFrame(staff, grant.case, seq, body));
  return { v: 1, case: grant.case, seq, mac: b64encode(tag), body: b64encode(body) };
}

/** Made with the keys in force, or with those of the same member from before. */
function checkEntryMac(staff: StaffKeys, message: Uint8Array, tag: Uint8Array): void {
  const holds = (keys: StaffKeys): boolean => {
    try {
      checkMac(keys.keyringKey.reveal(), message, tag);
      return true;
    } catch {
      return false;
    }
  };
  if (![staff, ...staff.others].some(holds)) refuse("mac", "the MAC does not verify");
}

/** The grant of a keyring entry, which is also the pin; refused at `mac`, `no-match` …, `epoch`. */
export async function openKeyringEntry(staff: StaffKeys, entry: unknown): Promise<Grant> {
  const found = entryShape(entry);
  const sealed = b64decode(found.body);
  const header = checkEnvelope(sealed, 1);
  checkEntryMac(staff, entryFrame(staff, found.case, found.seq, sealed), b64decode(found.mac));
  const text = entryTextShape(readPadded(await openRead(staff.identity, sealed, header)));
  const body = readGrantBody(text.body);
  if (body.case !== found.case) refuse("schema", "an entry of another case");
  if (body.epoch + 1 !== found.seq) refuse("epoch", "not the epoch that the entry says");
  return new Grant(body, text.grant, text.bucket, null, staff.identity);
}

/** The body of a grant, and its packet taken apart and put together (SPEC §5). */

import { type B64, type Bytes, b64encode, concat, u32 } from "../framing.js";
import { EPOCH_LIMIT, macsShape, seenShape } from "./documents.js";
import { refuse } from "../errors.js";
import { type Header, checkEnvelope } from "../sealing/header.js";
import { BUCKETS, fillBucket } from "../office/holders.js";
import { seal } from "../sealing/age.js";
import { GRANT_SIZE, padExactly } from "../padding.js";
import { sha256, sha256Large } from "../primitives.js";
import type { Rng } from "../randomness.js";
import { type Read, day, distinct, hash32, id16, integer, maybe, name, names, oneOf, record, version } from "../shape.js";
import { identityShape, recipientShape } from "../sealing/recipients.js";
import { Identity, type Recipient } from "../sealing/xwing.js";

export const PACKET_SIZES: Readonly<Record<number, number>> = { 8: 24_576, 16: 40_960, 32: 65_536 };

const keysFields = { seed: identityShape, office_seed: maybe(identityShape), macs: macsShape };
/** What one epoch is read and written with; epoch 0 begins without an office key. Secret. */
export const keysShape = record(keysFields);
export type EpochKeys = Read<typeof keysShape>;

const bodyShape = record({
  v: version, type: oneOf("grant"), office: id16, case: id16, epoch: integer(0, EPOCH_LIMIT), ...keysFields,
  history: maybe(record({ hash: hash32, key: hash32 })), reporter: recipientShape, receipt_change: integer(0), act: hash32, holders: distinct(name, 32), excluded: names, access: hash32, directory: seenShape,
  release: maybe(hash32), entity: name, policy: name, previous: maybe(hash32), previous_holders: distinct(name, 32), day,
});
/** What a holder of a case gets, as JSON: the keys of this epoch, and which document holds those of the epochs before. Secret. */
export type GrantBody = Read<typeof bodyShape>;

/** Reads a grant's body and checks that it is whole in itself. */
export function readGrantBody(value: unknown): GrantBody {
  const body = bodyShape(value);
  const first = body.epoch === 0;
  if (first !== (body.previous === null) || (first && body.previous_holders.length > 0)) refuse("schema", "only a re-grant has a grant before it");
  if (first !== (body.history === null) || first !== (body.office_seed === null)) refuse("schema", "office key or former keys in the wrong grant");
  if (first && body.receipt_change !== 0) refuse("schema", "nothing changed before the first grant");
  if (body.holders.length === 0) refuse("schema", "a grant without holders");
  return body;
}

export interface Packet {
  readonly sealed: Bytes;
  readonly bucket: number;
  readonly header: Header;
  /** The grant hash. */
  readonly hash: B64;
}

/** The packet of a sealed grant, exactly as long as its bucket says. */
export function writePacket(sealed: Uint8Array, bucket: number): Bytes {
  const content = concat(u32(sealed.length), sealed);
  const size = PACKET_SIZES[bucket] ?? refuse("stanzas", "not a bucket");
  if (content.length > size) refuse("schema", "the packet does not fit its bucket");
  return concat(content, new Uint8Array(size - content.length));
}

/** Takes a packet apart and checks its envelope; needs no key. Nothing in it is in clear but its length. */
export function readPacket(packet: Uint8Array): Packet {
  const parts = packetParts(packet);
  return { ...parts, hash: b64encode(sha256(parts.sealed)) };
}

/** The same, hashed by the browser: a desk reads a thousand of them after a sign-in. */
export async function readLargePacket(packet: Uint8Array): Promise<Packet> {
  const parts = packetParts(packet);
  return { ...parts, hash: b64encode(await sha256Large(parts.sealed)) };
}

/** The same without its hash, for a look at its envelope. */
export function packetParts(packet: Uint8Array): Omit<Packet, "hash"> {
  const bucket = BUCKETS.find((size) => PACKET_SIZES[size] === packet.length) ?? refuse("schema", "not the size of a grant packet");
  const end = 4 + new DataView(packet.buffer, packet.byteOffset).getUint32(0);
  if (end > packet.length) refuse("schema", "the packet's length does not fit");
  if (packet.subarray(end).some((byte) => byte !== 0)) refuse("schema", "something stands behind the grant");
  const sealed = packet.slice(4, end) as Bytes;
  return { sealed, bucket, header: checkEnvelope(sealed, bucket) };
}

/** The age file of a grant, filled up to its bucket and shuffled. */
export function sealGrantBody(body: GrantBody, recipients: readonly Recipient[], bucket: number, rng: Rng): Promise<Bytes> {
  return seal(fillBucket(recipients, bucket, rng), padExactly(readGrantBody(body), GRANT_SIZE), rng);
}

/** The keys of a grant's own epoch. */
export function keysOf({ seed, office_seed, macs }: GrantBody): EpochKeys {
  return { seed, office_seed, macs };
}

/** The case key of an epoch. */
export function caseIdentity({ seed }: EpochKeys): Identity {
  return Identity.read(seed);
}

/** The office key of an epoch, if there is one. */
export function officeIdentity({ office_seed }: EpochKeys): Identity | null {
  return office_seed === null ? null : Identity.read(office_seed);
}

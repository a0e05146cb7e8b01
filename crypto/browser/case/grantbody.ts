/** The body of a grant, and its packet taken apart and put together (SPEC §5). */

import { type B64, type Bytes, b64decode, b64encode, concat, u32 } from "../bytes.js";
import { macsShape, seenShape } from "./documents.js";
import { refuse } from "../errors.js";
import { checkEnvelope } from "../sealing/header.js";
import { BUCKETS, fillBucket } from "../office/holders.js";
import { seal } from "../sealing/envelope.js";
import { GRANT_SIZE, padExactly } from "../padding.js";
import { sha256 } from "../primitives.js";
import type { Rng } from "../randomness.js";
import { type Read, day, distinct, hash32, id16, integer, list, maybe, name, names, oneOf, record, text, version } from "../shapes.js";
import { identitySeed, recipientShape } from "../sealing/recipient.js";
import { Identity, type Recipient } from "../sealing/xwing.js";

export const EPOCH_LIMIT = 16;
export const PACKET_SIZES: Readonly<Record<number, number>> = { 8: 24_576, 16: 40_960, 32: 65_536 };

const identity = (value: unknown): string => {
  const written = text(128)(value);
  identitySeed(written);
  return written;
};
const bodyShape = record({
  v: version, type: oneOf("grant"), office: id16, case: id16, epoch: integer(0, EPOCH_LIMIT), seeds: list(identity, EPOCH_LIMIT + 1),
  office_seeds: list(record({ epoch: integer(1, EPOCH_LIMIT), seed: identity }), EPOCH_LIMIT + 1), macs: list(macsShape, EPOCH_LIMIT + 1),
  reporter: recipientShape, act: hash32, holders: distinct(name, 32), excluded: names, access: hash32, directory: seenShape,
  release: maybe(hash32), entity: name, policy: name, previous: maybe(hash32), previous_holders: distinct(name, 32), day,
});
/** Everything that a holder of a case knows, as JSON. Secret. */
export type GrantBody = Read<typeof bodyShape>;

/** Reads a grant's body and checks that it is whole in itself. */
export function readGrantBody(value: unknown): GrantBody {
  const body = bodyShape(value);
  if (body.seeds.length !== body.epoch + 1 || body.macs.length !== body.epoch + 1) refuse("schema", "not the keys of every epoch");
  const first = body.epoch === 0;
  if (first !== (body.previous === null) || (first && body.previous_holders.length > 0)) refuse("schema", "only a re-grant has a grant before it");
  const epochs = body.office_seeds.map((seed) => seed.epoch);
  if (epochs.some((epoch, i) => epoch > body.epoch || (i > 0 && epoch <= (epochs[i - 1] as number)))) refuse("schema", "office keys out of order");
  if (body.holders.length === 0) refuse("schema", "a grant without holders");
  return body;
}

export interface Packet {
  readonly sealed: Bytes;
  readonly bucket: number;
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
  const bucket = BUCKETS.find((size) => PACKET_SIZES[size] === packet.length) ?? refuse("schema", "not the size of a grant packet");
  const end = 4 + new DataView(packet.buffer, packet.byteOffset).getUint32(0);
  if (end > packet.length) refuse("schema", "the packet's length does not fit");
  if (packet.subarray(end).some((byte) => byte !== 0)) refuse("schema", "something stands behind the grant");
  const sealed = packet.slice(4, end) as Bytes;
  checkEnvelope(sealed, bucket);
  return { sealed, bucket, hash: b64encode(sha256(sealed)) };
}

/** The age file of a grant, filled up to its bucket and shuffled. */
export function sealGrantBody(body: GrantBody, recipients: readonly Recipient[], bucket: number, rng: Rng): Promise<Bytes> {
  return seal(fillBucket(recipients, bucket, rng), padExactly(readGrantBody(body), GRANT_SIZE), rng);
}

/** The raw MAC key behind its b64. */
export function macKey(body: GrantBody, epoch: number, direction: "to_office" | "to_reporter"): Bytes | null {
  const keys = body.macs[epoch];
  return keys === undefined ? null : b64decode(keys[direction]);
}

/** The case key of an epoch. */
export function caseIdentity(body: GrantBody, epoch: number): Identity | null {
  const seed = body.seeds[epoch];
  return seed === undefined ? null : Identity.read(seed);
}

/** The office key in force in an epoch, if there was one. */
export function officeIdentity(body: GrantBody, epoch: number): Identity | null {
  const seed = body.office_seeds.filter((one) => one.epoch <= epoch).at(-1);
  return seed === undefined ? null : Identity.read(seed.seed);
}

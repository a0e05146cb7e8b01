/** Items: MAC, hash, inside and signature; sealing one, and checking one (SPEC §6). */

import { type B64, type Bytes, b64decode, b64encode, frame, u64, utf8 } from "../framing.js";
import { type Direction, DIRECTION_OF, type Item, type ItemType, type PayloadOf, innerShape, isOfficeKey, payloads, stanzasOf } from "./documents.js";
import { seal } from "../sealing/age.js";
import { openRead } from "../sealing/whole.js";
import { checkEnvelope, lastFirst } from "../sealing/header.js";
import { refuse } from "../errors.js";
import { padText, readPadded } from "../padding.js";
import { ZERO_HASH, checkMac, mac, sha256, sha256Large } from "../primitives.js";
import type { Rng } from "../randomness.js";
import type { Signer } from "../keys/staff.js";
import { readJsonText, writeJsonText } from "../text.js";
import type { Identity, Recipient } from "../sealing/xwing.js";

/** Where a direction stands: the last sequence number and that item's hash. */
export interface Head {
  readonly seq: number;
  readonly hash: B64;
}
export const START: Head = { seq: 0, hash: b64encode(ZERO_HASH) };

/** Where an item stands; everything that its MAC and signature cover besides its content. */
export interface Place {
  readonly case: B64;
  readonly epoch: number;
  readonly dir: Direction;
  readonly seq: number;
  readonly prev: B64;
  readonly seen: number;
}

function macInput(place: Place, digest: Uint8Array): Bytes {
  const { epoch, dir, seq, seen } = place;
  return frame("yanlu/v1/item-mac", b64decode(place.case), u64(epoch), utf8(dir), u64(seq), b64decode(place.prev), u64(seen), digest);
}

/** What is computed once of an item as read, which nobody changes: a desk reads ten thousand of them after a sign-in. */
function once<T>(compute: (item: Item) => T): (item: Item) => T {
  const known = new WeakMap<Item, T>();
  return (item) => {
    const found = known.get(item) ?? compute(item);
    known.set(item, found);
    return found;
  };
}

/** The sealed bytes of an item. */
export const bodyOf = once((item) => b64decode(item.body));

/** The envelope's header, looked at from outside; needs no key. */
export const headerOf = once((item) => checkEnvelope(bodyOf(item), stanzasOf(item)));

const digests = new WeakMap<Item, Bytes>();

/** Has the browser hash what is sealed: a desk reads a hundred megabytes of it. Without that the script does. */
export async function hashBody(item: Item): Promise<void> {
  digests.set(item, await sha256Large(bodyOf(item)));
}

const inputOf = once((item) => macInput(item, digests.get(item) ?? sha256(bodyOf(item))));

/** The hash that the next item of the direction names. */
export const itemHash = once((item): B64 => b64encode(sha256(frame("yanlu/v1/item-hash", inputOf(item), b64decode(item.mac)))));

/** Refuses at `mac` unless the item is authentic under the direction key. */
export function checkItemMac(item: Item, key: Uint8Array): void {
  checkMac(key, inputOf(item), b64decode(item.mac));
}

/** What the signature inside an item covers: all that its MAC binds, so that nobody else who holds the MAC key changes it. */
export function signedFrame(office: B64, type: ItemType, place: Place, payload: string): Bytes {
  const { epoch, dir, seq, seen } = place;
  return frame("yanlu/v1/signed", b64decode(office), utf8(type), b64decode(place.case), u64(epoch), utf8(dir), u64(seq), b64decode(place.prev), u64(seen), utf8(payload));
}

export interface Unsealed<T extends ItemType = ItemType> {
  readonly type: T;
  readonly payload: PayloadOf<T>;
}

/** How an item is to be sealed: where it stands, under which key, to whom, by whom. */
export interface Sealing {
  readonly case: B64;
  readonly epoch: number;
  readonly head: Head;
  readonly seen: number;
  readonly key: Uint8Array;
  readonly recipients: readonly Recipient[];
  readonly signer: Signer | null;
}

/** Seals one item behind `head`. */
export async function sealItem<T extends ItemType>(content: Unsealed<T>, how: Sealing, rng: Rng): Promise<Item> {
  const dir = DIRECTION_OF[content.type];
  const place: Place = { case: how.case, epoch: how.epoch, dir, seq: how.head.seq + 1, prev: how.head.hash, seen: how.seen };
  const payload = writeJsonText(payloads[content.type](content.payload));
  const sig = how.signer === null ? null : b64encode(how.signer.sign(signedFrame(how.signer.office, content.type, place, payload)));
  const inner = innerShape({ v: 1, type: content.type, payload, signer: how.signer?.id ?? null, sig });
  const body = await seal(how.recipients, padText(inner), rng);
  return { v: 1, ...place, mac: b64encode(mac(how.key, macInput(place, sha256(body)))), body: b64encode(body) };
}

/** The inside of an item after its MAC has been checked. */
export interface Opened {
  readonly content: Unsealed;
  /** The payload's bytes as received, which the signature covers. */
  readonly payload: string;
  readonly signer: string | null;
  readonly sig: Bytes | null;
}

/** Opens an item's body, `fromLast` by its last stanza first; refused at the envelope's stages, `padding`, `json`, `schema`. */
export async function openItem(item: Item, identity: Identity, fromLast = false): Promise<Opened> {
  const header = fromLast ? lastFirst(headerOf(item)) : headerOf(item);
  const inner = readInner(item.dir, readPadded(await openRead(identity, bodyOf(item), header)));
  if ((inner.content.type === "office-key") !== isOfficeKey(item)) refuse("schema", "an office key where none stands, or something else in its place");
  return inner;
}

/** Reads the JSON inside an item of that direction; refused at `json` and `schema`. */
export function readInner(dir: Direction, value: unknown): Opened {
  const inner = innerShape(value);
  if (DIRECTION_OF[inner.type] !== dir) refuse("schema", "a type that this direction does not carry");
  if ((inner.signer === null) !== (inner.sig === null)) refuse("schema", "a signature without a signer");
  const content = { type: inner.type, payload: payloads[inner.type](readJsonText(inner.payload)) } as Unsealed;
  return { content, payload: inner.payload, signer: inner.signer, sig: inner.sig === null ? null : b64decode(inner.sig) };
}

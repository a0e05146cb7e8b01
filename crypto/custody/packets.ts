/** Identity packets in their fixed size, real and dummy, equal in form (SPEC §6). */

import { chacha20poly1305 } from "@noble/ciphers/chacha.js";
import { type B64, type Bytes, b64decode, b64encode, concat, equalBytes, frame, utf8 } from "../framing.js";
import { type IdentityText, type Seal, identityShape } from "./names.js";
import { VerifiedDirectory } from "../office/directory.js";
import { refuse } from "../errors.js";
import { padExactly } from "../padding.js";
import { sha256 } from "../primitives.js";
import type { Rng } from "../randomness.js";
import { Identity, type Recipient, hpkeSeal } from "../sealing/xwing.js";

export const IDENTITY_SIZE = 49_152;
export const IDENTITY_TEXT = 8192;
export const SHARE_SLOTS = 30;
const SHARE_SIZE = 82;
const INFO = "yanlu/v1/identity-share";
const BOX_SIZE = 12 + IDENTITY_TEXT + 16;
const SHARES_AT = BOX_SIZE + SHARE_SLOTS * 1218 + 32;
const KEY_AT = SHARES_AT + SHARE_SLOTS * 32;

/** The 32 bytes in the fill of a later packet that take the packet of this handle back. */
export function withdrawalMark(handle: B64): Bytes {
  return sha256(frame("yanlu/v1/identity-withdrawn", b64decode(handle, 16)));
}

interface Inside {
  readonly key: Uint8Array;
  readonly text: Uint8Array;
  /** The slots of real shares, from the box's hash; and what stands behind the mark. */
  readonly shares: (box: Bytes) => { readonly slots: Bytes[]; readonly bound: Bytes };
  readonly withdraws: B64 | null;
}

function assemble({ key, text, shares, withdraws }: Inside, rng: Rng): Bytes {
  const nonce = rng(12);
  const box = concat(nonce, chacha20poly1305(key, nonce, utf8("yanlu/v1/identity")).encrypt(text));
  const { slots, bound } = shares(box);
  const throwAway = Identity.draw(rng).recipient;
  while (slots.length < SHARE_SLOTS) slots.push(slot(throwAway, rng(SHARE_SIZE), rng));
  const filled = concat(box, ...slots, withdraws === null ? rng(32) : withdrawalMark(withdraws), bound);
  return concat(filled, rng(IDENTITY_SIZE - filled.length));
}

function shareCommitment(nonce: Uint8Array, at: number, m: number, n: number, string: Uint8Array): Bytes {
  return sha256(frame("yanlu/v1/share", nonce, Uint8Array.of(at), Uint8Array.of(m), Uint8Array.of(n), string));
}

function keyCommitment(nonce: Uint8Array, key: Uint8Array): Bytes {
  return sha256(frame("yanlu/v1/packet-key", nonce, key));
}

/** Whether this is the string of that slot, of a quorum of m of n, that the packet's maker committed to. */
export function fitsCommitment(packet: Uint8Array, at: number, m: number, n: number, string: Uint8Array): boolean {
  const start = SHARES_AT + 32 * at;
  return equalBytes(packet.subarray(start, start + 32), shareCommitment(packet.subarray(0, 12), at, m, n, string));
}

/** Whether this is the key that the packet's maker committed to: the cipher alone would let two quorums find two names. */
export function fitsKey(packet: Uint8Array, key: Uint8Array): boolean {
  return equalBytes(packet.subarray(KEY_AT, KEY_AT + 32), keyCommitment(packet.subarray(0, 12), key));
}

/** The slots of each of n custodians, by place in the directory, where any m of them open. */
export function slotsOf(m: number, n: number): number[][] {
  const held = subsets(n, m).flat();
  return Array.from({ length: n }, (_, place) => [...held.keys()].filter((at) => held[at] === place));
}

function slot(recipient: Recipient, share: Uint8Array, rng: Rng): Bytes {
  const { enc, ct } = hpkeSeal(recipient, share, INFO, rng);
  return concat(enc, ct);
}

/** An identity packet that nobody opens; it may take an earlier one back. */
export function dummyIdentity(rng: Rng, withdraws: B64 | null = null): Bytes {
  return assemble({ key: rng(32), text: new Uint8Array(IDENTITY_TEXT), shares: () => ({ slots: [], bound: new Uint8Array(0) }), withdraws }, rng);
}

/** All m-subsets of 0…n−1, in lexicographic order. */
export function subsets(n: number, m: number, from = 0): number[][] {
  if (m === 0) return [[]];
  return Array.from({ length: n - from }, (_, i) => from + i).flatMap((first) => subsets(n, m - 1, first + 1).map((rest) => [first, ...rest]));
}

function xor(strings: readonly Uint8Array[]): Bytes {
  return strings.reduce<Bytes>((sum, string) => sum.map((byte, i) => byte ^ (string[i] as number)) as Bytes, new Uint8Array(32));
}

/** A packet for the custodians, and the seal that tells the office which one it is. */
export interface SealedName {
  readonly packet: Bytes;
  readonly seal: Seal;
}

/** Seals a name for the custodians of the directory under a fresh handle; `withdraws` is the handle it takes the place of. */
export function sealName(directory: VerifiedDirectory, identity: IdentityText, rng: Rng, withdraws: B64 | null = null): SealedName {
  VerifiedDirectory.checkCurrent(directory);
  const { m, members } = directory.content.custodians;
  const custodians = members.map((id) => (directory.validMember(id) ?? refuse("directory", "no custodians who could keep an identity")).recipient);
  if (m === 0) refuse("directory", "no custodians who could keep an identity");
  const [key, handle] = [rng(32), rng(16)];
  const n = custodians.length;
  const shares = (box: Bytes): { slots: Bytes[]; bound: Bytes } => {
    const [nonce, tail] = [box.subarray(0, 12), concat(handle, sha256(box), Uint8Array.of(m, n))];
    const strings = subsets(n, m).flatMap((group) => {
      const drawn = group.slice(1).map(() => rng(32));
      return [...drawn, xor([key, ...drawn])].map((string, i) => ({ string, to: custodians[group[i] as number] as Recipient }));
    });
    const bound = Array.from({ length: SHARE_SLOTS }, (_, at) => strings[at] === undefined ? rng(32) : shareCommitment(nonce, at, m, n, strings[at].string));
    return { slots: strings.map(({ string, to }) => slot(to, concat(string, tail), rng)), bound: concat(...bound, keyCommitment(nonce, key)) };
  };
  const packet = assemble({ key, text: padExactly(identityShape(identity), IDENTITY_TEXT), shares, withdraws }, rng);
  return { packet, seal: { handle: b64encode(handle), packet: b64encode(sha256(packet)), m, n } };
}

/** Identity packets in their fixed size, real and dummy, equal in form (SPEC §6). */

import { chacha20poly1305 } from "@noble/ciphers/chacha.js";
import { type B64, type Bytes, b64decode, b64encode, concat, frame, utf8 } from "../bytes.js";
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

/** The 32 bytes in the fill of a later packet that take the packet of this handle back. */
export function withdrawalMark(handle: B64): Bytes {
  return sha256(frame("yanlu/v1/identity-withdrawn", b64decode(handle, 16)));
}

interface Inside {
  readonly key: Uint8Array;
  readonly text: Uint8Array;
  /** The slots of real shares, from the box's hash. */
  readonly shares: (box: Bytes) => Bytes[];
  readonly withdraws: B64 | null;
}

function assemble({ key, text, shares, withdraws }: Inside, rng: Rng): Bytes {
  const nonce = rng(12);
  const box = concat(nonce, chacha20poly1305(key, nonce, utf8("yanlu/v1/identity")).encrypt(text));
  const slots = shares(box);
  const throwAway = Identity.draw(rng).recipient;
  while (slots.length < SHARE_SLOTS) slots.push(slot(throwAway, rng(SHARE_SIZE), rng));
  const filled = concat(box, ...slots, withdraws === null ? new Uint8Array(0) : withdrawalMark(withdraws));
  return concat(filled, rng(IDENTITY_SIZE - filled.length));
}

function slot(recipient: Recipient, share: Uint8Array, rng: Rng): Bytes {
  const { enc, ct } = hpkeSeal(recipient, share, INFO, rng);
  return concat(enc, ct);
}

/** An identity packet that nobody opens; it may take an earlier one back. */
export function dummyIdentity(rng: Rng, withdraws: B64 | null = null): Bytes {
  return assemble({ key: rng(32), text: new Uint8Array(IDENTITY_TEXT), shares: () => [], withdraws }, rng);
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
  const shares = (box: Bytes): Bytes[] => subsets(custodians.length, m).flatMap((group) => {
    const strings = group.slice(1).map(() => rng(32));
    const tail = concat(handle, sha256(box), Uint8Array.of(m, custodians.length));
    return [...strings, xor([key, ...strings])].map((string, i) => slot(custodians[group[i] as number] as Recipient, concat(string, tail), rng));
  });
  const packet = assemble({ key, text: padExactly(identityShape(identity), IDENTITY_TEXT), shares, withdraws }, rng);
  return { packet, seal: { handle: b64encode(handle), packet: b64encode(sha256(packet)), m, n: custodians.length } };
}

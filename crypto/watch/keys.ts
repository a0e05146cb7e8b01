/** What the officer and the two sides of a link open (SPEC §13); no page of reporters has it. */

import { chacha20poly1305 } from "@noble/ciphers/chacha.js";
import { type B64, type Bytes, b64decode, b64encode, equalBytes, frame, utf8 } from "../framing.js";
import type { VerifiedDirectory } from "../office/directory.js";
import { open, seal } from "../sealing/age.js";
import { checkEnvelope } from "../sealing/header.js";
import { refuse } from "../errors.js";
import { readPadded } from "../padding.js";
import { sha256 } from "../primitives.js";
import {
  LINK_BOX, LINK_INFO, LINK_SIZE, LINK_SLOT, LINK_SLOTS, LINK_TEXT, type Linked, PROTECTION_SIZE, type Protection, linkedShape, protectionShape, sideShape,
} from "./protection.js";
import type { Rng } from "../randomness.js";
import type { Read } from "../shape.js";
import { readJson } from "../text.js";
import { paddedRecipients } from "../office/paddedrecipients.js";
import { ENC_SIZE, type Identity, hpkeOpen } from "../sealing/xwing.js";

/** So many people at most may be protected through one receipt. */
export const PLACES = 4;

/** So many may open a file of evidence: how many really can is not to be seen. */
export const EVIDENCE_STANZAS = 8;

/** One side's part of a link's key. */
export type LinkShare = Read<typeof sideShape>;

/** What stands inside a protection packet; refused at `no-match` for a dummy. */
export async function openProtection(packet: Bytes, identity: Identity): Promise<Protection> {
  if (packet.length !== PROTECTION_SIZE) refuse("schema", "not a protection packet");
  checkEnvelope(packet, 1);
  return protectionShape(readJson(await open(identity, packet, 1), PROTECTION_SIZE));
}

/** What one person has of a link. */
export async function openLinkShare(link: Bytes, identity: Identity): Promise<LinkShare> {
  if (link.length !== LINK_SIZE) refuse("schema", "not a link");
  for (let number = 0; number < LINK_SLOTS; number += 1) {
    const slot = link.slice(LINK_BOX + number * LINK_SLOT, LINK_BOX + (number + 1) * LINK_SLOT);
    const found = await hpkeOpen(identity, { enc: slot.slice(0, ENC_SIZE), ct: slot.slice(ENC_SIZE) }, LINK_INFO);
    if (found === null) continue;
    if (!equalBytes(found.slice(32), sha256(link.slice(0, LINK_BOX)))) refuse("hpke", "a share of another link");
    return sideShape({ v: 1, link: b64encode(sha256(link)), side: number < LINK_SLOTS / 2 ? "inside" : "outside", string: b64encode(found.slice(0, 32)) });
  }
  return refuse("no-match", "no share of this link");
}

/** What a link tells, from one share of each side. */
export function openLink(link: Bytes, one: LinkShare, other: LinkShare): Linked {
  if (link.length !== LINK_SIZE) refuse("schema", "not a link");
  const digest: B64 = b64encode(sha256(link));
  if (one.side === other.side || one.link !== digest || other.link !== digest) refuse("payload", "a link opens by one share of each of its sides");
  const mine = b64decode(one.string);
  const key = b64decode(other.string).map((byte, i) => byte ^ (mine[i] as number));
  return linkedShape(readPadded(decrypt(key, link), [LINK_TEXT]));
}

function decrypt(key: Uint8Array, link: Bytes): Uint8Array {
  try {
    return chacha20poly1305(key, link.slice(0, 12), utf8(LINK_INFO)).decrypt(link.slice(12, LINK_BOX));
  } catch {
    return refuse("payload", "these shares do not open this link");
  }
}

/** The marks under which the entries of one watch handle lie. */
export function entryMarks(handle: B64): B64[] {
  return Array.from({ length: PLACES }, (_, place) => b64encode(sha256(frame("yanlu/v1/watch-entry", b64decode(handle, 16), Uint8Array.of(place)))));
}

/** Evidence for members of the directory of today, as an age file. */
export function sealEvidence(directory: VerifiedDirectory, readers: readonly string[], content: Uint8Array, rng: Rng): Promise<Bytes> {
  return seal(paddedRecipients(directory, readers, EVIDENCE_STANZAS, rng), content, rng);
}

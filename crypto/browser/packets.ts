/** Identity and protection packets in their fixed sizes; dummies for now, equal in form to real ones (SPEC §6). */

import { chacha20poly1305 } from "@noble/ciphers/chacha.js";
import { type Bytes, b64encode, concat, utf8 } from "./bytes.js";
import type { Packets } from "./documents.js";
import { seal } from "./envelope.js";
import type { Rng } from "./randomness.js";
import { Identity, hpkeSeal } from "./xwing.js";

export const IDENTITY_SIZE = 49_152;
export const PROTECTION_SIZE = 16_384;
const IDENTITY_TEXT = 8192;
const SHARE_SLOTS = 30;
const SHARE_SIZE = 82;
/** 16,384 bytes less header (1,627), payload nonce (16) and tag (16) of an age file with one stanza. */
const PROTECTION_TEXT = 14_725;

function dummyIdentity(rng: Rng): Bytes {
  const nonce = rng(12);
  const box = chacha20poly1305(rng(32), nonce, utf8("yanlu/v1/identity")).encrypt(new Uint8Array(IDENTITY_TEXT));
  const throwAway = Identity.draw(rng).recipient;
  const slots = Array.from({ length: SHARE_SLOTS }, () => hpkeSeal(throwAway, rng(SHARE_SIZE), "yanlu/v1/identity-share", rng));
  const filled = concat(nonce, box, ...slots.flatMap(({ enc, ct }) => [enc, ct]));
  return concat(filled, rng(IDENTITY_SIZE - filled.length));
}

/** One packet of each kind that nobody can open and nobody can tell from a real one. */
export async function drawDummyPackets(rng: Rng): Promise<Packets> {
  const protection = await seal([Identity.draw(rng).recipient], new Uint8Array(PROTECTION_TEXT).fill(0x20), rng);
  return { identity: b64encode(dummyIdentity(rng)), protection: b64encode(protection) };
}

/** The two packets that every submission and post carries, real or dummy, equal in form (SPEC §6). */

import { type Bytes, b64encode } from "../framing.js";
import type { Packets } from "../case/documents.js";
import { dummyIdentity } from "../custody/packets.js";
import { dummyProtection } from "../watch/protection.js";
import type { Rng } from "../randomness.js";

/** The packets of a submission or post: dummies, but for those that are given. */
export async function drawPackets(rng: Rng, identity: Bytes | null = null, protection: Bytes | null = null): Promise<Packets> {
  return { identity: b64encode(identity ?? dummyIdentity(rng)), protection: b64encode(protection ?? (await dummyProtection(rng))) };
}

/** One packet of each kind that nobody can open and nobody can tell from a real one. */
export function drawDummyPackets(rng: Rng): Promise<Packets> {
  return drawPackets(rng);
}

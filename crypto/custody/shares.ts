/** Identity packets on the custodian's side: finding one's shares, and opening with a quorum of them (SPEC §6). */

import { chacha20poly1305 } from "@noble/ciphers/chacha.js";
import { type B64, type Bytes, b64encode, equalBytes, utf8 } from "../framing.js";
import { PacketFaulty, refuse } from "../errors.js";
import { readPadded } from "../padding.js";
import { IDENTITY_SIZE, fitsCommitment, fitsKey } from "./packets.js";
import { Secret, sha256 } from "../primitives.js";
import type { Json } from "../text.js";
import { ENC_SIZE, type Identity, hpkeOpen } from "../sealing/xwing.js";

const SLOTS = 30;
const SLOT_SIZE = 1218;
const IDENTITY_TEXT = 8192;
const BOX_SIZE = 12 + IDENTITY_TEXT + 16;
const SHARE_SIZE = 82;

/** One custodian's share of a packet key, as found in slot `slot`. */
export interface Share {
  readonly slot: number;
  readonly string: Secret;
  readonly handle: B64;
  readonly m: number;
  readonly n: number;
}

/** The custodian's shares; refused at `no-match` when no slot opens, at `hpke` where one is not what the packet commits to: its maker lied. */
export async function openShares(packet: Bytes, custodian: Identity): Promise<Share[]> {
  if (packet.length !== IDENTITY_SIZE) refuse("schema", "not an identity packet");
  const digest = sha256(packet.subarray(0, BOX_SIZE));
  const shares: Share[] = [];
  for (let slot = 0; slot < SLOTS; slot += 1) {
    const start = BOX_SIZE + slot * SLOT_SIZE;
    const sealed = { enc: packet.slice(start, start + ENC_SIZE), ct: packet.slice(start + ENC_SIZE, start + SLOT_SIZE) };
    const text = await hpkeOpen(custodian, sealed, "yanlu/v1/identity-share");
    if (text === null) continue;
    const [m, n] = [text[80] as number, text[81] as number];
    const fits = text.length === SHARE_SIZE && equalBytes(text.subarray(48, 80), digest) && isQuorum(m, n);
    if (!fits) refuse("hpke", "a share of another packet, or of a quorum that cannot be");
    if (!fitsCommitment(packet, slot, m, n, text.subarray(0, 32))) refuse("hpke", "a share that the packet does not commit to");
    shares.push({ slot, string: new Secret(text.subarray(0, 32)), handle: b64encode(text.subarray(32, 48)), m, n });
  }
  return shares.length > 0 ? shares : refuse("no-match", "no share for this custodian");
}

/** Beyond it the subsets would be more than the slots, and in the end more than anybody can count. */
function isQuorum(m: number, n: number): boolean {
  return m >= 1 && m <= n && n <= 5;
}

function binomial(n: number, m: number): number {
  return m === 0 ? 1 : (binomial(n - 1, m - 1) * n) / m;
}

/** The identity, from shares of m custodians that fit the packet's commitments; refused at `payload` while they are too few, and as a PacketFaulty where its maker sees to it that they don't open. */
export function openIdentity(packet: Bytes, shares: readonly Share[], m: number, n: number): Json {
  if (packet.length !== IDENTITY_SIZE || !isQuorum(m, n)) refuse("schema", "not an identity packet, or not a quorum of custodians");
  const strings = new Map(shares.map((share) => [share.slot, share.string.reveal()]));
  let whole = false;
  for (let subset = 0; subset < binomial(n, m); subset += 1) {
    const held = Array.from({ length: m }, (_, i) => strings.get(subset * m + i));
    if (held.includes(undefined)) continue;
    const key = (held as Bytes[]).reduce((sum, string) => sum.map((byte, i) => byte ^ (string[i] as number)), new Uint8Array(32));
    whole = true;
    if (!fitsKey(packet, key)) continue;
    const cipher = chacha20poly1305(key, packet.slice(0, 12), utf8("yanlu/v1/identity"));
    const text = opened(() => cipher.decrypt(packet.slice(12, BOX_SIZE)));
    if (text !== null) return readPadded(text, [IDENTITY_TEXT]);
  }
  if (whole) throw new PacketFaulty("every share is the maker's, and they open nothing");
  return refuse("payload", "no quorum of shares opens this packet");
}

function opened(work: () => Uint8Array): Uint8Array | null {
  try {
    return work();
  } catch {
    return null;
  }
}

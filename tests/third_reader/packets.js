// SPEC §6: identity packets, their shares and what they commit to.
import { demand, equal, frame, fromB64, sha256, utf8 } from "./ground.js";
import { demandBox, openHpke, readIdentity } from "./keys.js";
import { readJson } from "./strict_json.js";

export const PACKET = 49152;
export const TEXT = 8192;
const SLOTS = 30;
const SLOT = 1218;
const NONCE = 12;
const BOX = TEXT + 16;
const FILL = NONCE + BOX + SLOTS * SLOT;
const AAD = utf8("yanlu/v1/identity");
const INFO = "yanlu/v1/identity-share";

const u8 = (number) => Buffer.from([number]);
export const xor = (a, b) => Buffer.from(a.map((byte, at) => byte ^ b[at]));
export const isQuorum = (m, n) => 1 <= m && m <= n && n <= 5;

/** The subsets of m of n positions in lexicographic order. */
function subsets(m, n, from = 0) {
  if (m === 0) return [[]];
  const firsts = Array.from({ length: n - from }, (_, at) => from + at);
  return firsts.flatMap((first) => subsets(m - 1, n, first + 1).map((rest) => [first, ...rest]));
}

/** The slots of each subset, in the subsets' order. */
const slotsOfSubsets = (m, n) => subsets(m, n).map((places, at) => places.map((place, k) => ({ place, slot: at * m + k })));

/** The slots that one place of m of n has. */
export function slotsOfPlace(m, n, place) {
  return slotsOfSubsets(m, n).flat().filter((one) => one.place === place).map((one) => one.slot);
}

/** A packet, cut into its parts. */
export class Packet {
  constructor(bytes) {
    demand(bytes.length === PACKET, "schema", "no size of a packet");
    this.hash = sha256(bytes);
    this.nonce = bytes.subarray(0, NONCE);
    this.box = bytes.subarray(NONCE, NONCE + BOX);
    this.digest = sha256(bytes.subarray(0, NONCE + BOX));
    this.slots = Array.from({ length: SLOTS }, (_, at) => bytes.subarray(NONCE + BOX + at * SLOT, NONCE + BOX + (at + 1) * SLOT));
    this.fill = bytes.subarray(FILL);
  }

  /** Whether the packet commits to this string in this slot of this quorum. */
  commits(slot, m, n, string) {
    const wanted = this.fill.subarray(32 + 32 * slot, 64 + 32 * slot);
    return equal(sha256(frame("yanlu/v1/share", this.nonce, u8(slot), u8(m), u8(n), string)), wanted);
  }

  /** The shares that these seeds open; refuses at `hpke` one of another packet, or one that is not committed to. */
  shares(seeds) {
    const found = [];
    this.slots.forEach((bytes, slot) => {
      for (const seed of seeds) {
        const opened = openHpke(seed, INFO, bytes.subarray(0, 1120), bytes.subarray(1120));
        if (opened !== null) found.push(this.readShare(opened, slot));
      }
    });
    return found;
  }

  readShare(opened, slot) {
    demand(opened.length === 82 && equal(opened.subarray(48, 80), this.digest), "hpke", "a share of another packet");
    const share = { slot, string: opened.subarray(0, 32), handle: opened.subarray(32, 48), m: opened[80], n: opened[81] };
    demand(isQuorum(share.m, share.n), "hpke", "no quorum");
    demand(this.commits(slot, share.m, share.n, share.string), "hpke", "a share that the packet does not commit to");
    return share;
  }

  /** Opens the packet with the strings of slots: the first subset whose key fits the key commitment. */
  open(m, n, strings) {
    const wanted = this.fill.subarray(32 + 32 * SLOTS, 64 + 32 * SLOTS);
    for (const parts of slotsOfSubsets(m, n)) {
      if (!parts.every(({ slot }) => strings.has(slot))) continue;
      const key = parts.map(({ slot }) => strings.get(slot)).reduce(xor);
      if (!equal(sha256(frame("yanlu/v1/packet-key", this.nonce, key)), wanted)) continue;
      return readJson(demandBox(key, this.nonce, this.box, AAD, "payload"), TEXT);
    }
    return demand(false, "payload", "no subset opens it");
  }
}

function openIdentity({ packet, custodians, m, n }) {
  demand(isQuorum(m, n), "schema", "no quorum");
  const read = new Packet(fromB64(packet));
  const shares = read.shares(custodians.map(readIdentity));
  demand(shares.length > 0, "no-match", "no share");
  const own = shares.filter((share) => share.m === m && share.n === n);
  return { identity: read.open(m, n, new Map(own.map((share) => [share.slot, share.string]))) };
}

export const PACKETS = { open_identity: openIdentity };

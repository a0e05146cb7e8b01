/** Packets that wait: opened with the officers' key in this page, entered with this month's cover, and then taken away. */

import type { Bytes } from "../../../crypto/framing.js";
import { type B64, type Rng, b64decode, b64encode, systemRng } from "../../../crypto/staff.js";
import { CryptoError } from "../../../crypto/errors.js";
import { sha256 } from "../../../crypto/primitives.js";
import { type Protection, sealLink } from "../../../crypto/watch/protection.js";
import { entryMarks, openProtection } from "../../../crypto/watch/keys.js";
import { Identity } from "../../../crypto/sealing/xwing.js";
import type { OfficerSession } from "../session.js";
import { AT_ONCE, type Outcome, coverShape, outcomesOf, packetsShape } from "./model.js";

const KEY = /AGE-SECRET-KEY-PQ-1[0-9A-Z]{40,80}/;

/** Packets whose wish came to this lie on at the host, for another day. */
const STAY: readonly Outcome[] = ["waits", "not-agreed", "unknown"];
/** So many at a time the host plans cover for: a crowd that somebody enrols keeps nobody else waiting. */
const NEAR = 4096;

/** A packet that this key opened: its hash, and what stands in it. */
export interface Opened {
  readonly packet: B64;
  readonly told: Protection;
}

/** Everything that waits: wishes (a reporter's own first), answers of check-ins, and packets that are nobody's. */
export interface OpenedPackets {
  readonly wishes: readonly Opened[];
  readonly answers: readonly Opened[];
  readonly dummies: readonly B64[];
}

/** What became of the packets: how many wishes had which outcome, how much cover went in, and how much is missing. */
export interface Done {
  readonly outcomes: ReadonlyMap<Outcome, number>;
  readonly cover: number;
  readonly missing: number;
}

/** The officers' key out of its file; null where there is none in it. */
export function officersKey(content: string): Identity | null {
  const found = KEY.exec(content)?.[0];
  if (found === undefined) return null;
  try {
    return Identity.read(found);
  } catch (error) {
    if (error instanceof CryptoError) return null;
    throw error;
  }
}

/** Opens whatever waits; what this key does not open is a dummy, or nobody's. */
export async function openPackets(room: OfficerSession, key: Identity): Promise<OpenedPackets> {
  const [wishes, answers, dummies]: [Opened[], Opened[], B64[]] = [[], [], []];
  const seen = new Set<B64>();
  for (let after = ""; ;) {
    const { packets } = await room.calls.get(packetsShape, `/api/packets${after === "" ? "" : `?after=${after}`}`);
    const fresh = packets.filter((sealed) => !seen.has(sealed));
    for (const sealed of new Set(fresh)) {
      const packet = b64encode(sha256(b64decode(sealed)));
      const told = await openOne(b64decode(sealed), key);
      if (told === null) dummies.push(packet);
      else (told.wish === "checkin" ? answers : wishes).push({ packet, told });
      seen.add(sealed);
      after = packet;
    }
    // A host that gives the same ones again would do so for ever.
    if (packets.length < AT_ONCE || fresh.length === 0) break;
  }
  const own = (one: Opened): number => (one.told.bond === "reporter" ? 0 : 1);
  // Among those the lot decides: a packet's hash is its sender's choice.
  return { wishes: mixed([], wishes, systemRng).sort((one, other) => own(one) - own(other)), answers, dummies };
}

async function openOne(packet: Bytes, key: Identity): Promise<Protection | null> {
  try {
    return await openProtection(packet, key);
  } catch (error) {
    if (error instanceof CryptoError) return null;
    throw error;
  }
}

interface EntryRequest {
  readonly entity: string;
  readonly employee: string;
  readonly marks: readonly B64[];
  readonly link: B64;
  readonly ends: boolean;
  /** The packet that it came in, so that it keeps its turn while it waits; none for cover. */
  readonly packet: B64 | null;
}
interface Entering {
  /** None for cover. */
  readonly packet: B64 | null;
  readonly wish: EntryRequest;
}

/** Enters the wishes whose person has a number, with the month's cover among them; `numbers` by packet. */
export async function enterAll(room: OfficerSession, wishes: readonly Opened[], numbers: ReadonlyMap<B64, string>): Promise<Done & { readonly done: readonly B64[] }> {
  const numbered = wishes.flatMap((one) => {
    const employee = one.told.employee || (numbers.get(one.packet) ?? "").trim();
    return employee === "" ? [] : [{ ...one, employee }];
  });
  const real = numbered.map(({ packet, told, employee }): Entering => ({ packet, wish: { entity: told.entity, employee, marks: entryMarks(told.handle), link: told.link, ends: told.wish === "end", packet } }));
  const near = numbered.filter(({ told }) => told.wish === "protect");
  const { cover, missing } = await plannedCover(room, near.map(({ told, employee }) => ({ entity: told.entity, employee })));
  const outcomes = new Map<Outcome, number>();
  const done: B64[] = [];
  for (const part of chunks(mixed(real, cover, systemRng))) {
    const answer = await room.calls.post(outcomesOf(part.length), "/api/entries", { wishes: part.map(({ wish }) => wish), opened: [] });
    part.forEach(({ packet }, at) => {
      const outcome = answer[at];
      if (packet === null || outcome === undefined) return;
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
      if (!STAY.includes(outcome)) done.push(packet);
    });
  }
  return { outcomes, cover: cover.length, missing, done };
}

/** Packets that are done with: the host forgets them. */
export async function takeAway(room: OfficerSession, packets: readonly B64[]): Promise<void> {
  for (const part of chunks(packets)) await room.calls.send("/api/entries", { wishes: [], opened: part });
}

/** This month's cover at every entity that is watched, ten for each person who is named now. */
async function plannedCover(room: OfficerSession, named: readonly { readonly entity: string; readonly employee: string }[]): Promise<{ cover: readonly Entering[]; missing: number }> {
  const [cover, watched] = [[] as Entering[], room.directory.content.entities.filter(({ watch }) => watch?.active === true)];
  let missing = 0;
  for (const { id: entity } of watched) {
    const near = named.filter((one) => one.entity === entity).map(({ employee }) => employee);
    const planned = await room.calls.post(coverShape, "/api/cover", { entity, near: near.slice(0, NEAR) });
    missing += planned.missing;
    for (const employee of planned.employees) {
      const link = b64encode(sealLink(room.directory, entity, { bond: "cover", case: null }, systemRng));
      cover.push({ packet: null, wish: { entity, employee, marks: [], link, ends: false, packet: null } });
    }
  }
  return { cover, missing };
}

/** Both in one row: cover in places drawn by lot, the real ones in their own order. */
export function mixed<T>(real: readonly T[], cover: readonly T[], rng: Rng): T[] {
  const places = [...real.map(() => null), ...cover].map((one) => ({ one, lot: b64encode(rng(16)) }));
  places.sort((one, other) => (one.lot < other.lot ? -1 : 1));
  const own = real[Symbol.iterator]();
  return places.map(({ one }) => one ?? (own.next().value as T));
}

function chunks<T>(whole: readonly T[]): T[][] {
  return Array.from({ length: Math.ceil(whole.length / AT_ONCE) }, (_, at) => whole.slice(at * AT_ONCE, (at + 1) * AT_ONCE));
}

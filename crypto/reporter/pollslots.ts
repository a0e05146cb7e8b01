/** The poll's answer: eight slots that look alike whether they hold anything or not (SPEC §7). */

import { type Bytes, b64decode, concat } from "../framing.js";
import { CryptoError, refuse } from "../errors.js";
import { type Json, readJson } from "../text.js";

export const POLL_SIZE = 131_072;
export const SLOTS_PER_POLL = 8;
const SLOT_SIZE = 16_384;
const HEADER_SIZE = 19;
const MAGIC = [0x59, 0x4c, 0x53, 0x31];
const LIMIT = 262_144;
const MOST_SLOTS = 65_536;

/** The mailbox as the server lists it; nothing in it is verified yet. */
export interface Listing {
  readonly memo: Json | null;
  readonly draft: Json | null;
  readonly items: readonly Json[];
}

/** A full slot. `kind` 0 memo, 1 draft, 2 item. */
export interface Slot {
  readonly kind: number;
  readonly ordinal: number;
  readonly chunk: number;
  readonly chunks: number;
  readonly total: number;
  readonly bytes: Uint8Array;
}

function readSlot(bytes: Uint8Array): Slot | null {
  if (!MAGIC.every((byte, i) => bytes[i] === byte)) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [kind, ordinal, chunk, chunks] = [view.getUint8(4), view.getUint32(5), view.getUint16(9), view.getUint16(11)];
  const [total, length] = [view.getUint32(13), view.getUint16(17)];
  if (kind > 2 || chunk >= chunks || length > SLOT_SIZE - HEADER_SIZE || total > MOST_SLOTS) refuse("slot", "a slot that contradicts itself");
  return { kind, ordinal, chunk, chunks, total, bytes: bytes.slice(HEADER_SIZE, HEADER_SIZE + length) };
}

/** A memo, draft or item as JSON bytes. */
export interface ListingEntry {
  readonly kind: number;
  readonly content: Bytes;
}

/** What the polls so far have brought; there is more while `nextFrom` is below `total`. */
export interface Polled {
  readonly entries: readonly ListingEntry[];
  readonly total: number;
  readonly nextFrom: number;
}

function readPoll(answer: Uint8Array): Slot[] {
  if (answer.length !== POLL_SIZE) refuse("slot", "not the size of a poll's answer");
  const found = Array.from({ length: SLOTS_PER_POLL }, (_, i) => readSlot(answer.subarray(i * SLOT_SIZE, (i + 1) * SLOT_SIZE)));
  const full = found.filter((slot) => slot !== null);
  if (found.slice(0, full.length).includes(null)) refuse("slot", "an empty slot between full ones");
  return full;
}

/** Reads consecutive answers, polled from 0, 8, 16, …; what contradicts itself is refused at `slot`. */
export function readSlots(polls: readonly Uint8Array[]): Polled {
  const slots = polls.flatMap(readPoll);
  const total = slots[0]?.total ?? 0;
  const backwards = slots.some((slot, i) => i > 0 && slot.kind < (slots[i - 1] as Slot).kind);
  if (backwards || slots.some((slot) => slot.total !== total)) refuse("slot", "slots that contradict each other");
  if (slots.length !== Math.min(total, polls.length * SLOTS_PER_POLL)) refuse("slot", "slots are missing");
  return { entries: join(slots, total), total, nextFrom: slots.length };
}

/** Whole entries, in order; an entry whose last chunks are still to come is left out. */
function join(slots: readonly Slot[], total: number): ListingEntry[] {
  const entries: ListingEntry[] = [];
  let parts: Uint8Array[] = [];
  for (const slot of slots) {
    if (slot.ordinal !== entries.length || slot.chunk !== parts.length) refuse("slot", "slots out of order");
    parts.push(slot.bytes);
    if (slot.chunk + 1 < slot.chunks) continue;
    entries.push({ kind: slot.kind, content: concat(...parts) });
    parts = [];
  }
  if (parts.length > 0 && slots.length >= total) refuse("slot", "the last entry is cut");
  return entries;
}

/** The document of an entry; false, which is no document of ours, for what is no strict JSON: it must not hide the others. */
function jsonOf({ content }: ListingEntry): Json {
  try {
    return readJson(content, LIMIT);
  } catch (error) {
    if (error instanceof CryptoError) return false;
    throw error;
  }
}

/** The listing of a mailbox whose polls have brought everything. */
export function listingOf(polled: Polled): Listing {
  if (polled.nextFrom < polled.total) refuse("slot", "poll on before opening");
  const of = (kind: number): Json[] => polled.entries.filter((one) => one.kind === kind).map(jsonOf);
  const [[memo, ...memos], [draft, ...drafts], items] = [of(0), of(1), of(2)];
  if (memos.length > 0 || drafts.length > 0) refuse("slot", "more than one memo or draft");
  return { memo: memo ?? null, draft: draft ?? null, items };
}

/** Sends one poll and gives its 131,072 bytes. */
export type Poll = (body: { v: 1; token: string; from: number }) => Promise<Uint8Array>;

/** Polls until the whole listing is there; one poll for most mailboxes, the same whether the mailbox exists or not. */
export async function pollListing(token: string, poll: Poll): Promise<Listing> {
  b64decode(token, 32);
  const polls: Uint8Array[] = [];
  for (;;) {
    polls.push(await poll({ v: 1, token, from: polls.length * SLOTS_PER_POLL }));
    const polled = readSlots(polls);
    if (polled.nextFrom >= polled.total) return listingOf(polled);
  }
}

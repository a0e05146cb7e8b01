/** The poll's answer: eight slots that look alike whether they hold anything or not (SPEC §7). */

import { b64decode, concat } from "./bytes.js";
import { refuse } from "./errors.js";
import { type Json, readJson } from "./strictjson.js";

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

/** The full slots of one poll's answer, in order. */
export function readSlots(answer: Uint8Array): Slot[] {
  if (answer.length !== POLL_SIZE) refuse("slot", "not the size of a poll's answer");
  const found = Array.from({ length: SLOTS_PER_POLL }, (_, i) => readSlot(answer.subarray(i * SLOT_SIZE, (i + 1) * SLOT_SIZE)));
  const full = found.filter((slot) => slot !== null);
  if (found.slice(0, full.length).includes(null)) refuse("slot", "an empty slot between full ones");
  return full;
}

/** Puts the slots of all polls together; what is missing or contradicts itself is refused at `slot`. */
export function assembleListing(slots: readonly Slot[]): Listing {
  if (slots.some((slot) => slot.total !== slots.length)) refuse("slot", "slots are missing");
  if (slots.some((slot, i) => i > 0 && slot.kind < (slots[i - 1] as Slot).kind)) refuse("slot", "slots out of order");
  const documents = join(slots);
  const of = (kind: number): Json[] => documents.filter((one) => one.kind === kind).map((one) => one.content);
  const [[memo, ...memos], [draft, ...drafts], items] = [of(0), of(1), of(2)];
  if (memos.length > 0 || drafts.length > 0) refuse("slot", "more than one memo or draft");
  return { memo: memo ?? null, draft: draft ?? null, items };
}

interface Listed {
  readonly kind: number;
  readonly content: Json;
}

function join(slots: readonly Slot[]): Listed[] {
  const documents: Listed[] = [];
  let parts: Uint8Array[] = [];
  for (const slot of slots) {
    if (slot.ordinal !== documents.length || slot.chunk !== parts.length) refuse("slot", "slots out of order");
    parts.push(slot.bytes);
    if (slot.chunk + 1 < slot.chunks) continue;
    documents.push({ kind: slot.kind, content: readJson(concat(...parts), LIMIT) });
    parts = [];
  }
  if (parts.length > 0) refuse("slot", "the last entry is cut");
  return documents;
}

/** Sends one poll and gives its 131,072 bytes. */
export type Poll = (body: { v: 1; token: string; from: number }) => Promise<Uint8Array>;

/** Polls until the whole listing is there; one poll for most mailboxes, the same whether the mailbox exists or not. */
export async function pollListing(token: string, poll: Poll): Promise<Listing> {
  b64decode(token, 32);
  const slots: Slot[] = [];
  let total = 0;
  let from = 0;
  do {
    const page = readSlots(await poll({ v: 1, token, from }));
    total = Math.max(total, page[0]?.total ?? 0);
    slots.push(...page);
    from += SLOTS_PER_POLL;
  } while (from < total);
  return assembleListing(slots);
}

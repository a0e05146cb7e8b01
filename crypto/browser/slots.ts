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
  return found.filter((slot) => slot !== null);
}

/** Puts the slots of all polls together; chunks that are missing or contradict each other are refused at `slot`. */
export function assembleListing(slots: readonly Slot[]): Listing {
  const found = new Map<string, Slot[]>();
  for (const slot of slots) {
    const key = `${slot.kind}/${slot.ordinal}`;
    found.set(key, [...(found.get(key) ?? []), slot]);
  }
  const documents = [...found.values()].map((chunks) => ({ slot: chunks[0] as Slot, content: join(chunks) }));
  if (slots.some((slot) => slot.total !== slots.length)) refuse("slot", "slots are missing");
  const of = (kind: number): Json[] =>
    documents.filter((one) => one.slot.kind === kind).sort((a, b) => a.slot.ordinal - b.slot.ordinal).map((one) => one.content);
  const [memos, drafts] = [of(0), of(1)];
  if (memos.length > 1 || drafts.length > 1) refuse("slot", "more than one memo or draft");
  return { memo: memos[0] ?? null, draft: drafts[0] ?? null, items: of(2) };
}

function join(chunks: readonly Slot[]): Json {
  const count = (chunks[0] as Slot).chunks;
  const ordered = Array.from({ length: count }, (_, i) => chunks.find((slot) => slot.chunk === i && slot.chunks === count));
  if (ordered.length !== chunks.length || ordered.includes(undefined)) refuse("slot", "a chunk is missing or stands twice");
  return readJson(concat(...ordered.map((slot) => (slot as Slot).bytes)), LIMIT);
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

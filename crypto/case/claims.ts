/** Who has opened a case, as each of them signed it, and whether all of them were shown the same (SPEC §9). */

import { type B64, b64decode, frame } from "../framing.js";
import { writeCode } from "../codes.js";
import { CryptoError } from "../errors.js";
import { sha256 } from "../primitives.js";
import { type Day, type Name, type Read, hash32, integer, record } from "../shape.js";
import type { PayloadOf } from "./documents.js";
import { CLAIMED, type CaseEvent, type ReadEvent } from "./events.js";
import type { Grant } from "./grant.js";
import type { ThreadEntry } from "./thread.js";

const MARK_BYTES = 10;
export const claimedShape = record({ epoch: integer(), grant: hash32, item: hash32 });
/** What a member signs on opening a case: its epoch, the hash of the grant, the hash of the report's item. */
export type Claimed = Read<typeof claimedShape>;

/** A case as far as it was read: its grant, and what its thread holds. */
export interface ReadCase {
  readonly grant: Grant;
  readonly entries: readonly ThreadEntry[];
}

export interface Claims {
  /** What a reader of this case signs; null where no report verified. */
  readonly own: Claimed | null;
  /** The case mark; null where nothing verified tells the first grant. */
  readonly mark: string | null;
  /** The day on which each member first opened this epoch. */
  readonly opened: ReadonlyMap<Name, Day>;
  /** Who was shown another grant or another report under this case id: then nothing may be written into it. */
  readonly differing: readonly Name[];
}

/**
 * Who has opened the case, by the verified events of its stream. Somebody excluded never was a reader: what they sign counts for
 * nothing. Without a report that verifies everybody who signed that there is one was shown something else, where the key that it
 * came under is there.
 */
export function claimsOf(view: ReadCase, events: readonly ReadEvent[]): Claims {
  const { grant } = view;
  const item = reportOf(view);
  const claimed = claimedIn(events).filter(({ actor }) => !grant.excluded.includes(actor));
  const shown = grant.keys().has(0) ? claimed.map(({ actor }) => actor) : [];
  if (item === null) return { own: null, mark: null, opened: new Map(), differing: [...new Set(shown)].sort() };
  const grants = grantsOf(view);
  const opened = new Map<Name, Day>();
  const differing = new Set<Name>();
  for (const event of claimed) {
    const claim = readClaimed(event);
    if (claim === null || claim.item !== item || (grants.get(claim.epoch) ?? claim.grant) !== claim.grant) differing.add(event.actor);
    else if (claim.epoch === grant.epoch && grant.holders.includes(event.actor) && !opened.has(event.actor)) opened.set(event.actor, event.day);
  }
  const first = grants.get(0);
  const mark = first === undefined ? null : caseMark(grant.case, first, item);
  return { own: { epoch: grant.epoch, grant: grant.hash, item }, mark, opened, differing: [...differing].sort() };
}

/** Sixteen characters to compare by telephone, of the case id, the grant hash of epoch 0 and the report's item. */
export function caseMark(caseId: B64, grant: B64, item: B64): string {
  return writeCode(sha256(frame("yanlu/v1/case-mark", b64decode(caseId), b64decode(grant), b64decode(item))).subarray(0, MARK_BYTES));
}

/** The hash of the first item to the office, where it verified and is a report. */
function reportOf(view: ReadCase): B64 | null {
  const found = view.entries.find(({ dir, seq, mark, content }) => dir === "to-office" && seq === 1 && mark === null && content?.type === "report");
  return found?.hash ?? null;
}

/** The grant hashes that are known, by epoch: from the grant and from each change of keys that verified. */
export function grantsOf({ grant, entries }: ReadCase): Map<number, B64> {
  const found = new Map<number, B64>();
  for (const { mark, content } of entries) {
    if (mark !== null || content?.type !== "epoch") continue;
    const told = content.payload as PayloadOf<"epoch">;
    found.set(told.epoch - 1, told.previous).set(told.epoch, told.grant);
  }
  if (grant.body.previous !== null) found.set(grant.epoch - 1, grant.body.previous);
  return found.set(grant.epoch, grant.hash);
}

function claimedIn(events: readonly ReadEvent[]): CaseEvent[] {
  return events.flatMap(({ event, wrong }) => (event !== null && wrong === null && event.kind === CLAIMED ? [event] : []));
}

function readClaimed(event: CaseEvent): Claimed | null {
  try {
    return claimedShape(event.data);
  } catch (error) {
    if (error instanceof CryptoError) return null;
    throw error;
  }
}

/** Events of members who were no readers of the case when they signed (SPEC §9). */

import type { B64 } from "../framing.js";
import type { Name } from "../shape.js";
import { type ReadCase, grantsOf } from "./claims.js";
import type { PayloadOf } from "./documents.js";
import { CLAIMED, type CaseEvent, type ReadEvent, WORKER } from "./events.js";

const DECIDING: readonly string[] = ["regranted", "regrant-countersigned"];
/** What is held against something else than its signer: the grant, the signatures under a move, the reporter's item. */
const OPEN_TO_OTHERS: readonly string[] = [...DECIDING, CLAIMED, "regrant-proposed", "regrant-declined", "regrant-told", "act-read"];

/**
 * The same events; one that was verified and that no reader signed is `non-reader`. A reader is a holder of the epoch in force at that
 * place of the record. Somebody excluded never is one; where the holders of an epoch are not known nobody else is marked in it.
 */
export function markNonReaders(view: ReadCase, events: readonly ReadEvent[]): ReadEvent[] {
  const grants = grantsOf(view);
  const holders = holdersOf(view);
  let epoch: number | null = 0;
  return events.map((one) => {
    const event = one.wrong === null ? one.event : null;
    if (event === null) return one;
    const known = epoch === null ? undefined : holders.get(epoch);
    const isOutside = view.grant.excluded.includes(event.actor) || known?.includes(event.actor) === false;
    if (isOutside && isJudged(event)) return { ...one, wrong: "non-reader" };
    if (DECIDING.includes(event.kind)) epoch = after(event.data["grant"], epoch, grants);
    return one;
  });
}

function isJudged({ actor, kind }: CaseEvent): boolean {
  return actor !== WORKER && !OPEN_TO_OTHERS.includes(kind);
}

/** The epoch in force after a change of readers; null where it may be one whose grant is not known. */
function after(named: unknown, epoch: number | null, grants: ReadonlyMap<number, B64>): number | null {
  const reached = [...grants].find(([, hash]) => hash === named)?.[0];
  if (reached !== undefined) return Math.max(epoch ?? 0, reached);
  // Of the next epoch the grant is known, and it is another: nothing was moved by this event.
  return epoch !== null && grants.has(epoch + 1) ? epoch : null;
}

/** The holders that are known, by epoch: from the grant and from each change of keys that verified. */
function holdersOf({ grant, entries }: ReadCase): Map<number, readonly Name[]> {
  const found = new Map<number, readonly Name[]>();
  for (const { mark, content } of entries) {
    if (mark !== null || content?.type !== "epoch") continue;
    const told = content.payload as PayloadOf<"epoch">;
    found.set(told.epoch, told.holders);
  }
  if (grant.body.previous !== null) found.set(grant.epoch - 1, grant.body.previous_holders);
  return found.set(grant.epoch, grant.holders);
}

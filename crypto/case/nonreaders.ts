/** Events of members who were no readers of the case when they signed (SPEC §9). */

import { CryptoError } from "../errors.js";
import type { B64 } from "../framing.js";
import type { VerifiedDirectory } from "../office/directory.js";
import { type Day, type Name, hash32 } from "../shape.js";
import { type ReadCase, grantsOf } from "./claims.js";
import type { PayloadOf } from "./documents.js";
import { CLAIMED, type CaseEvent, type ReadEvent, WORKER } from "./events.js";
import { type RegrantProof, type RegrantStatement, firstDay, proofIn, regrantFault } from "./regrants.js";

const DECIDING: readonly string[] = ["regranted", "regrant-countersigned"];
/** What is held against something else than its signer: the grant, the signatures under a move, the reporter's item. */
const OPEN_TO_OTHERS: readonly string[] = [...DECIDING, CLAIMED, "regrant-proposed", "regrant-declined", "regrant-told", "act-read"];

/**
 * The same events; one that was verified and that no reader signed is `non-reader`. A reader is a holder of the epoch in force at that
 * place of the record. Somebody excluded never is one; where the holders of an epoch are not known nobody else is marked in it.
 */
export function markNonReaders(directory: VerifiedDirectory, view: ReadCase, events: readonly ReadEvent[]): ReadEvent[] {
  const epochs: Epochs = { directory, view, grants: grantsOf(view), ...knownOf(view) };
  let epoch: number | null = 0;
  let last = 0;
  return events.map((one) => {
    const event = one.wrong === null ? one.event : null;
    if (event === null) return one;
    const known = epoch === null ? undefined : epochs.holders.get(epoch);
    const isOutside = view.grant.excluded.includes(event.actor) || known?.includes(event.actor) === false;
    if (isOutside && isJudged(event)) return { ...one, wrong: "non-reader" };
    if (DECIDING.includes(event.kind)) epoch = after(event, epoch, last, epochs);
    last = epoch ?? last;
    return one;
  });
}

function isJudged({ actor, kind }: CaseEvent): boolean {
  return actor !== WORKER && !OPEN_TO_OTHERS.includes(kind);
}

interface Epochs {
  readonly directory: VerifiedDirectory;
  readonly view: ReadCase;
  readonly grants: ReadonlyMap<number, B64>;
  readonly holders: ReadonlyMap<number, readonly Name[]>;
  /** By epoch, where it is known: a move is not dated before the epoch that it leaves. */
  readonly days: ReadonlyMap<number, Day>;
}

/** The epoch in force after a change of readers; null where it may be one whose grant is not known. What names the `last` one that was known, or one before, leads nowhere. */
function after(event: CaseEvent, epoch: number | null, last: number, epochs: Epochs): number | null {
  const { grants } = epochs;
  const reached = [...grants].find(([, hash]) => hash === event.data["grant"])?.[0];
  if (reached !== undefined) return reached > last ? reached : epoch;
  // Of the next epoch the grant is known, and it is another: nothing was moved by this event.
  if (epoch === null || grants.has(epoch + 1)) return epoch;
  const previous = grants.get(epoch);
  return previous === undefined || isSignedMove(event, epoch, previous, epochs) ? null : epoch;
}

/** Whether those who may signed the move to the grant that the event names: anybody can write an event that names one. */
function isSignedMove(event: CaseEvent, epoch: number, previous: B64, { directory, view: { grant }, holders, days }: Epochs): boolean {
  const read = readMove(event);
  if (read === null) return false;
  const move: RegrantStatement = { office: directory.office, case: grant.case, epoch: epoch + 1, previous, grant: read.grant };
  const begun = days.get(epoch);
  const former = { holders: holders.get(epoch) ?? null, excluded: grant.excluded, entity: grant.entity, notBefore: begun === undefined ? null : firstDay(epoch, begun) };
  // Who holds the new grant is not known: of its holders those are looked at who signed.
  return regrantFault(directory, move, read.proof.signatures.map(({ member }) => member), read.proof, former) === null;
}

function readMove({ data }: CaseEvent): { grant: B64; proof: RegrantProof } | null {
  try {
    return { grant: hash32(data["grant"]), proof: proofIn(data) };
  } catch (error) {
    if (error instanceof CryptoError) return null;
    throw error;
  }
}

/** The holders and days that are known, by epoch: from the grant and from each change of keys that verified. */
function knownOf({ grant, entries }: ReadCase): Pick<Epochs, "holders" | "days"> {
  const [holders, days] = [new Map<number, readonly Name[]>(), new Map<number, Day>()];
  for (const { mark, content } of entries) {
    if (mark !== null || content?.type !== "epoch") continue;
    const told = content.payload as PayloadOf<"epoch">;
    holders.set(told.epoch, told.holders);
    days.set(told.epoch, told.day);
  }
  if (grant.body.previous !== null) holders.set(grant.epoch - 1, grant.body.previous_holders);
  return { holders: holders.set(grant.epoch, grant.holders), days: days.set(grant.epoch, grant.body.day) };
}

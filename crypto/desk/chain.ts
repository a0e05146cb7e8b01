/** From the grant that a member has pinned to one several epochs on: each change of keys between them (SPEC §5). */

import type { B64 } from "../framing.js";
import type { PayloadOf } from "../case/documents.js";
import type { Grant } from "../case/grant.js";
import { type PreviousEpoch, bindingOf, firstDay, regrantFault } from "../case/regrants.js";
import type { ThreadEntry } from "../case/thread.js";
import { refuse } from "../errors.js";
import { VerifiedDirectory } from "../office/directory.js";
import type { Day, Name } from "../shape.js";
import type { CaseView } from "./answering.js";

type Notice = PayloadOf<"epoch">;

/** A grant that follows the pinned one, and the earliest day of the next. */
interface Reached {
  readonly grant: B64;
  readonly holders: readonly Name[];
  readonly day: Day;
}

const sameNames = (one: readonly Name[], other: readonly Name[]): boolean => [...one].sort().join(" ") === [...other].sort().join(" ");

/**
 * Whether the signed moves that a case holds lead from the pinned grant `before` to that of `view`. Nothing is asked of a step of one
 * epoch, which openGrant and checkProof check, nor of the last move's signatures, which checkProof counts. Nothing may be pinned or
 * written before this has passed. Refused at `successor`.
 */
export function checkChain(directory: VerifiedDirectory, before: Grant, view: CaseView): void {
  VerifiedDirectory.check(directory);
  const { body } = view.grant;
  if (body.epoch <= before.epoch + 1) return;
  const told = view.entries.flatMap(noticeOf);
  let reached: Reached[] = [{ grant: before.hash, holders: before.holders, day: firstDay(before.epoch, before.body.day) }];
  for (let epoch = before.epoch + 1; epoch < body.epoch; epoch += 1) {
    // Whatever its mark in the thread: one that was sent again may stand behind items of the next epoch.
    const next = told.filter((notice) => notice.epoch === epoch && reached.some((one) => follows(directory, before, one, notice)));
    reached = distinct(next);
  }
  const leads = reached.some(({ grant, holders, day }) => grant === body.previous && sameNames(holders, body.previous_holders) && day <= body.day);
  if (!leads) refuse("successor", "no signed move of each epoch leads from the pinned grant to this one");
  if (body.entity !== before.entity) refuse("successor", "another entity than the pinned grant's");
}

function noticeOf({ content }: ThreadEntry): Notice[] {
  return content?.type === "epoch" ? [content.payload as Notice] : [];
}

/** Each once: the same move may have been told more than once. */
function distinct(notices: readonly Notice[]): Reached[] {
  const found = notices.map(({ grant, holders, day }): [string, Reached] => [[grant, day, ...[...holders].sort()].join(" "), { grant, holders, day }]);
  return [...new Map(found).values()];
}

/** What check_regrant asks, with the holders of the epoch before as they were signed, never as a maker names them. */
function follows(directory: VerifiedDirectory, pinned: Grant, reached: Reached, notice: Notice): boolean {
  const { epoch, previous, grant, day, sequence, signatures, holders } = notice;
  if (previous !== reached.grant) return false;
  const proof = { day, sequence, binding: bindingOf(notice.recipient, notice, holders), signatures };
  const former: PreviousEpoch = { holders: reached.holders, excluded: pinned.excluded, entity: pinned.entity, notBefore: reached.day };
  return regrantFault(directory, { office: directory.office, case: pinned.case, epoch, previous, grant }, holders, proof, former) === null;
}

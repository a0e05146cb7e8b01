/** Who decided a re-grant, and what their signatures bind: the same checks for the reporter and every desk (SPEC §5). */

import { type B64, type Bytes, b64decode, b64encode, concat, frame, u64, utf8 } from "../framing.js";
import { type VerifiedDirectory, daysAfter } from "../office/directory.js";
import { HOLDER_ROLES, signersNeeded } from "../office/directoryshape.js";
import { type CheckStage, refuse } from "../errors.js";
import { isWithinReach, outsideIds } from "../office/holders.js";
import { signedWith } from "../keys/former.js";
import type { StaffKeys } from "../keys/staff.js";
import { sha256 } from "../primitives.js";
import { type Day, type Name, type Read, base64, day, hash32, integer, list, name, record } from "../shape.js";

/** MAC keys of an epoch, b64, as grants and epoch items carry them. */
export interface MacPair {
  readonly to_office: B64;
  readonly to_reporter: B64;
}

/** A re-grant may be dated so many days before the report: the clock of the reporter's device may be ahead. */
const DAYS_BEFORE = 31;
const MOST_SIGNATURES = 8;

export const signaturesShape = list(record({ member: name, sig: base64(64) }), MOST_SIGNATURES);
export const proofShape = record({ day, sequence: integer(1), binding: hash32, signatures: signaturesShape });
/** Who signed a re-grant, dated by which day and directory, over which keys and holders (`binding`). */
export type RegrantProof = Read<typeof proofShape>;
type RegrantSignature = RegrantProof["signatures"][number];

/** The proof in the data of an event `regranted` or `regrant-countersigned`; refused at `schema`. */
export function proofIn(data: Readonly<Record<string, unknown>>): RegrantProof {
  const { day: dated, sequence, binding, signatures } = data;
  return proofShape({ day: dated, sequence, binding, signatures });
}

/** What can be wrong with a re-grant, and the stage at which it is refused. */
export type RegrantFault = "removed-signer" | "forged" | "unsigned" | "excluded" | "successor";
export const REGRANT_STAGES: Readonly<Record<RegrantFault, CheckStage>> = {
  "removed-signer": "signature", forged: "signature", unsigned: "signature", excluded: "excluded", successor: "successor",
};

/** What a re-grant moves: case recipient, MAC keys and holders of the new epoch. */
export function bindingOf(recipient: string, macs: MacPair, holders: readonly Name[]): B64 {
  // Ids are ASCII: their order as text is that of their bytes.
  const ids = [...holders].sort().map(utf8);
  return b64encode(sha256(frame("yanlu/v1/regrant-binding", utf8(recipient), b64decode(macs.to_office), b64decode(macs.to_reporter), u64(ids.length), ...ids)));
}

/** From which grant to which a case moves. */
export interface RegrantStatement {
  readonly office: B64;
  readonly case: B64;
  readonly epoch: number;
  readonly previous: B64 | null;
  readonly grant: B64;
}

function moveFrame(move: RegrantStatement, proof: RegrantProof): Bytes {
  const previous = move.previous === null ? concat() : b64decode(move.previous);
  return frame(
    "yanlu/v1/regrant", b64decode(move.office), b64decode(move.case), u64(move.epoch), previous, b64decode(move.grant),
    utf8(proof.day), u64(proof.sequence), b64decode(proof.binding),
  );
}

/** The proof with this member's signature too. */
export function signRegrant(staff: StaffKeys, move: RegrantStatement, proof: RegrantProof): RegrantProof {
  const signature = { member: staff.member, sig: b64encode(staff.sign(moveFrame(move, proof))) };
  return { ...proof, signatures: [...proof.signatures, signature] };
}

/** What is known of the epoch before: null where nothing is. `notBefore` is the earliest day of a re-grant. */
export interface PreviousEpoch {
  readonly holders: readonly Name[] | null;
  readonly excluded: readonly Name[];
  readonly entity: Name;
  readonly notBefore: Day | null;
}

/** The earliest day of a re-grant after a grant of that epoch and day. */
export function firstDay(epoch: number, of: Day): Day {
  return epoch > 0 ? of : daysAfter(of, -DAYS_BEFORE);
}

/** Who may sign a re-grant dated that day; null where the holders before are not known. */
export function maySign(directory: VerifiedDirectory, former: PreviousEpoch, dated: Day): Name[] | null {
  const { holders } = former;
  if (holders === null) return null;
  const living = holders.filter((id) => [dated, directory.today].some((at) => directory.validOn(id, at) !== null));
  return [...holders, ...(living.length <= 1 ? outsideIds(directory, former.entity) : [])];
}

/** Which key of the signer signed, the newest last; null where none did. */
export function keyOf(directory: VerifiedDirectory, entry: RegrantSignature, move: RegrantStatement, proof: RegrantProof): number | null {
  const member = directory.member(entry.member);
  return member === null ? null : signedWith(member, moveFrame(move, proof), b64decode(entry.sig), { day: proof.day, sequence: proof.sequence });
}

function signerFault(directory: VerifiedDirectory, entry: RegrantSignature, holders: readonly Name[], proof: RegrantProof, former: PreviousEpoch): RegrantFault | null {
  if (directory.wasValid(entry.member, proof.day, proof.sequence) === null) return "removed-signer";
  if (former.excluded.includes(entry.member)) return "excluded";
  const allowed = maySign(directory, former, proof.day);
  return holders.includes(entry.member) && (allowed === null || allowed.includes(entry.member)) ? null : "successor";
}

function holdersFault(directory: VerifiedDirectory, holders: readonly Name[], former: PreviousEpoch): RegrantFault | null {
  if (holders.some((id) => former.excluded.includes(id))) return "excluded";
  const joined = holders.filter((id) => !(former.holders ?? holders).includes(id));
  const may = joined.every((id) => HOLDER_ROLES.includes(directory.member(id)?.role ?? "") && isWithinReach(directory.content, id, former.entity));
  return may ? null : "successor";
}

/** Steps 2 to 5 of SPEC §5: what is wrong with a re-grant to these holders; null for nothing. */
export function regrantFault(
  directory: VerifiedDirectory, move: RegrantStatement, holders: readonly Name[], proof: RegrantProof, former: PreviousEpoch, needed = signersNeeded(directory.content, proof.day),
): RegrantFault | null {
  // 2. Not dated before the epoch before, nor after tomorrow.
  if (proof.day > daysAfter(directory.today, 1) || (former.notBefore !== null && proof.day < former.notBefore)) return "successor";
  // 3. Each signature counts; one that does not refuses all.
  for (const entry of proof.signatures) {
    const wrong = signerFault(directory, entry, holders, proof, former);
    if (wrong !== null) return wrong;
    if (keyOf(directory, entry, move, proof) === null) return "forged";
  }
  // 4. There are enough. 5. The new holders.
  if (new Set(proof.signatures.map(({ member }) => member)).size < needed) return "unsigned";
  return holdersFault(directory, holders, former);
}

/** The same, refused at its stage. */
export function checkRegrant(directory: VerifiedDirectory, move: RegrantStatement, holders: readonly Name[], proof: RegrantProof, former: PreviousEpoch, needed?: number): void {
  const wrong = regrantFault(directory, move, holders, proof, former, needed);
  if (wrong !== null) refuse(REGRANT_STAGES[wrong], `not a re-grant by those who may, to those who may hold it: ${wrong}`);
}

/** Who reads a case no longer, and who decided that: proven to anyone who knows the members, without a key (SPEC §9). */

import type { B64 } from "../framing.js";
import { refuse } from "../errors.js";
import type { VerifiedDirectory } from "../office/directory.js";
import { signersNeeded } from "../office/directoryshape.js";
import { type Day, type Name, type Read, hash32, id16, integer, list, name, record } from "../shape.js";
import { claimedShape } from "./claims.js";
import { CLAIMED, type CaseEvent, checkPlaced, signedShape } from "./events.js";
import { type RegrantStatement, keyOf, proofIn } from "./regrants.js";

const CHANGES = 255;
const GRANTING: readonly string[] = ["regranted", "regrant-countersigned"];
const placedShape = record({ n: integer(), prev: hash32, event: signedShape });
type Placed = Read<typeof placedShape>;
const removalShape = record({ case: id16, member: name, claim: placedShape, changes: list(placedShape, CHANGES) });

/** A member who opened a case on that day and, as the server says, has not opened it since the changes; who signed each of them, and how many fewer these are than the directory asks for. */
export interface Removal {
  readonly case: B64;
  readonly member: Name;
  readonly opened: Day;
  readonly changes: readonly { readonly day: Day; readonly by: readonly Name[]; readonly missing: number }[];
}

/** The claim binds the changes: the first one follows the grant that its member signed for, each other the one before. */
export function readRemoval(directory: VerifiedDirectory, value: unknown): Removal {
  const { case: id, member, claim, changes } = removalShape(value);
  if (changes.length === 0) refuse("schema", "nothing has changed");
  const checked = ({ n, prev, event }: Placed): CaseEvent => checkPlaced(directory, id, { n, hash: prev }, event);
  const event = checked(claim);
  if (event.kind !== CLAIMED || event.actor !== member) refuse("event", "not what this member signed on opening the case");
  let { epoch, grant } = claimedShape(event.data);
  let last = claim.n;
  const told = changes.map((change) => {
    if (change.n <= last) refuse("event", "changes are in their order");
    last = change.n;
    const moved = checked(change);
    if (!GRANTING.includes(moved.kind)) refuse("event", "no change of readers");
    const move: RegrantStatement = { office: directory.office, case: id, epoch: epoch + 1, previous: grant, grant: hash32(moved.data["grant"]) };
    [epoch, grant] = [move.epoch, move.grant];
    const by = signersOf(directory, move, moved);
    const { day } = proofIn(moved.data);
    return { day, by, missing: Math.max(0, signersNeeded(directory.content, day) - by.length) };
  });
  return { case: id, member, opened: event.day, changes: told };
}

/** Every signature has to hold; nobody counts twice. */
function signersOf(directory: VerifiedDirectory, move: RegrantStatement, event: CaseEvent): Name[] {
  const proof = proofIn(event.data);
  const by = proof.signatures.map((entry) => {
    if (keyOf(directory, entry, move, proof) === null) refuse("signature", "a signature under a change of readers");
    return entry.member;
  });
  if (by.length === 0) refuse("signature", "a change of readers that nobody signed");
  return [...new Set(by)];
}

/** Members of the directory as recipients of one text, whose number nobody sees: filled up with keys that were thrown away (SPEC §11, §13). */

import { refuse } from "../errors.js";
import { VerifiedDirectory } from "./directory.js";
import { type Rng, shuffled } from "../randomness.js";
import { Identity, type Recipient } from "../sealing/xwing.js";

/** The recipients of those of the members who are valid today, each once, filled up and shuffled; refused at `expired`, and at `stanzas` where they are more than there is room for. */
export function paddedRecipients(directory: VerifiedDirectory, ids: readonly string[], stanzas: number, rng: Rng): Recipient[] {
  VerifiedDirectory.checkCurrent(directory);
  const members = [...new Set(ids)].flatMap((id) => directory.validMember(id)?.recipient ?? []);
  if (members.length > stanzas) refuse("stanzas", "more readers than there is room for");
  const fill = Array.from({ length: stanzas - members.length }, () => Identity.draw(rng).recipient);
  return shuffled(rng, [...members, ...fill]);
}

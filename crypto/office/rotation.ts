/** New keys for a member who stays: proven by the keys before, in force once the directory names them (SPEC §8). */

import { b64encode, concat } from "../framing.js";
import { VerifiedDirectory } from "./directory.js";
import { refuse } from "../errors.js";
import { type NextKeys, changeOfKeys } from "../keys/former.js";
import { Secret } from "../primitives.js";
import type { Name } from "../shape.js";
import { type StaffKeys, eachSeed, staffKeys } from "../keys/staff.js";

/** The public keys of `next`, signed by the member's present key and by the new one. */
export function proposeKeys(staff: StaffKeys, next: StaffKeys): NextKeys {
  const { recipient, signing } = next;
  const message = changeOfKeys(staff.office, staff.member, staff.signing, { recipient, signing });
  return { recipient, signing, by_former: b64encode(staff.sign(message)), by_new: b64encode(next.sign(message)) };
}

/** The same seeds, that one first whose keys the directory names today: only it says which, whatever the server tells. Refused at `directory` where it names none. */
export function seedsInForce(seeds: Secret, directory: VerifiedDirectory, member: Name): Secret {
  VerifiedDirectory.check(directory);
  const entry = directory.validMember(member);
  const parts = eachSeed(seeds);
  const named = parts.findIndex((seed) => {
    const staff = staffKeys(seed, { office: directory.office, member });
    return entry !== null && entry.signing === staff.signing && entry.recipient === staff.recipient;
  });
  if (named < 0) return refuse("directory", "the directory names another key for this member");
  const ordered = [...parts.splice(named, 1), ...parts];
  return new Secret(concat(...ordered.map((seed) => seed.reveal())));
}

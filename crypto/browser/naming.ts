/** The reporter raises the level: gives a name, or seals it for the custodians, and takes it back (SPEC §6, §11). */

import { type IdentityText, type Named, identityShape } from "./custody.js";
import type { VerifiedDirectory } from "./directory.js";
import { refuse } from "./errors.js";
import type { Mailbox } from "./mailbox.js";
import { dummyIdentity, sealName } from "./packets.js";
import { type Guarded, type SealedPost, sealPost } from "./posts.js";
import type { Rng } from "./randomness.js";
import type { ReporterKeys } from "./receipt.js";

/** A name, and how it is given: to the office, or sealed for the custodians. `text` the office reads in any case. */
export interface Naming {
  readonly identity: IdentityText;
  readonly sealed: boolean;
  readonly text: string;
}

/** The post that gives a name; it may be the finishing post. A name that was sealed before is taken back by the one in its place. */
export async function sealNaming(directory: VerifiedDirectory, keys: ReporterKeys, mailbox: Mailbox, naming: Naming, rng: Rng, guarded: Guarded = {}): Promise<SealedPost> {
  const { sealed, text } = naming;
  const { about, name, contact } = identityShape(naming.identity);
  const given: Named = { about, level: "named", seal: null, name, contact, text };
  if (!sealed) return sealPost({ directory, keys, mailbox, rng }, { type: "identity", payload: given }, { short: true, ...guarded });
  const own = about === "reporter";
  const found = sealName(directory, naming.identity, rng, own ? mailbox.identityHandle : null);
  const payload: Named = { about, level: "sealed", seal: found.seal, name: "", contact: "", text };
  const extras = { short: true, identity: found.packet, ...guarded, ...(own ? { handle: found.seal.handle } : {}) };
  return sealPost({ directory, keys, mailbox, rng }, { type: "identity", payload }, extras);
}

/** Takes back the sealed identity that the memo names; refused at `schema` where there is none. */
export async function sealWithdrawal(directory: VerifiedDirectory, keys: ReporterKeys, mailbox: Mailbox, rng: Rng): Promise<SealedPost> {
  const handle = mailbox.identityHandle ?? refuse("schema", "no identity is sealed");
  const extras = { short: true, identity: dummyIdentity(rng, handle), handle: null };
  return sealPost({ directory, keys, mailbox, rng }, { type: "identity-withdrawn", payload: { handle } }, extras);
}

/** The reporter raises the level: gives a name, or seals it for the custodians, and takes it back (SPEC §6, §11). */

import type { B64 } from "../framing.js";
import { type IdentityText, type Named, identityShape } from "../custody/names.js";
import type { VerifiedDirectory } from "../office/directory.js";
import { refuse } from "../errors.js";
import type { Mailbox } from "./mailbox.js";
import { dummyIdentity, sealName } from "../custody/packets.js";
import { type Guarded, type SealedPost, sealPost } from "./posts.js";
import type { Rng } from "../randomness.js";
import type { ReporterKeys } from "../keys/receipt.js";

/** So many names of others the memo remembers. */
const OTHERS_LIMIT = 8;

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
  const own = about === "reporter";
  const { handles } = mailbox;
  const given: Named = { about, level: "named", seal: null, name, contact, text };
  if (!sealed) return sealPost({ directory, keys, mailbox, rng }, { type: "identity", payload: given }, { short: true, ...guarded, handles: { ...handles, named: handles.named || own } });
  if (!own && handles.others.length >= OTHERS_LIMIT) refuse("schema", "too many names of others");
  const found = sealName(directory, naming.identity, rng, own ? mailbox.identityHandle : null);
  const payload: Named = { about, level: "sealed", seal: found.seal, name: "", contact: "", text };
  const extras = { short: true, identity: found.packet, ...guarded, handles: own ? { ...handles, identity: found.seal.handle } : { ...handles, others: [...handles.others, found.seal.handle] } };
  return sealPost({ directory, keys, mailbox, rng }, { type: "identity", payload }, extras);
}

/** Takes back the reporter's own sealed name, or that of `other`; refused at `schema` where the memo has none. */
export async function sealWithdrawal(directory: VerifiedDirectory, keys: ReporterKeys, mailbox: Mailbox, rng: Rng, other: B64 | null = null): Promise<SealedPost> {
  const { handles } = mailbox;
  const handle = other ?? handles.identity ?? refuse("schema", "no identity is sealed");
  if (other !== null && !handles.others.includes(other)) refuse("schema", "no identity is sealed");
  const left = other === null ? { ...handles, identity: null } : { ...handles, others: handles.others.filter((one) => one !== other) };
  const extras = { short: true, identity: dummyIdentity(rng, handle), handles: left };
  return sealPost({ directory, keys, mailbox, rng }, { type: "identity-withdrawn", payload: { handle } }, extras);
}

/** What a reporter's device draws for a new case, before there is anything to send (SPEC §5). */

import { type B64, b64decode, b64encode } from "../framing.js";
import { VerifiedDirectory } from "../office/directory.js";
import { Secret } from "../primitives.js";
import type { Rng } from "../randomness.js";
import { type Read, hash32, id16, record, text, version } from "../shape.js";
import { SealTo } from "../sealing/sealto.js";
import { Identity } from "../sealing/xwing.js";

const keptShape = record({ v: version, case: id16, seed: text(128), access: hash32 });
/** A new case as a sealed draft keeps it. Secret: it goes into `sealDraft` and nowhere else. */
export type StoredCase = Read<typeof keptShape>;

/** Case id, case seed of epoch 0 and access token. */
export class NewCase {
  readonly id: B64;
  readonly #identity: Identity;
  readonly #access: Secret;

  constructor(id: B64, identity: Identity, access: Secret) {
    this.id = id;
    this.#identity = identity;
    this.#access = access;
  }

  get identity(): Identity {
    return this.#identity;
  }

  get access(): Secret {
    return this.#access;
  }

  /** Where attachments of the report are sealed to. */
  toOffice(): SealTo {
    return SealTo.own([this.#identity.recipient]);
  }

  /** For the sealed draft, so that parts uploaded already stay usable. */
  keep(): StoredCase {
    return { v: 1, case: this.id, seed: this.#identity.write(), access: b64encode(this.#access.reveal()) };
  }
}

/** Draws a new case; without a verified directory nothing can be sealed. */
export function drawCase(directory: VerifiedDirectory, rng: Rng): NewCase {
  VerifiedDirectory.check(directory);
  return new NewCase(b64encode(rng(16)), Identity.draw(rng), new Secret(rng(32)));
}

/** Takes a case up again from an opened draft. */
export function resumeCase(directory: VerifiedDirectory, kept: unknown): NewCase {
  VerifiedDirectory.check(directory);
  const found = keptShape(kept);
  return new NewCase(found.case, Identity.read(found.seed), new Secret(b64decode(found.access)));
}

/** The one error family of the wire format: what was refused, and at which stage (SPEC §1). */

export type CheckStage =
  | "receipt" | "json" | "schema" | "header" | "stanzas" | "no-match" | "hpke" | "header-mac"
  | "payload" | "padding" | "mac" | "signature" | "sequence" | "chain" | "epoch" | "successor"
  | "excluded" | "root" | "directory" | "expired" | "older" | "foreign" | "bundle"
  | "wrapped-key" | "slot" | "event" | "work" | "withdrawn" | "log";

/** A refusal. `message` is for developers and never holds a secret; pages choose words by `stage`. */
export class CryptoError extends Error {
  readonly stage: CheckStage;

  constructor(stage: CheckStage, message: string) {
    super(`${stage}: ${message}`);
    this.name = "CryptoError";
    this.stage = stage;
  }
}

/** A grant that lets in people whom the report leaves out, or forgets that it does: the re-grant of a careless or hostile colleague. */
export class ExclusionMissing extends CryptoError {
  constructor(readonly excluded: readonly string[]) {
    super("excluded", "the grant forgets whom the report excludes");
    this.name = "ExclusionMissing";
  }
}

/** A link whose code is that of the office that answers, and whose hash is not: it was altered, or is of another time. */
export class LinkAltered extends CryptoError {
  constructor() {
    super("foreign", "the code fits, the hash does not");
    this.name = "LinkAltered";
  }
}

/** A case that has had as many keys as a grant holds: its readers stay as they are. */
export class EpochsUsedUp extends CryptoError {
  constructor() {
    super("epoch", "no further re-grant fits");
    this.name = "EpochsUsedUp";
  }
}

/** An identity packet whose shares are all what its maker committed to, and which does not open: its maker lied. */
export class PacketFaulty extends CryptoError {
  constructor(message: string) {
    super("payload", message);
    this.name = "PacketFaulty";
  }
}

/** The witnesses' last word lies too far back, or ahead of the reader's clock; `at` in seconds since 1970. */
export class NotConfirmed extends CryptoError {
  constructor(readonly at: number) {
    super("expired", "no recent witness of the directory");
    this.name = "NotConfirmed";
  }
}

/** Throws a CryptoError. */
export function refuse(stage: CheckStage, message: string): never {
  throw new CryptoError(stage, message);
}

/** Runs `work` and turns any failure that is not a CryptoError into one of the given stage. */
export function atStage<T>(stage: CheckStage, message: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof CryptoError) throw error;
    return refuse(stage, message);
  }
}

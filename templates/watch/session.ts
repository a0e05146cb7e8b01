/** What every page of the officer's desk stands on: the key, the verified office, the signed calls, and words. */

import { type Secret, type StaffKeys, type VerifiedDirectory, readDeviceSecret, seedsInForce, staffKeys, unwrapStaffSeed, verifyOffice } from "../../crypto/staff.js";
import { CryptoError } from "../../crypto/errors.js";
import { momentOf } from "../shared/moment.js";
import { inLanguage } from "../shared/officetext.js";
import { sayDay } from "../shared/strings.js";
import { WatchCalls, fetchText } from "./calls.js";
import { type KeyFile, device } from "./keyfile.js";

const OFFICER = "retaliation-officer";

/** The key is right, but the directory of today names it for nobody, or for somebody else than the officer. */
export class NotTheOfficer extends Error {}

/** What was typed beside the key file. */
export interface Typed {
  readonly passphrase: string;
  readonly deviceSecret: string;
}

/** One unlocked officer. */
export class OfficerSession {
  readonly calls: WatchCalls;

  constructor(readonly staff: StaffKeys, private readonly seed: Secret, readonly directory: VerifiedDirectory, readonly now: () => Date) {
    this.calls = new WatchCalls(staff, now);
  }

  /** An entity by the directory's name. */
  entity(id: string): string {
    const found = this.directory.content.entities.find((one) => one.id === id);
    return found === undefined ? id : inLanguage(found.name);
  }

  /** A day as people read it. */
  day(day: string): string {
    return sayDay(day);
  }

  /** Overwrites the seed; the page must be left right after. */
  wipe(): void {
    this.seed.reveal().fill(0);
  }
}

/** Verifies the office, then opens the key file; a CryptoError or `NotTheOfficer` when either must not be used. */
export async function unlock(file: KeyFile, typed: Typed, now: () => Date, progress: (done: number) => void): Promise<OfficerSession> {
  // The office is verified before anything is derived: its id is part of what opens the key.
  const directory = await verifiedOffice(file, now());
  const whose = { office: directory.office, member: file.member };
  const seeds = await unwrapStaffSeed(file.wrapped_key, { passphrase: typed.passphrase, device: secretOf(typed.deviceSecret) }, whose, progress);
  if (directory.validMember(file.member)?.role !== OFFICER) throw new NotTheOfficer();
  const seed = inForce(seeds, directory, file.member);
  return new OfficerSession(staffKeys(seed, whose), seed, directory, now);
}

/** Of several seeds, around a change of keys, that one first which the directory names. */
function inForce(seeds: Secret, directory: VerifiedDirectory, member: string): Secret {
  try {
    return seedsInForce(seeds, directory, member);
  } catch {
    throw new NotTheOfficer();
  } finally {
    seeds.reveal().fill(0);
  }
}

async function verifiedOffice(file: KeyFile, now: Date): Promise<VerifiedDirectory> {
  const document = await fetchText("/office/office.json");
  const known = newest(device.seen(file.office_key), file.seen);
  const directory = verifyOffice(file.office_key, document, momentOf(now), known);
  device.keepSeen(file.office_key, directory.seen);
  return directory;
}

type Seen = KeyFile["seen"];

function newest(one: Seen, other: Seen): Seen {
  if (one === null || other === null) return one ?? other;
  return one.sequence >= other.sequence ? one : other;
}

/** The device secret from its code; refused like a wrong one. */
function secretOf(text: string): Secret {
  try {
    return readDeviceSecret(text.trim());
  } catch {
    throw new CryptoError("wrapped-key", "not a device secret");
  }
}

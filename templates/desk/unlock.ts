/** Sign-in: both secrets are derived here, only the sign-in secret leaves, and the key is unwrapped in memory. */

import {
  CryptoError, type Secret, type StaffKeys, type VerifiedDirectory, readDeviceSecret, signinSecret, staffKeys, unwrapStaffSeed,
} from "../../crypto/browser/staff.js";
import { session } from "./api.js";

export interface Credentials {
  readonly member: string;
  readonly passphrase: string;
  readonly deviceSecret: string;
  readonly totp: string;
}

export interface SignedIn {
  readonly staff: StaffKeys;
  readonly seed: Secret;
}

/** The key is right but the keepers have not put it into the directory yet. */
export class NotInDirectory extends Error {}

/** Signs in and unwraps; `progress` goes from 0 to 1 over both derivations. */
export async function unlock(given: Credentials, directory: VerifiedDirectory, progress: (done: number) => void): Promise<SignedIn> {
  const { member } = given;
  const whose = { office: directory.office, member };
  const unlocking = { passphrase: given.passphrase, device: readDevice(given.deviceSecret) };
  // 1. The sign-in secret, from both inputs, under its own salt and label.
  const secret = await signinSecret(unlocking, whose, (done) => progress(done / 2));
  await session.start(member, secret, given.totp.replace(/\s/g, ""));
  // 2. The wrapped key, which only the same two inputs open.
  const me = await session.me();
  if (me.member !== member) throw new CryptoError("foreign", "signed in as somebody else");
  const seed = await unwrapStaffSeed(me.wrapped_key, unlocking, whose, (done) => progress(0.5 + done / 2));
  // 3. The directory names exactly this key; otherwise nobody seals to it and nothing it signs counts.
  const staff = staffKeys(seed, whose);
  const entry = directory.validMember(member);
  if (entry === null || entry.recipient !== staff.recipient || entry.signing !== staff.signing) throw new NotInDirectory();
  return { staff, seed };
}

function readDevice(text: string): Secret {
  try {
    return readDeviceSecret(text.trim());
  } catch {
    throw new CryptoError("wrapped-key", "not a device secret");
  }
}

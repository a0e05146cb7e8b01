/** Sign-in: both secrets are derived here, only the sign-in secret leaves, and the key is unwrapped in memory. */

import {
  CryptoError, type Secret, type StaffKeys, type StaffMember, type Unlocking, type VerifiedDirectory, passkeySigninSecret, readDeviceSecret, seedsInForce, signinSecret, staffKeys, unwrapStaffSeed,
  unwrapWithPasskey,
} from "../../../crypto/staff.js";
import { passkeys, session } from "../api.js";
import { NoPasskey, type Signed, signWith } from "./authenticator.js";
import { NoStandIn } from "../context.js";

type Progress = (done: number) => void;

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
export async function unlock(given: Credentials, directory: VerifiedDirectory, progress: Progress): Promise<SignedIn> {
  const whose = { office: directory.office, member: given.member };
  const way = besideDevice({ passphrase: given.passphrase, device: readDevice(given.deviceSecret) }, whose);
  // 1. The sign-in secret, from both inputs, under its own salt and label.
  await session.start(given.member, await way.secret((done) => progress(done / 2)), given.totp.replace(/\s/g, ""));
  // 2. The wrapped key, which only the same two inputs open.
  return named(await way.seed((done) => progress(0.5 + done / 2)), whose, directory);
}

/** The same with a passkey in place of the one-time code and, where the device secret is left empty, of that too. */
export async function unlockWithPasskey(given: Omit<Credentials, "totp">, directory: VerifiedDirectory, progress: Progress, stop: AbortSignal): Promise<SignedIn> {
  const whose = { office: directory.office, member: given.member };
  const typed = given.deviceSecret.trim() === "" ? null : readDevice(given.deviceSecret);
  // 1. The passkey signs a challenge that is good once, for this page.
  const signed = await signWith(whose, await passkeys.doorChallenge(), null, stop);
  if (stop.aborted) throw new NoPasskey("stopped");
  const way = typed === null ? besidePasskey(given.passphrase, signed, whose) : besideDevice({ passphrase: given.passphrase, device: typed }, whose);
  // 2. The sign-in secret, from the passphrase and what stands beside it.
  const secret = await way.secret((done) => progress(done / 2));
  await passkeys.start({ member: given.member, secret, stands_in: typed === null, ...signed.sent });
  // 3. The wrapped key that belongs to it.
  const seed = await way.seed((done) => progress(0.5 + done / 2));
  return named(seed, whose, directory);
}

/** What signs in, and what opens the wrapped key. */
interface SignInMethod {
  readonly secret: (progress: Progress) => Promise<string>;
  readonly seed: (progress: Progress) => Promise<Secret>;
}

function besidePasskey(passphrase: string, { credential, output }: Signed, whose: StaffMember): SignInMethod {
  if (output === null) throw new NoStandIn();
  const unlocking = { passphrase, credential, output };
  return {
    secret: (progress) => passkeySigninSecret(unlocking, whose, progress),
    seed: async (progress) => unwrapWithPasskey(await wrappedBeside(credential), unlocking, whose, progress),
  };
}

function besideDevice(unlocking: Unlocking, whose: StaffMember): SignInMethod {
  return {
    secret: (progress) => signinSecret(unlocking, whose, progress),
    seed: async (progress) => unwrapStaffSeed((await ownKey(whose.member)).wrapped_key, unlocking, whose, progress),
  };
}

async function wrappedBeside(credential: string): Promise<unknown> {
  return (await passkeys.list()).find((one) => one.credential === credential)?.wrapped_key ?? null;
}

async function ownKey(member: string): Promise<{ readonly wrapped_key: unknown }> {
  const me = await session.me();
  if (me.member !== member) throw new CryptoError("foreign", "signed in as somebody else");
  return me;
}

/** The member of these seeds, which are overwritten. The directory names exactly this key; otherwise nobody seals to it and nothing it signs counts: `NotInDirectory`. */
export function named(seeds: Secret, whose: StaffMember, directory: VerifiedDirectory): SignedIn {
  const seed = inForce(seeds, whose, directory);
  return { staff: staffKeys(seed, whose), seed };
}

/** Of several seeds, around a change of keys, that one first which the directory names; the others open what was sealed to them. */
function inForce(seeds: Secret, whose: StaffMember, directory: VerifiedDirectory): Secret {
  try {
    return seedsInForce(seeds, directory, whose.member);
  } catch (error) {
    if (error instanceof CryptoError && error.stage === "directory") throw new NotInDirectory();
    throw error;
  } finally {
    seeds.reveal().fill(0);
  }
}

/** The device secret from its code; refused like a wrong one. */
export function readDevice(text: string): Secret {
  try {
    return readDeviceSecret(text.trim());
  } catch {
    throw new CryptoError("wrapped-key", "not a device secret");
  }
}

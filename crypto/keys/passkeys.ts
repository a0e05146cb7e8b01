/** A passkey in place of the device secret: its PRF output wraps the member's seed a second time (SPEC §8). */

import { type B64, type Bytes, b64decode, b64encode, frame, utf8 } from "../framing.js";
import { refuse } from "../errors.js";
import { type Progress, type Secret, noProgress, sha256 } from "../primitives.js";
import type { Rng } from "../randomness.js";
import { type Member, type WrappedKey, boxSeed, deriveWith, signinSalt, unboxSeed } from "./staff.js";

const PRF_SIZE = 32;
const CREDENTIAL_LEAST = 16;
const CREDENTIAL_LIMIT = 1023;

/** What a person knows, and what a passkey gives beside its signature: which one it is, and its PRF output (32 bytes). */
export interface PasskeyUnlocking {
  readonly passphrase: string;
  readonly credential: B64;
  readonly output: Secret;
}

/** The input to the PRF extension (32 bytes), the same for all of a member's passkeys; it is no secret. */
export function passkeyInput({ office, member }: Member): Bytes {
  return sha256(frame("yanlu/v1/passkey-prf", b64decode(office), utf8(member)));
}

/** The user handle under which an authenticator keeps the passkey (b64, 32 bytes); it names nobody by itself. */
export function passkeyUser({ office, member }: Member): B64 {
  return b64encode(sha256(frame("yanlu/v1/passkey-user", b64decode(office), utf8(member))));
}

function checked(unlocking: PasskeyUnlocking): Bytes {
  const credential = b64decode(unlocking.credential);
  const fits = credential.length >= CREDENTIAL_LEAST && credential.length <= CREDENTIAL_LIMIT && unlocking.output.reveal().length === PRF_SIZE;
  return fits ? credential : refuse("schema", "not what a passkey gives");
}

function aad({ office, member }: Member, credential: Uint8Array, salt: Uint8Array): Bytes {
  return frame("yanlu/v1/passkey-wrapped-key", b64decode(office), utf8(member), credential, salt);
}

const kek = ({ passphrase, output }: PasskeyUnlocking, salt: Uint8Array, progress: Progress): Promise<Bytes> =>
  deriveWith(passphrase, output, salt, "yanlu/v1/kek-passkey", progress);

/** The wrapped key beside a passkey; never the only one: that under the device secret stays. */
export async function wrapForPasskey(seed: Secret, unlocking: PasskeyUnlocking, member: Member, rng: Rng, progress: Progress = noProgress): Promise<WrappedKey> {
  const [credential, salt] = [checked(unlocking), rng(16)];
  return boxSeed(seed, await kek(unlocking, salt, progress), salt, aad(member, credential, salt), rng);
}

/** The seed; refused at `wrapped-key` when passphrase, passkey or key do not fit. */
export function unwrapWithPasskey(wrapped: unknown, unlocking: PasskeyUnlocking, member: Member, progress: Progress = noProgress): Promise<Secret> {
  const credential = checked(unlocking);
  return unboxSeed(wrapped, async (salt) => [await kek(unlocking, salt, progress), aad(member, credential, salt)]);
}

/** The secret that signs in with this passkey (b64, 32 bytes); the server keeps a slow hash of it beside the passkey. */
export async function passkeySigninSecret(unlocking: PasskeyUnlocking, member: Member, progress: Progress = noProgress): Promise<B64> {
  checked(unlocking);
  return b64encode(await deriveWith(unlocking.passphrase, unlocking.output, signinSalt(member), "yanlu/v1/passkey-signin", progress));
}

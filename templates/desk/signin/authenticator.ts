/** What the browser's authenticators do for us: make a passkey, and sign with one; the user is always verified. */

import { WebAuthnAbortService, browserSupportsWebAuthn, startAuthentication, startRegistration } from "@simplewebauthn/browser";
import { type StaffMember, Secret, b64encode, passkeyInput, passkeyUser, systemRng } from "../../../crypto/staff.js";

const PRF_SIZE = 32;
const CHALLENGE_SIZE = 32;
// After that a question that nobody sees, or that a device never answers, is over; in milliseconds.
const PATIENCE = 120_000;
// EdDSA, ES256, RS256: what the server verifies.
const ALGORITHMS = [-8, -7, -257] as const;

/** The person broke off, took too long, or the device has no such passkey. */
export class NoPasskey extends Error {}

/** A signature at the door, as it is sent; `output` is what the PRF extension gave, if the passkey has it. */
export interface Signed {
  readonly credential: string;
  readonly output: Secret | null;
  readonly sent: Readonly<Record<string, string>>;
}

/** A new passkey, as it is sent. */
export interface Made {
  readonly credential: string;
  readonly output: Secret | null;
  readonly sent: Readonly<Record<string, string>>;
}

interface Prf {
  readonly prf?: { readonly enabled?: boolean; readonly results?: { readonly first?: ArrayBuffer } };
}

/** Whether this browser has passkeys at this address: none has them for a bare number. */
export function hasPasskeys(): boolean {
  return browserSupportsWebAuthn() && !/^[0-9.]+$|^\[/.test(location.hostname);
}

function outputOf(extensions: unknown): Secret | null {
  const first = (extensions as Prf).prf?.results?.first;
  return first !== undefined && first.byteLength === PRF_SIZE ? new Secret(new Uint8Array(first.slice(0))) : null;
}

function asked(whose: StaffMember): AuthenticationExtensionsClientInputs {
  return { prf: { eval: { first: passkeyInput(whose) } } };
}

async function orNone<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw new NoPasskey(error instanceof Error ? error.name : "refused");
  }
}

/** Signs the challenge with a passkey that the person picks, or with the one that is named; `stop` ends the waiting. */
export async function signWith(whose: StaffMember, challenge: string, credential: string | null = null, stop: AbortSignal | null = null): Promise<Signed> {
  if (stop?.aborted === true) throw new NoPasskey("stopped");
  stop?.addEventListener("abort", () => WebAuthnAbortService.cancelCeremony(), { once: true });
  const options = {
    challenge, rpId: location.hostname, timeout: PATIENCE, userVerification: "required" as const, extensions: asked(whose),
    ...(credential === null ? {} : { allowCredentials: [{ id: credential, type: "public-key" as const }] }),
  };
  const found = await orNone(startAuthentication({ optionsJSON: options }));
  const { clientDataJSON, authenticatorData, signature } = found.response;
  return {
    credential: found.id, output: outputOf(found.clientExtensionResults),
    sent: { challenge, credential: found.id, client_data: clientDataJSON, authenticator_data: authenticatorData, signature },
  };
}

/** Makes a passkey that the browser keeps for this member; asks it for its PRF output once more where making gave none. */
export async function make(whose: StaffMember, challenge: string, title: string): Promise<Made> {
  const found = await orNone(startRegistration({
    optionsJSON: {
      challenge, timeout: PATIENCE, rp: { id: location.hostname, name: title }, user: { id: passkeyUser(whose), name: whose.member, displayName: whose.member },
      pubKeyCredParams: ALGORITHMS.map((alg) => ({ alg, type: "public-key" as const })), attestation: "none",
      authenticatorSelection: { residentKey: "required", userVerification: "required" }, extensions: asked(whose),
    },
  }));
  const enabled = (found.clientExtensionResults as Prf).prf?.enabled === true;
  const given = outputOf(found.clientExtensionResults);
  // What is signed here goes nowhere: any challenge will do.
  const output = given === null && enabled ? (await signWith(whose, b64encode(systemRng(CHALLENGE_SIZE)), found.id)).output : given;
  return {
    credential: found.id, output,
    sent: { challenge, credential: found.id, client_data: found.response.clientDataJSON, attestation: found.response.attestationObject },
  };
}

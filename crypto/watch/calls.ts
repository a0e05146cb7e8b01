/** Signed calls to the watch's officer face (SPEC §13): no session, each call carries the officer's signature. */

import { type Bytes, b64decode, b64encode, frame, u64, utf8 } from "../framing.js";
import { sha256 } from "../primitives.js";
import type { Rng } from "../randomness.js";
import type { StaffKeys } from "../keys/staff.js";

export const CALL_HEADER = "Yanlu-Call";
const NONCE_SIZE = 16;

/** A call as it is sent: `route` is `METHOD /path?query`, `seconds` count from 1970. */
export interface WatchCall {
  readonly route: string;
  readonly seconds: number;
  readonly body: Uint8Array;
}

function callFrame(staff: StaffKeys, { route, seconds, body }: WatchCall, nonce: Uint8Array): Bytes {
  return frame("yanlu/v1/watch-call", b64decode(staff.office), utf8(staff.member), utf8(route), u64(seconds), nonce, sha256(body));
}

/** The value of the header of a call, good for two minutes and once. */
export function signCall(staff: StaffKeys, call: WatchCall, rng: Rng): string {
  const nonce = rng(NONCE_SIZE);
  return `${staff.member}.${call.seconds}.${b64encode(nonce)}.${b64encode(staff.sign(callFrame(staff, call, nonce)))}`;
}

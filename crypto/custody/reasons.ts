/** A request as it is kept, and its reason in writing, which oversight reads without the packet (SPEC §11). */

import { type B64, type Bytes, b64decode, b64encode, frame, utf8 } from "../framing.js";
import { ABOUT, type About, DELAY_LIMIT, GROUNDS, REASON_LIMIT, NOTIFY_WHEN } from "./names.js";
import { VerifiedDirectory } from "../office/directory.js";
import type { Member } from "../office/directoryshape.js";
import { open } from "../sealing/age.js";
import { refuse } from "../errors.js";
import { checkSigned } from "../keys/former.js";
import { padText, readPadded } from "../padding.js";
import { type Day, type Read, base64, day, id16, maybe, name, oneOf, record, text, version } from "../shape.js";
import type { StaffKeys } from "../keys/staff.js";

export const REASON_STANZAS = 16;
export const LONGEST_DAYS = 14;
const DAY_MS = 86_400_000;

/** A request as the server keeps it: neither handle nor packet nor who asks stands in the clear. */
export const requestShape = record({
  v: version, office: id16, request: id16, ground: oneOf(...GROUNDS), told: oneOf(...NOTIFY_WHEN), expires: day,
  reason: base64(undefined, 65_536), body: base64(undefined, 98_304),
});
export type UnsealRequest = Read<typeof requestShape>;
/** What of a request stands in the clear. */
export type BareRequest = Omit<UnsealRequest, "reason" | "body" | "v">;

const reasonShape = record({ v: version, requester: name, about: oneOf(...ABOUT), text: text(REASON_LIMIT), delay: maybe(text(DELAY_LIMIT)), sig: base64(64) });
/** Who asks (a member id), whose name it is, and why; `delay` says why the reporter is told only afterwards. */
export type UnsealingReason = Read<typeof reasonShape>;

function reasonFrame(of: BareRequest, reason: Omit<UnsealingReason, "v" | "sig">): Bytes {
  return frame(
    "yanlu/v1/unseal-reason", b64decode(of.office), b64decode(of.request), utf8(reason.requester), utf8(reason.about), utf8(of.ground), utf8(of.told),
    utf8(of.expires), utf8(reason.text), utf8(reason.delay ?? ""),
  );
}

/** The padded text of a reason, signed by anyone who asks. */
export function writeReason(staff: StaffKeys, of: BareRequest, about: About, words: string, delay: string | null): Bytes {
  const unsigned = { requester: staff.member, about, text: words, delay };
  return padText(reasonShape({ v: 1, ...unsigned, sig: b64encode(staff.sign(reasonFrame(of, unsigned))) }));
}

/** The earliest day that a request that ends on `expires`, or a vote on it, can be from. */
export function firstDay(expires: Day): Day {
  return new Date(Date.parse(`${expires}T00:00:00Z`) - LONGEST_DAYS * DAY_MS).toISOString().slice(0, 10);
}

/** The padded text of a reason and what it says; nothing of it is verified yet. */
export async function openReason(staff: StaffKeys, reason: B64): Promise<{ said: Bytes; reason: UnsealingReason }> {
  const said = await open(staff.identity, b64decode(reason), REASON_STANZAS);
  return { said, reason: reasonShape(readPadded(said)) };
}

/** Refused at `signature` for a reason that this member did not write for this request. */
export function checkReason(requester: Member, request: BareRequest, reason: UnsealingReason): void {
  checkSigned(requester, reasonFrame(request, reason), b64decode(reason.sig), { day: firstDay(request.expires) });
}

/** The reason of a request, as oversight and custodians read it afterwards: who asked, and why. */
export async function readReason(staff: StaffKeys, directory: VerifiedDirectory, value: unknown): Promise<UnsealingReason> {
  VerifiedDirectory.check(directory);
  // 1. Shape and office.
  const request = requestShape(value);
  if (request.office !== directory.office) refuse("foreign", "a request of another office");
  // 2. It opens.
  const { reason } = await openReason(staff, request.reason);
  // 3. Anyone who asked is in the directory, be it as one whose time is over.
  const requester = directory.member(reason.requester) ?? refuse("directory", "nobody of this office asked");
  // 4. The signature.
  checkReason(requester, request, reason);
  return reason;
}

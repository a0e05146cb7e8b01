/** Re-grants: the next epoch of a case, signed by holders of the one before (SPEC §5). */

import { type B64, type Bytes, b64decode, b64encode } from "./bytes.js";
import { type CaseView, type SealedStep, sealStaffItem } from "./desk.js";
import type { Item } from "./documents.js";
import { VerifiedDirectory } from "./directory.js";
import { refuse } from "./errors.js";
import { EPOCH_LIMIT, type GrantBody, readPacket, sealGrantBody, writePacket } from "./grantbody.js";
import { Grant, checkPin, maySign, openGrantBody, regrantFrame } from "./grants.js";
import { bucketFor } from "./holders.js";
import { sha256 } from "./primitives.js";
import type { Rng } from "./randomness.js";
import type { Name } from "./shapes.js";
import type { StaffKeys } from "./staffkeys.js";
import { macPair } from "./thread.js";
import { Identity, type Recipient } from "./xwing.js";

/** The packet, the item that tells the reporter, the access hash, and the new grant. */
export interface Regrant {
  readonly packet: Bytes;
  readonly item: Item;
  /** Hash of the epoch item, for the event beside it. */
  readonly itemHash: B64;
  /** SHA-256 of the new access token, b64. */
  readonly access: B64;
  readonly grant: Grant;
  /** Signatures that are still missing (`cosignRegrant`). */
  readonly missing: number;
}

function recipientsOf(directory: VerifiedDirectory, holders: readonly Name[]): Recipient[] {
  const found = holders.map((id) => (directory.validMember(id) ?? refuse("schema", "a holder who is not in the directory today")).recipient);
  return [...found, directory.content.recovery];
}

/** Whoever was removed must not read the notes that follow. */
function officeSeeds(body: GrantBody, holders: readonly Name[], rng: Rng): GrantBody["office_seeds"] {
  const removed = body.holders.some((id) => !holders.includes(id));
  if (body.office_seeds.length > 0 && !removed) return body.office_seeds;
  return [...body.office_seeds, { epoch: body.epoch + 1, seed: Identity.draw(rng).write() }];
}

function nextBody(directory: VerifiedDirectory, view: CaseView, holders: readonly Name[], excluded: readonly Name[], rng: Rng): GrantBody {
  const { body, hash } = view.grant;
  const barred = [...new Set([...body.excluded, ...excluded])].sort();
  if (holders.some((id) => barred.includes(id))) refuse("excluded", "somebody excluded would become a holder");
  if (body.epoch >= EPOCH_LIMIT) refuse("epoch", "no further re-grant fits");
  return {
    ...body, epoch: body.epoch + 1, seeds: [...body.seeds, Identity.draw(rng).write()], office_seeds: officeSeeds(body, holders, rng),
    macs: [...body.macs, macPair(rng(32), rng(32))], reporter: view.reporter, holders: [...holders], excluded: barred,
    access: b64encode(rng(32)), directory: { ...directory.seen }, previous: hash, previous_holders: body.holders,
  };
}

function announce(staff: StaffKeys, directory: VerifiedDirectory, view: CaseView, grant: Grant, rng: Rng): Promise<SealedStep> {
  const { body } = grant;
  const recipient = Identity.read(body.seeds[body.epoch] as string).recipient;
  const macs = body.macs[body.epoch] as { to_office: B64; to_reporter: B64 };
  const payload = { epoch: body.epoch, recipient, ...macs, holders: body.holders, grant: grant.hash, previous: view.grant.hash };
  // To the new case key: whoever was removed has the old one and would read the new MAC keys.
  return sealStaffItem(staff, directory, view, { type: "epoch", payload }, rng, [view.reporter, recipient]);
}

/**
 * The next epoch for exactly these holders; `excluded` are further people to exclude. Refused at `excluded` when an
 * excluded id would become a holder. With a `regrant_threshold` of 2 the packet still needs `cosignRegrant`.
 */
export async function sealRegrant(
  staff: StaffKeys, directory: VerifiedDirectory, view: CaseView, holders: readonly Name[], rng: Rng, excluded: readonly Name[] = [],
): Promise<Regrant> {
  VerifiedDirectory.check(directory);
  if (holders.length === 0 || new Set(holders).size !== holders.length) refuse("schema", "not a list of holders");
  const body = nextBody(directory, view, holders, excluded, rng);
  const recipients = recipientsOf(directory, holders);
  const bucket = Math.max(view.grant.bucket, bucketFor(recipients.length));
  const sealed = await sealGrantBody(body, recipients, bucket, rng);
  const grant = new Grant(body, b64encode(sha256(sealed)), bucket);
  const step = await announce(staff, directory, view, grant, rng);
  const signature = { member: staff.member, sig: b64encode(staff.sign(regrantFrame(body, grant.hash))) };
  return {
    packet: writePacket(sealed, [signature], bucket), item: step.item, itemHash: step.hash, access: b64encode(sha256(b64decode(body.access))),
    grant, missing: directory.content.regrant_threshold - 1,
  };
}

/** Adds a second holder's signature, after checking what is signed. `own` is the cosigner's grant of the epoch before; an outside holder has none. */
export async function cosignRegrant(staff: StaffKeys, packet: Uint8Array, directory: VerifiedDirectory, own: Grant | null = null): Promise<Bytes> {
  VerifiedDirectory.check(directory);
  const parts = readPacket(packet);
  const body = await openGrantBody(parts, staff.identity);
  if (body.office !== directory.office || body.epoch === 0) refuse("schema", "not a re-grant of this office");
  if (body.holders.some((id) => body.excluded.includes(id))) refuse("excluded", "somebody excluded would become a holder");
  if (own !== null) checkPin(body, parts.hash, own.pin);
  if (!maySign(directory, body, staff.member)) refuse("signature", "this member may not sign this re-grant");
  const signature = { member: staff.member, sig: b64encode(staff.sign(regrantFrame(body, parts.hash))) };
  const others = parts.signatures.filter((entry) => entry.member !== staff.member);
  return writePacket(parts.sealed, [...others, signature], parts.bucket);
}

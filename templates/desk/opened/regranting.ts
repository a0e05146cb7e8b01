/** Changing who reads a case: at once where one signature is enough, else by a proposal that another holder reviews and signs. */

import {
  type CaseView, CryptoError, type EventText, ExclusionDropped, type Grant, type ReadEvent, type Regrant, type StaffKeys, type VerifiedDirectory, type Waiting, announceRegrant, b64decode, b64encode, cosignRegrant, namedItems,
  outsideIds, reviewRegrant, systemRng, unnamedBefore, verifyEvents,
} from "../../../crypto/browser/staff.js";
import { readPacket } from "../../../crypto/browser/case/grantbody.js";
import { openGrantBody } from "../../../crypto/browser/case/grants.js";
import { sha256 } from "../../../crypto/browser/primitives.js";
import type { CaseFile, NewGrant, NewProposal, ProposalRow, Step } from "../api.js";
import type { Proposed } from "./model.js";
import { NobodyToSign, wordsFor } from "../room.js";

/** Who has to sign with the proposer: null for any other holder, else the outside holder who is asked; refused where nobody could. */
export function askedToSign(directory: VerifiedDirectory, made: Grant, me: string): string | null {
  const { previous_holders: before, holders } = made.body;
  const living = before.filter((id) => directory.validMember(id) !== null);
  if (living.length > 1) {
    if (!living.some((id) => id !== me && holders.includes(id))) throw new NobodyToSign();
    return null;
  }
  return outsideIds(directory, made.entity).find((id) => holders.includes(id) && !living.includes(id)) ?? refuseLonely();
}

function refuseLonely(): never {
  throw new NobodyToSign();
}

/** A re-grant as it is sent. */
export function grantOf(made: Regrant): NewGrant {
  return { packet: b64encode(made.packet), history: b64encode(made.history), access: made.access, epoch: made.grant.epoch, ...made.proof };
}

/** A proposal ready to go, but for its event. */
export function proposalOf(directory: VerifiedDirectory, made: Regrant, me: string): Omit<NewProposal, "event"> {
  return { ...grantOf(made), invited: askedToSign(directory, made.grant, me) };
}

function waitingOf({ packet, history, proof }: ProposalRow): Waiting {
  return { packet: b64decode(packet), history: b64decode(history), proof };
}

/** The signed record holds, and its last proposal is the very one that is shown. */
function checkRecord(events: readonly ReadEvent[], file: CaseFile, waits: ProposalRow): void {
  const whole = events.every(({ wrong }) => wrong === null || wrong === "removed-signer") && events.at(-1)?.hash === file.head.hash && file.head.n === events.length - 1;
  if (!whole) throw new CryptoError("event", "the record does not hold together");
  const { hash } = readPacket(b64decode(waits.packet));
  const told = events.filter(({ event, wrong }) => wrong === null && event?.actor === waits.by && event.data["proposal"] === hash).at(-1)?.event;
  if (told?.kind !== "regrant-proposed") throw new CryptoError("event", "the signed record names another proposal");
}

/** What this member proposed: who comes and who goes. */
async function changeOf(staff: StaffKeys, waits: ProposalRow, now: readonly string[]): Promise<Pick<Proposed, "holders" | "added" | "removed">> {
  const { holders: then } = await openGrantBody(readPacket(b64decode(waits.packet)), staff.identity);
  return { holders: then, added: then.filter((id) => !now.includes(id)), removed: now.filter((id) => !then.includes(id)) };
}

/** Reviews what waits; never throws for what a liar may have put there. `own` is null for an outside holder. */
export async function reviewProposal(staff: StaffKeys, directory: VerifiedDirectory, file: CaseFile, own: Grant | null, before: readonly string[]): Promise<Proposed | null> {
  const waits = file.proposal;
  if (waits === null) return null;
  const known = { by: waits.by, day: waits.day, epoch: waits.epoch, packet: waits.packet };
  const blank = { ...known, holders: [], added: [], removed: [], excluded: [], unnamed: [] };
  try {
    if (waits.by === staff.member) return { ...blank, ...(await changeOf(staff, waits, before)), refused: null, leavesMe: false };
    checkRecord(verifyEvents(directory, file.case, file.events), file, waits);
    const reviewed = await reviewRegrant(staff, waitingOf(waits), directory, own, file.items);
    const { grant } = reviewed;
    const [now, then] = [own === null ? grant.body.previous_holders : before, grant.holders];
    const excluded = grant.excluded.filter((id) => own?.excluded.includes(id) !== true);
    const unnamed = own === null ? unnamedBefore(directory, reviewed) : [];
    return { ...known, holders: then, added: then.filter((id) => !now.includes(id)), removed: now.filter((id) => !then.includes(id)), excluded, unnamed, refused: null, leavesMe: false };
  } catch (error) {
    if (!(error instanceof CryptoError)) throw error;
    // Anyone who is excluded learns nothing, not even that there is a case.
    if (error instanceof ExclusionDropped && error.excluded.includes(staff.member)) return null;
    const leavesMe = error.stage === "no-match";
    return { ...blank, refused: leavesMe ? null : wordsFor(error), leavesMe };
  }
}

/** The packet, who signed it and the notice of it, as the step that brings them into force; reviews everything again before it signs. */
export async function signProposal(
  staff: StaffKeys, directory: VerifiedDirectory, file: CaseFile, view: CaseView | null,
): Promise<{ grant: Grant; step: Omit<Step, "event" | "blobs">; data: EventText["data"] }> {
  const waits = file.proposal;
  if (waits === null) throw new CryptoError("event", "nothing waits for a signature");
  const events = verifyEvents(directory, file.case, file.events);
  checkRecord(events, file, waits);
  const own = view?.grant ?? null;
  const waiting = waitingOf(waits);
  // An outside holder has no grant before: the keys of that epoch came with the new one.
  const { grant, view: before } = await reviewRegrant(staff, waiting, directory, own, file.items, namedItems(events));
  const proof = await cosignRegrant(staff, waiting, directory, own, file.items);
  const notice = await announceRegrant(before, grant, proof, systemRng);
  const data = { proposal: grant.hash, grant: grant.hash, item: notice.hash, ...proof };
  const access = b64encode(sha256(b64decode(grant.access())));
  return { grant, data, step: { item: notice.item, grant: { packet: waits.packet, history: waits.history, access, epoch: grant.epoch, ...proof } } };
}

/** Changing who reads a case: at once where one signature is enough, else by a proposal that another holder reviews and signs. */

import {
  type CaseView, CryptoError, type EventText, ExclusionMissing, type Grant, type ReadEvent, type Regrant, type StaffKeys, type VerifiedDirectory, type Waiting, announceRegrant, b64decode, b64encode, cosignRegrant, namedItems,
  outsideIds, reviewRegrant, systemRng, unnamedBefore, verifyEvents,
} from "../../../crypto/staff.js";
import { readPacket } from "../../../crypto/case/grantbody.js";
import { openGrantBody } from "../../../crypto/case/grant.js";
import { sha256 } from "../../../crypto/primitives.js";
import type { CaseFile, NewGrant, NewProposal, ProposalRow, Step } from "../api.js";
import { t } from "../../shared/strings.js";
import type { Proposed } from "./model.js";
import { NobodyToSign, readingWords } from "../context.js";

const livingOf = (directory: VerifiedDirectory, ids: readonly string[]): string[] => ids.filter((id) => directory.validMember(id) !== null);

/** Who could sign with the proposer: the other holders who stay, or, where one holder at most is left, an outside holder who comes in. */
export function signersOf(directory: VerifiedDirectory, entity: string, before: readonly string[], then: readonly string[], by: string): string[] {
  const living = livingOf(directory, before);
  if (living.length > 1) return living.filter((id) => id !== by && then.includes(id));
  return outsideIds(directory, entity).filter((id) => then.includes(id) && !living.includes(id));
}

/** Who has to sign with the proposer: null for any other holder, else the outside holder who is asked; refused where nobody could. */
export function askedToSign(directory: VerifiedDirectory, made: Grant, me: string): string | null {
  const { previous_holders: before, holders } = made.body;
  const lonely = livingOf(directory, before).length <= 1;
  const [first] = signersOf(directory, made.entity, before, holders, me);
  if (first === undefined) throw new NobodyToSign(lonely);
  return lonely ? first : null;
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

/** Who comes, who goes, and who could sign it but the member who looks at it. */
function changeOf(directory: VerifiedDirectory, entity: string, [now, then]: readonly [readonly string[], readonly string[]], by: string, me: string): Pick<Proposed, "holders" | "added" | "removed" | "signers"> {
  const signers = signersOf(directory, entity, now, then, by).filter((id) => id !== me);
  return { holders: then, added: then.filter((id) => !now.includes(id)), removed: now.filter((id) => !then.includes(id)), signers };
}

const accessOf = (grant: Grant): string => b64encode(sha256(b64decode(grant.access())));

/** Who declined a proposal, by the signed record; no proposer declines the own one. */
function declinedBy(events: readonly ReadEvent[], proposal: string): string[] {
  return events.flatMap(({ event, wrong }) => (wrong === null && event?.kind === "regrant-declined" && event.data["proposal"] === proposal && event.actor !== null ? [event.actor] : []));
}

/** Whom a change keeps out who was not before; for an outside holder, who knows no grant before, all of them. */
function newlyOf(excluded: readonly string[], own: Grant | null): string[] {
  return excluded.filter((id) => own?.excluded.includes(id) !== true);
}

/** Reviews what waits; never throws for what a liar may have put there. `own` is null for an outside holder. */
export async function reviewProposal(staff: StaffKeys, directory: VerifiedDirectory, file: CaseFile, own: Grant | null, before: readonly string[]): Promise<Proposed | null> {
  const waits = file.proposal;
  if (waits === null) return null;
  const known = { by: waits.by, day: waits.day, epoch: waits.epoch, packet: waits.packet, outside: own === null, refused: null, leavesMe: false };
  const blank = { ...known, holders: [], added: [], removed: [], excluded: [], unnamed: [], signers: [], declined: [] };
  let declined: string[] = [];
  try {
    const parts = readPacket(b64decode(waits.packet));
    const events = verifyEvents(directory, file.case, file.events);
    declined = declinedBy(events, parts.hash);
    if (waits.by === staff.member) {
      const { holders: then, entity, excluded } = await openGrantBody(parts, staff.identity);
      return { ...blank, ...changeOf(directory, entity, [before, then], waits.by, waits.by), excluded: newlyOf(excluded, own), declined };
    }
    checkRecord(events, file, waits);
    const reviewed = await reviewRegrant(staff, waitingOf(waits), directory, own, file.items);
    const { grant } = reviewed;
    if (accessOf(grant) !== waits.access) return { ...blank, refused: t("This change can't come into force: the server was given another access token than its packet has. Decline it, and ask who proposed it.") };
    const now = own === null ? grant.body.previous_holders : before;
    const excluded = newlyOf(grant.excluded, own);
    const unnamed = own === null ? unnamedBefore(directory, reviewed) : [];
    return { ...known, ...changeOf(directory, grant.entity, [now, grant.holders], waits.by, staff.member), excluded, unnamed, declined };
  } catch (error) {
    if (!(error instanceof CryptoError)) throw error;
    // Anyone who is excluded learns nothing, not even that there is a case.
    if (error instanceof ExclusionMissing && error.excluded.includes(staff.member)) return null;
    const leavesMe = error.stage === "no-match";
    // Sealed to those who would read on: who they are, this browser can't know. The present readers it does.
    const others = leavesMe ? livingOf(directory, before).filter((id) => id !== waits.by && id !== staff.member) : [];
    return { ...blank, refused: leavesMe ? null : readingWords(error), leavesMe, signers: others, declined };
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
  return { grant, data, step: { item: notice.item, grant: { packet: waits.packet, history: waits.history, access: accessOf(grant), epoch: grant.epoch, ...proof } } };
}

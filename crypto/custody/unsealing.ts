/** Opening a sealed identity: the request, each custodian's vote, and the opening with m of them (SPEC §11). */

import { type B64, type Bytes, b64decode, b64encode, concat, frame, utf8 } from "../framing.js";
import { type About, FOR_CONCERNED, type Ground, type IdentityText, type NotifyWhen, identityShape } from "./names.js";
import { VerifiedDirectory } from "../office/directory.js";
import type { Member } from "../office/directoryshape.js";
import { recipientShape } from "../sealing/recipients.js";
import { open, seal } from "../sealing/age.js";
import { PacketFaulty, refuse } from "../errors.js";
import { checkSigned } from "../keys/former.js";
import { type Share, openIdentity, openShares } from "./shares.js";
import { padExactly, readPadded } from "../padding.js";
import { IDENTITY_SIZE, fitsCommitment, slotsOf, withdrawalMark } from "./packets.js";
import { Secret, checkSignature, sha256 } from "../primitives.js";
import type { Rng } from "../randomness.js";
import { type Read, type Shape, base64, hash32, id16, integer, list, maybe, name, oneOf, record, version } from "../shape.js";
import type { StaffKeys } from "../keys/staff.js";
import { readJson } from "../text.js";
import { type BareRequest, LONGEST_DAYS, REASON_STANZAS, type UnsealingReason, type UnsealRequest, checkReason, firstDay, openReason, requestShape, writeReason } from "./reasons.js";
import { paddedRecipients } from "../office/paddedrecipients.js";

const BODY_STANZAS = 8;
const HEAD = 8192;
const SHARES = 4096;
const DAY_MS = 86_400_000;
/** The roles that may ask; a custodian never does. */
export const MAY_ASK: readonly string[] = ["registrar", "investigator", "approver", "retaliation-officer", "outside"];

const voteFields = record({
  v: version, office: id16, request: id16, custodian: name, vote: oneOf("approve", "refuse"), shares: maybe(base64(undefined, 16_384)), sig: base64(64),
});
export type UnsealVote = Read<typeof voteFields>;
/** A custodian's vote; `shares` is the age file to the requester, null in a refusal. */
export const voteShape: Shape<UnsealVote> = (value) => {
  const found = voteFields(value);
  return (found.vote === "approve") === (found.shares !== null) ? found : refuse("schema", "shares go with an approval, and with nothing else");
};

/** What a request says: whose packet, on which ground, in which words, until when. */
export interface Asking {
  readonly handle: B64;
  readonly packet: B64;
  readonly about: About;
  readonly ground: Ground;
  readonly told: NotifyWhen;
  readonly text: string;
  readonly delay: string | null;
  readonly expires: string;
}

/** A request that holds, as its requester and the custodians read it; `packet` is whole, `hash` what votes name. */
export interface OpenedRequest extends Omit<Asking, "packet"> {
  readonly request: B64;
  readonly requester: Member;
  readonly packet: Bytes;
  readonly hash: Bytes;
}

const headShape = record({ v: version, requester: name, recipient: recipientShape, handle: id16, packet: hash32, sig: base64(64) });
type Head = Read<typeof headShape>;

/** The day on which a request of today ends: the second Sunday, so that it tells the week alone. */
export function nextExpiry(today: string): string {
  const at = new Date(`${today}T00:00:00Z`);
  const weekday = (at.getUTCDay() + 6) % 7;
  return new Date(at.getTime() + (13 - weekday) * DAY_MS).toISOString().slice(0, 10);
}

function requestFrame(of: BareRequest, head: Omit<Head, "sig" | "v">, reason: Uint8Array): Bytes {
  return frame(
    "yanlu/v1/unseal-request", b64decode(of.office), b64decode(of.request), utf8(head.requester), utf8(head.recipient), b64decode(head.handle),
    b64decode(head.packet), utf8(of.ground), utf8(of.told), sha256(reason), utf8(of.expires),
  );
}

function checkPacket(packet: Bytes, expected: B64): void {
  if (packet.length !== IDENTITY_SIZE || b64encode(sha256(packet)) !== expected) refuse("foreign", "another packet than the seal names");
}

function checkSaid({ about, ground, told, delay }: Pick<Asking, "about" | "ground" | "told" | "delay">): void {
  if ((told === "after") !== Boolean(delay)) refuse("schema", "anyone who is told later is owed the reason");
  if (FOR_CONCERNED.includes(ground) && about !== "concerned") refuse("schema", "a ground that only the person concerned has");
}

/** A request, sealed to the custodians and the requester, its reason to oversight too. `packet` is the whole identity packet. */
export async function sealRequest(staff: StaffKeys, directory: VerifiedDirectory, packet: Bytes, asking: Asking, rng: Rng): Promise<UnsealRequest> {
  VerifiedDirectory.check(directory);
  const { custodians, oversight } = directory.content;
  checkPacket(packet, asking.packet);
  checkSaid(asking);
  const { ground, told, expires, handle } = asking;
  const bare = { office: directory.office, request: b64encode(rng(16)), ground, told, expires };
  const reason = writeReason(staff, bare, asking.about, asking.text, asking.delay);
  const unsigned = { requester: staff.member, recipient: staff.recipient, handle, packet: asking.packet };
  const head = headShape({ v: 1, ...unsigned, sig: b64encode(staff.sign(requestFrame(bare, unsigned, reason))) });
  const readers = paddedRecipients(directory, [...custodians.members, staff.member, ...oversight], REASON_STANZAS, rng);
  const openers = paddedRecipients(directory, [...custodians.members, staff.member], BODY_STANZAS, rng);
  return requestShape({
    v: 1, ...bare, reason: b64encode(await seal(readers, reason, rng)), body: b64encode(await seal(openers, concat(padExactly(head, HEAD), packet), rng)),
  });
}

function checkDays({ expires }: UnsealRequest, today: string): void {
  const latest = new Date(Date.parse(`${today}T00:00:00Z`) + LONGEST_DAYS * DAY_MS).toISOString().slice(0, 10);
  if (expires < today || expires > latest) refuse("expired", "the request is over, or would never be");
}

function requesterOf(directory: VerifiedDirectory, head: Head, reason: UnsealingReason): Member {
  const member = directory.validMember(head.requester);
  const may = member !== null && MAY_ASK.includes(member.role) && !directory.content.custodians.members.includes(member.id);
  if (!may) return refuse("directory", "nobody who may ask");
  if (member.recipient !== head.recipient) refuse("directory", "the shares would go to another key than the requester's");
  return reason.requester === member.id ? member : refuse("directory", "the reason of another member");
}

/** A request as the requester or a custodian reads it, checked in the order of SPEC §11. */
export async function openRequest(staff: StaffKeys, directory: VerifiedDirectory, value: unknown): Promise<OpenedRequest> {
  VerifiedDirectory.check(directory);
  // 1. Shape and office.
  const request = requestShape(value);
  if (request.office !== directory.office) refuse("foreign", "a request of another office");
  // 2. Not over, and not without end.
  checkDays(request, directory.today);
  // 3. Body and reason open.
  const body = await open(staff.identity, b64decode(request.body), BODY_STANZAS);
  if (body.length !== HEAD + IDENTITY_SIZE) refuse("schema", "not the body of a request");
  const head = headShape(readJson(body.subarray(0, HEAD), HEAD));
  const { said, reason } = await openReason(staff, request.reason);
  // 4. The requester may ask, and the key is the directory's.
  const requester = requesterOf(directory, head, reason);
  // 5. The signatures over the reason and over everything.
  checkReason(requester, request, reason);
  const signed = requestFrame(request, head, said);
  checkSignature(b64decode(requester.signing), signed, b64decode(head.sig));
  // 6. The packet is the one that was asked for, the ground one that this person has.
  const packet = body.slice(HEAD);
  const { ground, told, expires } = request;
  const { about, text, delay } = reason;
  checkPacket(packet, head.packet);
  checkSaid({ about, ground, told, delay });
  const hash = sha256(frame("yanlu/v1/unseal-request-hash", signed, b64decode(head.sig)));
  return { request: request.request, requester, handle: head.handle, packet, about, ground, told, text, delay, expires, hash };
}

function voteFrame(vote: Omit<UnsealVote, "v" | "sig">, hash: Bytes): Bytes {
  const sealed = vote.shares === null ? new Uint8Array(0) : sha256(b64decode(vote.shares));
  return frame("yanlu/v1/unseal-vote", b64decode(vote.office), b64decode(vote.request), hash, utf8(vote.custodian), utf8(vote.vote), sealed);
}

function signedVote(staff: StaffKeys, request: OpenedRequest, shares: B64 | null): UnsealVote {
  const bare = { office: staff.office, request: request.request, custodian: staff.member, vote: shares === null ? ("refuse" as const) : ("approve" as const), shares };
  return voteShape({ v: 1, ...bare, sig: b64encode(staff.sign(voteFrame(bare, request.hash))) });
}

/** A vote against. */
export function refuseRequest(staff: StaffKeys, request: OpenedRequest): UnsealVote {
  return signedVote(staff, request, null);
}

function custodianOf(directory: VerifiedDirectory, id: string): Member {
  const found = directory.content.custodians.members.includes(id) ? directory.validMember(id) : null;
  return found ?? refuse("directory", "not a custodian of this office");
}

/**
 * This custodian's shares of the packet, which are looked at before the vote: refused at `no-match` where there are none, at `foreign`
 * for a packet that is not this handle's, at `hpke` where the packet is faulty: then the vote can only be a refusal.
 */
export async function ownShares(staff: StaffKeys, request: OpenedRequest): Promise<readonly [Share, ...Share[]]> {
  const shares = (await openShares(request.packet, staff.identity)) as [Share, ...Share[]];
  const [first] = shares;
  if (shares.some((share) => share.handle !== request.handle)) refuse("foreign", "a packet of another handle than the one asked for");
  if (shares.some(({ m, n }) => m !== first.m || n !== first.n)) refuse("hpke", "shares of two quorums");
  return shares;
}

/**
 * A vote for, with this custodian's shares sealed to the requester whom the directory names. `marks` (b64) are those of all packets
 * that the server holds: refused at `withdrawn` when the reporter took this one back.
 */
export async function approveRequest(staff: StaffKeys, directory: VerifiedDirectory, request: OpenedRequest, marks: ReadonlySet<B64>, rng: Rng): Promise<UnsealVote> {
  VerifiedDirectory.checkCurrent(directory);
  custodianOf(directory, staff.member);
  if (marks.has(b64encode(withdrawalMark(request.handle)))) refuse("withdrawn", "the reporter took this identity back");
  const shares = await ownShares(staff, request);
  const { m, n } = shares[0];
  const strings = shares.map(({ slot, string }) => ({ slot, string: b64encode(string.reveal()) }));
  const inside = { v: 1, request: request.request, handle: request.handle, packet: b64encode(sha256(request.packet)), m, n, strings };
  return signedVote(staff, request, b64encode(await seal([request.requester.recipient], padExactly(inside, SHARES), rng)));
}

const stringsShape = record({
  v: version, request: id16, handle: id16, packet: hash32, m: integer(1, 5), n: integer(1, 5),
  strings: list(record({ slot: integer(0, 29), string: hash32 }), 6),
});
type Strings = Read<typeof stringsShape>;

async function openStrings(staff: StaffKeys, request: OpenedRequest, shares: B64): Promise<Strings> {
  const found = stringsShape(readPadded(await open(staff.identity, b64decode(shares), 1), [SHARES]));
  if (found.m > found.n) refuse("schema", "not a quorum");
  const fits = found.request === request.request && found.handle === request.handle && found.packet === b64encode(sha256(request.packet));
  if (!fits) refuse("foreign", "shares of another request");
  const { m, n, strings } = found;
  const slots = strings.map(({ slot }) => slot).sort((a, b) => a - b).join();
  if (!slotsOf(m, n).some((one) => one.join() === slots)) refuse("hpke", "not the shares of one custodian");
  const fit = strings.every(({ slot, string }) => fitsCommitment(request.packet, slot, m, n, b64decode(string)));
  return fit ? found : refuse("hpke", "not the shares that lie in the packet");
}

/** What the requester checks of one approval alone, and the slots of its shares; whatever is refused here is the fault of the custodian who signed it. */
export async function checkApproval(staff: StaffKeys, request: OpenedRequest, vote: UnsealVote): Promise<string> {
  const { strings } = await openStrings(staff, request, vote.shares ?? "");
  return strings.map(({ slot }) => slot).sort((a, b) => a - b).join();
}

/** The votes on a request, every one by another custodian of the directory and signed. */
export function checkVotes(directory: VerifiedDirectory, request: OpenedRequest, votes: readonly unknown[]): UnsealVote[] {
  const found: UnsealVote[] = [];
  for (const value of votes) {
    const vote = voteShape(value);
    if (vote.office !== directory.office || vote.request !== request.request) refuse("foreign", "a vote on another request");
    const custodian = custodianOf(directory, vote.custodian);
    checkSigned(custodian, voteFrame(vote, request.hash), b64decode(vote.sig), { day: firstDay(request.expires) });
    if (found.some((other) => other.custodian === vote.custodian)) refuse("schema", "a custodian votes once");
    found.push(vote);
  }
  return found;
}

/** The identity, once m custodians approved; refused at `payload` while they are fewer, and as a PacketFaulty where the packet's maker lied. */
export async function unseal(staff: StaffKeys, directory: VerifiedDirectory, request: OpenedRequest, votes: readonly unknown[]): Promise<IdentityText> {
  VerifiedDirectory.check(directory);
  if (request.requester.id !== staff.member) refuse("directory", "another member's request");
  if (directory.today > request.expires) refuse("expired", "the request is over");
  const approvals = checkVotes(directory, request, votes).flatMap(({ shares }) => shares ?? []);
  const given = await Promise.all(approvals.map((shares) => openStrings(staff, request, shares)));
  const first = given[0] ?? refuse("payload", "no custodian approved");
  const { m, n } = first;
  const strings = given.flatMap((one) => one.strings);
  if (given.some((one) => one.m !== m || one.n !== n)) throw new PacketFaulty("shares of two quorums, each of them committed to");
  if (new Set(strings.map(({ slot }) => slot)).size !== strings.length) refuse("hpke", "two custodians with the shares of one");
  if (given.length < m) refuse("payload", "fewer custodians approved than it takes");
  const shares = strings.map(({ slot, string }) => ({ slot, string: new Secret(b64decode(string)), handle: request.handle, m, n }));
  const found = identityShape(openIdentity(request.packet, shares, m, n));
  return found.about === request.about ? found : refuse("foreign", "another person's name than the request says");
}

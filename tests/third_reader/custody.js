// SPEC §11: the custodians' votes, the opening, and the review of a request in danger to life.
import { demand, equal, frame, fromB64, padded, sha256, toB64, zeros } from "./ground.js";
import { checkEnvelope, openWithSeeds } from "./envelope.js";
import { ABOUT } from "./inner.js";
import { isQuorum, slotsOfPlace } from "./packets.js";
import { demandSignedBy, openRequest, readReason, seatOf } from "./requests.js";
import { sealSeed } from "./staff.js";
import { readJson } from "./strict_json.js";
import { b16, b32, bytes, checked, dayFrom, id, integer, list, object, oneOf, orNull, signature, text } from "./shape.js";

const SHARES = 4096;
const EMPTY = zeros(0);

export const markOf = (handle) => sha256(frame("yanlu/v1/identity-withdrawn", handle));

const isCustodian = (directory, name) => directory.body.custodians.members.includes(name) && directory.valid(name);

function approve(input) {
  const { directory, staff } = seatOf(input);
  directory.demandInForce();
  const request = openRequest(directory, staff, input.request);
  demand(isCustodian(directory, staff.member), "directory", "no custodian");
  const mark = toB64(markOf(request.handle));
  demand(!input.marks.includes(mark), "withdrawn", "taken back");
  const shares = request.packet.shares(staff.seeds.map(sealSeed));
  demand(shares.length > 0, "no-match", "no share");
  demand(shares.every((share) => equal(share.handle, request.handle)), "foreign", "another handle");
  demand(shares.every(({ m, n }) => m === shares[0].m && n === shares[0].n), "hpke", "two quorums");
  return { custodian: staff.member, approves: true };
}

const VOTE = checked(object({
  v: oneOf(1),
  office: b16,
  request: b16,
  custodian: id,
  vote: oneOf("approve", "refuse"),
  shares: orNull(bytes()),
  sig: signature,
}), ({ vote, shares }) => demand((vote === "refuse") === (shares === null), "schema", "shares that do not fit the vote"));

const STRINGS = object({
  v: oneOf(1),
  request: b16,
  handle: b16,
  packet: b32,
  m: integer(),
  n: integer(),
  strings: list(object({ slot: integer(0, 29), string: b32 }), 30),
});

function readVote(directory, request, raw) {
  const vote = VOTE(raw);
  if (vote.shares !== null) checkEnvelope(vote.shares, [1]);
  demand(equal(vote.office, request.office) && equal(vote.request, request.request), "foreign", "another request");
  demand(isCustodian(directory, vote.custodian), "directory", "no custodian");
  const shares = vote.shares === null ? EMPTY : sha256(vote.shares);
  const message = frame("yanlu/v1/unseal-vote", vote.office, vote.request, request.hash, vote.custodian, vote.vote, shares);
  demandSignedBy(directory.member(vote.custodian), message, vote.sig, request.expires);
  return vote;
}

function readShares(request, staff, vote) {
  const plain = openWithSeeds(vote.shares, staff.seeds.map(sealSeed), [1]);
  demand(plain.length === SHARES, "padding", "another length");
  const read = STRINGS(readJson(plain, SHARES));
  const same = equal(read.request, request.request) && equal(read.handle, request.handle) && equal(read.packet, request.packet.hash);
  demand(same, "foreign", "shares of another request, handle or packet");
  const { m, n, strings } = read;
  demand(isQuorum(m, n), "hpke", "no quorum");
  const slots = strings.map((one) => one.slot).join();
  const places = Array.from({ length: n }, (_, place) => slotsOfPlace(m, n, place).join());
  demand(places.includes(slots), "hpke", "not the slots of one place");
  demand(strings.every(({ slot, string }) => request.packet.commits(slot, m, n, string)), "hpke", "not what the packet commits to");
  return read;
}

/** Puts the shares of all approvals together; gives m, n and the string of each slot. */
function together(approvals) {
  demand(approvals.length > 0, "payload", "no approval");
  const [{ m, n }] = approvals;
  demand(approvals.every((one) => one.m === m && one.n === n), "payload", "two quorums");
  const all = approvals.flatMap((one) => one.strings);
  const strings = new Map(all.map(({ slot, string }) => [slot, string]));
  demand(strings.size === all.length, "hpke", "a slot twice");
  demand(approvals.length >= m, "payload", "too few approvals");
  return { m, n, strings };
}

const NAME = object({ v: oneOf(1), about: ABOUT, name: text(256, 1), contact: text(256), text: text(512) });

function unseal(input) {
  const { directory, staff } = seatOf(input);
  const request = openRequest(directory, staff, input.request);
  demand(request.requester === staff.member, "directory", "somebody else's request");
  const votes = input.votes.map((raw) => readVote(directory, request, raw));
  demand(new Set(votes.map((one) => one.custodian)).size === votes.length, "schema", "one custodian twice");
  const approvals = votes.filter((one) => one.vote === "approve").map((one) => readShares(request, staff, one));
  const { m, n, strings } = together(approvals);
  const identity = request.packet.open(m, n, strings);
  demand(NAME(identity).about === request.about, "foreign", "another person");
  return { identity };
}

const notBlank = checked(text(8192), (words) => demand(words.trim() !== "", "schema", "no words"));
const REVIEW = object({ v: oneOf(1), office: b16, request: b16, reviewer: id, text: bytes(), sig: signature });
const FINDING = object({ v: oneOf(1), finding: oneOf("justified", "unjustified"), text: notBlank });

function mayReview(directory, name) {
  const { custodians, oversight } = directory.body;
  return directory.valid(name) && (custodians.members.includes(name) || oversight.includes(name));
}

const demandDanger = (request) => demand(request.ground === "danger-to-life", "schema", "nothing to review");

function checkReview(directory, request, raw) {
  const review = REVIEW(raw);
  const same = equal(review.office, request.office) && equal(review.request, request.request);
  demand(same, "foreign", "another request");
  demandDanger(request);
  demand(mayReview(directory, review.reviewer), "directory", "somebody who may not review");
  const message = frame("yanlu/v1/unseal-review", review.office, review.request, sha256(request.reason), review.reviewer, sha256(review.text));
  demandSignedBy(directory.member(review.reviewer), message, review.sig, request.expires);
  return review;
}

function openReview(input) {
  const { directory, staff } = seatOf(input);
  const { request, reason } = readReason(directory, staff, input.request);
  const review = checkReview(directory, request, input.review);
  demand(review.reviewer !== reason.requester, "directory", "the own request");
  const plain = padded(openWithSeeds(review.text, staff.seeds.map(sealSeed), [16]));
  const { finding, text: words } = FINDING(readJson(plain, 32768));
  return { reviewer: review.reviewer, finding, text: words };
}

/** What a reviewer's client checks before it seals a review. */
function sealReview(input) {
  const { directory, staff } = seatOf(input);
  directory.demandInForce();
  const { request, reason } = readReason(directory, staff, input.request);
  demandDanger(request);
  demand(mayReview(directory, staff.member) && staff.member !== reason.requester, "directory", "somebody who may not review");
  FINDING({ v: 1, finding: input.finding, text: input.text });
  return { reviewer: staff.member, due: dayFrom(request.expires, 7) };
}

export const CUSTODY = {
  withdrawal_mark: ({ handle }) => ({ mark: toB64(markOf(fromB64(handle))) }),
  approve_request: approve,
  unseal,
  open_review: openReview,
  seal_review: sealReview,
};

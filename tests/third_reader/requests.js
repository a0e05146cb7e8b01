// SPEC §11: a request for a name, and the reason beside it.
import { demand, equal, frame, padded, sha256, toB64, zeros } from "./ground.js";
import { verifyDirectory } from "./directory.js";
import { checkEnvelope, openWithSeeds } from "./envelope.js";
import { staffOf } from "./grants.js";
import { ABOUT, GROUNDS } from "./inner.js";
import { PACKET, Packet, TEXT } from "./packets.js";
import { signedWith } from "./regrants.js";
import { sealSeed } from "./staff.js";
import { readJson } from "./strict_json.js";
import { b16, b32, bytes, day, dayFrom, id, object, oneOf, orNull, recipient, signature, text } from "./shape.js";

const ASKING = ["registrar", "investigator", "approver", "retaliation-officer", "outside"];
const EMPTY = zeros(0);
const MAX_REASON = 32768;

const REQUEST = object({ v: oneOf(1), office: b16, request: b16, ground: GROUNDS, told: oneOf("before", "after"), expires: day, reason: bytes(), body: bytes() });
const REASON = object({ v: oneOf(1), requester: id, about: ABOUT, text: text(8192), delay: orNull(text(2048)), sig: signature });
const BODY = object({ v: oneOf(1), requester: id, recipient, handle: b16, packet: b32, sig: signature });

/** Refuses what no key of a member signed that may count for something dated by the end of a request. */
export function demandSignedBy(member, message, sig, expires) {
  const earliest = dayFrom(expires, -14);
  const found = signedWith(member, message, sig, (one) => one.until === null || earliest <= one.until);
  demand(found >= 0, "signature", "the signature does not verify");
}

/** Reads a request's shape, and that it is of this office. */
function readShape(directory, raw) {
  const request = REQUEST(raw);
  checkEnvelope(request.reason, [16]);
  if (request.body.length > 0) checkEnvelope(request.body, [8]);
  demand(equal(request.office, directory.office), "foreign", "another office");
  return request;
}

function openReason(request, seeds) {
  const plain = padded(openWithSeeds(request.reason, seeds.map(sealSeed), [16]));
  return { plain, ...REASON(readJson(plain, MAX_REASON)) };
}

function reasonFrame(request, { requester, about, text: words, delay }) {
  const { office, request: number, ground, told, expires } = request;
  return frame("yanlu/v1/unseal-reason", office, number, requester, about, ground, told, expires, words, delay ?? EMPTY);
}

/** Reads the reason of a request, also once its body is empty. */
export function readReason(directory, staff, raw) {
  const request = readShape(directory, raw);
  const reason = openReason(request, staff.seeds);
  const member = directory.member(reason.requester);
  demand(member !== null, "directory", "nobody of this office");
  demandSignedBy(member, reasonFrame(request, reason), reason.sig, request.expires);
  return { request, reason };
}

function openBody(request, seeds) {
  const plain = openWithSeeds(request.body, seeds.map(sealSeed), [8]);
  demand(plain.length === TEXT + PACKET, "padding", "another length");
  return { ...BODY(readJson(plain.subarray(0, TEXT), TEXT)), bytes: plain.subarray(TEXT) };
}

function demandAsking(directory, body, reason) {
  const member = directory.member(body.requester);
  const may = member !== null && directory.valid(body.requester) && ASKING.includes(member.role);
  demand(may && member.recipient === body.recipient && reason.requester === body.requester, "directory", "somebody who may not ask");
  return member;
}

/** Opens a request: `{directory, staff}` and the request as the server keeps it. */
export function openRequest(directory, staff, raw) {
  const request = readShape(directory, raw);
  const { office, request: number, ground, told, expires } = request;
  demand(expires >= directory.today && expires <= dayFrom(directory.today, 14), "expired", "over, or too far away");
  const body = openBody(request, staff.seeds);
  const reason = openReason(request, staff.seeds);
  const member = demandAsking(directory, body, reason);
  const { requester, handle } = body;
  const message = frame("yanlu/v1/unseal-request", office, number, requester, body.recipient, handle, body.packet, ground, told, sha256(reason.plain), expires);
  demandSignedBy(member, message, body.sig, expires);
  demandSignedBy(member, reasonFrame(request, reason), reason.sig, expires);
  const packet = new Packet(body.bytes);
  demand(equal(packet.hash, body.packet), "foreign", "another packet");
  const grounds = reason.about === "concerned" || !["hearing", "clearing"].includes(ground);
  demand((reason.delay !== null) === (told === "after") && grounds, "schema", "a delay or ground that does not fit");
  const hash = sha256(frame("yanlu/v1/unseal-request-hash", message, body.sig));
  return { ...request, requester, handle, packet, about: reason.about, text: reason.text, delay: reason.delay, hash };
}

/** The directory and the staff of a case of the vectors. */
export const seatOf = ({ office, staff }) => ({ directory: verifyDirectory(office), staff: staffOf(staff) });

export const REQUESTS = {
  open_request: (input) => {
    const { directory, staff } = seatOf(input);
    const { requester, handle, packet, about, ground, told, text: words, delay, expires, hash } = openRequest(directory, staff, input.request);
    return { requester, handle: toB64(handle), packet: toB64(packet.hash), about, ground, told, text: words, delay, expires, hash: toB64(hash) };
  },
  read_reason: (input) => {
    const { directory, staff } = seatOf(input);
    const { requester, about, text: words, delay } = readReason(directory, staff, input.request).reason;
    return { requester, about, text: words, delay };
  },
};

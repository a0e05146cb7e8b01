// SPEC §13: protection packets, links, and what the officer signs.
import { createPrivateKey, sign } from "node:crypto";
import { demand, demandSigned, equal, frame, fromB64, hkdf, sha256, toB64, u64, utf8 } from "./ground.js";
import { verifyDirectory } from "./directory.js";
import { openSealed } from "./envelope.js";
import { demandBox, openHpke, readIdentity } from "./keys.js";
import { xor } from "./packets.js";
import { readJson } from "./strict_json.js";
import { b16, bytes, checked, distinct, id, list, object, oneOf, orNull, signature, text } from "./shape.js";

const PACKET = 16384;
const TEXT = 14725;
const LINK = 7356;
const HEAD = 12 + 128 + 16;
const SLOT = 1200;
const INFO = "yanlu/v1/watch-link";
const BONDS = ["reporter", "witness", "assistant", "relative"];
const CHANGES = oneOf("shifts", "tasks", "rating", "pay", "treatment");

const CHECKIN = object({ day: oneOf(14, 30, 60, 90, 180, 365), answer: oneOf("yes", "no", "unsure"), changes: distinct(CHANGES), text: text(1024) });

const PROTECTION = checked(object({
  v: oneOf(1),
  wish: oneOf("protect", "end", "checkin"),
  entity: id,
  handle: b16,
  bond: oneOf(...BONDS),
  name: text(256),
  employee: text(128),
  place: text(256),
  checkin: orNull(CHECKIN),
  link: bytes(LINK),
}), ({ wish, checkin, name, employee }) => {
  demand((wish === "checkin") === (checkin !== null), "schema", "an answer to no question");
  demand(wish === "checkin" || name !== "" || employee !== "", "schema", "nobody named");
});

function openProtection({ packet, identity }) {
  const file = fromB64(packet, PACKET);
  const plain = openSealed(file, identity, [1]);
  demand(plain.length === TEXT, "padding", "another length");
  const document = readJson(plain, TEXT);
  PROTECTION(document);
  return { protection: document };
}

/** The share of a link that a seed opens: its side and its string. */
function openShare(link, seed) {
  for (let at = 0; at < 6; at += 1) {
    const slot = link.subarray(HEAD + at * SLOT, HEAD + (at + 1) * SLOT);
    const opened = openHpke(seed, INFO, slot.subarray(0, 1120), slot.subarray(1120));
    if (opened === null) continue;
    const digest = sha256(link.subarray(0, HEAD));
    demand(opened.length === 64 && equal(opened.subarray(32), digest), "hpke", "a share of another link");
    return { side: at < 3 ? "inside" : "outside", string: opened.subarray(0, 32) };
  }
  return demand(false, "no-match", "no share");
}

const INSIDE = object({ v: oneOf(1), bond: oneOf(...BONDS, "cover"), case: orNull(b16) });

function openLink({ link: raw, identities }) {
  const link = fromB64(raw, LINK);
  const [first, second] = identities.map((identity) => openShare(link, readIdentity(identity)));
  demand(first.side !== second.side, "payload", "two shares of one side");
  const box = link.subarray(12, HEAD);
  const plain = demandBox(xor(first.string, second.string), link.subarray(0, 12), box, utf8(INFO), "payload");
  const { bond, case: number } = INSIDE(readJson(plain, 128));
  return { bond, case: number === null ? null : toB64(number) };
}

const entryMarks = (handle) => [0, 1, 2, 3].map((place) => sha256(frame("yanlu/v1/watch-entry", handle, Buffer.from([place]))));

const ED25519 = Buffer.from("302e020100300506032b657004220420", "hex");

function signedBy(seed, message) {
  const key = createPrivateKey({ key: Buffer.concat([ED25519, hkdf(seed, "yanlu/v1/staff-sign")]), format: "der", type: "pkcs8" });
  return sign(null, message, key);
}

function watchCall({ seed, office, member, route, seconds, nonce, body }) {
  const message = frame("yanlu/v1/watch-call", fromB64(office), member, route, u64(seconds), fromB64(nonce), sha256(fromB64(body)));
  return { header: `${member}.${seconds}.${nonce}.${toB64(signedBy(fromB64(seed), message))}` };
}

const reason = checked(text(2048), (words) => demand(words.trim() !== "", "schema", "no reason"));
const REQUEST = object({ v: oneOf(1), office: b16, request: b16, requester: id, entity: id, reason, links: list(bytes(LINK), 64, 1), sig: signature });

function linkRequest({ office, request }) {
  const directory = verifyDirectory(office);
  const read = REQUEST(request);
  demand(equal(read.office, directory.office), "foreign", "another office");
  const officer = directory.member(read.requester);
  demand(officer?.role === "retaliation-officer" && directory.valid(read.requester), "directory", "no officer");
  const message = frame("yanlu/v1/link-request", read.office, read.request, read.requester, read.entity, read.reason, ...read.links);
  demandSigned(officer.signing, message, read.sig);
  return { content: toB64(sha256(frame("yanlu/v1/log-link-request", message, read.sig))) };
}

export const WATCH = {
  open_protection: openProtection,
  open_link: openLink,
  entry_marks: ({ handle }) => ({ marks: entryMarks(fromB64(handle)).map(toB64) }),
  watch_call: watchCall,
  link_request: linkRequest,
};

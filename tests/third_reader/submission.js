// SPEC §2 and §7: submissions, bundles and attachments.
import { attachmentLength, demand, equal, fromB64, isFileLength, sha256, toB64, utf8, zeros } from "./ground.js";
import { checkEnvelope, openSealed } from "./envelope.js";
import { readPacket } from "./grants.js";
import { ATTACHMENT, PART } from "./inner.js";
import { checkMemoEnvelope, readMemo } from "./mailbox.js";
import { readJson, writeJson } from "./strict_json.js";
import { checkItemEnvelope, readItem } from "./thread.js";
import { b16, b32, bool, bytes, checked, distinct, id, integer, list, object, oneOf, text } from "./shape.js";

const SIZES = [196608, 262144, 393216];
const POST = 196608;
const MAGIC = utf8("yanlu-bundle/v1\n");

const BLOB = checked(object({ blob: b16, size: integer(1), parts: list(b32, 520, 1) }), ({ size, parts }) => {
  demand(isFileLength(size), "schema", "no length of an attachment");
  demand(parts.length === Math.ceil(size / PART), "schema", "another number of parts");
});

const partsOf = (blobs) => blobs.reduce((sum, { parts }) => sum + parts.length, 0);

const SUBMISSION = object({
  v: oneOf(1),
  suite: oneOf("yanlu-1"),
  office: b16,
  entity: id,
  policy: id,
  policy_version: text(64),
  mailbox: b32,
  case: b16,
  grant: checked(bytes(), readPacket),
  access: b32,
  item: readItem,
  memo: readMemo,
  blobs: checked(distinct(BLOB, 64, 0, (one) => toB64(one.blob)), (blobs) => demand(partsOf(blobs) <= 520, "schema", "too many parts")),
  packets: object({ identity: bytes(49152), protection: bytes(16384) }),
  urgent: bool,
});

/** Reads a submission: its shape, then its envelopes, then that the item is the first one. */
function readSubmission(raw) {
  const read = SUBMISSION(raw);
  const { item } = read;
  const { file, bucket } = readPacket(read.grant);
  checkItemEnvelope(item);
  checkEnvelope(file, [bucket]);
  checkMemoEnvelope(read.memo);
  checkEnvelope(read.packets.protection, [1]);
  const first = item.dir === "to-office" && item.epoch === 0 && item.seq === 1 && item.seen === 0;
  demand(first && equal(item.case, read.case) && equal(item.prev, zeros(32)), "schema", "not the first item");
  return read;
}

/** The one length of a submission. */
function sizeOf({ grant, blobs }) {
  if (partsOf(blobs) > 256) return SIZES[2];
  return readPacket(grant).bucket === 8 ? SIZES[0] : SIZES[1];
}

/** JSON as it is sent: nothing between the tokens, then spaces. */
function padded(value, size) {
  const content = utf8(writeJson(value));
  return Buffer.concat([content, Buffer.alloc(size - content.length, " ")]);
}

function written(content) {
  return { size: content.length, hash: toB64(sha256(content)) };
}

/** Reads a submission as it is sent, with its length. */
function readSent(content) {
  const raw = readJson(content, SIZES[2]);
  const read = readSubmission(raw);
  const size = sizeOf(read);
  demand(content.length === size && content.equals(padded(raw, size)), "schema", "another length, or other padding");
  return read;
}

/** What an input of the vectors stands for: JSON, one text in it changed, spaces up to a size, something behind. */
function sentAs({ submission, change = ["", ""], size, behind = "" }) {
  const content = utf8(writeJson(submission).replace(change[0], () => change[1]));
  const spaces = Math.max(0, size - content.length - behind.length);
  return Buffer.concat([content, Buffer.alloc(spaces, " "), utf8(behind)]);
}

/** Whether a file has the parts that its hashes name. */
function partsFit(file, size, parts) {
  if (file.length !== size || parts.length !== Math.max(1, Math.ceil(size / PART))) return false;
  return parts.every((hash, n) => equal(sha256(file.subarray(n * PART, (n + 1) * PART)), hash));
}

class Bytes {
  constructor(content) {
    Object.assign(this, { content, at: 0 });
  }

  take(length) {
    demand(length <= this.content.length - this.at, "bundle", "cut");
    this.at += length;
    return this.content.subarray(this.at - length, this.at);
  }

  /** A length of 8 bytes and what it names, at most so many bytes. */
  sized(most) {
    const length = this.take(8).readBigUInt64BE();
    demand(length <= BigInt(most), "bundle", "too long");
    return this.take(Number(length));
  }
}

function readBundle(raw) {
  const bytesOf = new Bytes(raw);
  demand(bytesOf.take(MAGIC.length).equals(MAGIC), "bundle", "another magic");
  const content = bytesOf.sized(SIZES[2]);
  demand(SIZES.includes(content.length), "bundle", "no length of a submission");
  const submission = readSent(content);
  const hashes = submission.blobs.map(({ size, parts }) => {
    const file = bytesOf.sized(size);
    demand(partsFit(file, size, parts), "bundle", "another attachment");
    return toB64(sha256(file));
  });
  demand(bytesOf.at === raw.length, "bundle", "something behind it");
  return { case: toB64(submission.case), blobs: hashes };
}

function openAttachment({ file: raw, identity, attachment, stanzas }) {
  const file = fromB64(raw);
  const { size, sealed_size: sealed, parts } = ATTACHMENT(attachment);
  demand(partsFit(file, sealed, parts), "payload", "another size or part");
  const plain = openSealed(file, identity, [stanzas]);
  demand(plain.length === attachmentLength(size, stanzas).padded, "padding", "another size");
  const behind = plain.subarray(size);
  demand(equal(behind, zeros(behind.length)), "padding", "something behind it");
  return { hash: toB64(sha256(plain.subarray(0, size))) };
}

export const SUBMISSIONS = {
  read_submission: ({ submission }) => ({ case: toB64(readSubmission(submission).case) }),
  read_sent_submission: (given) => ({ case: toB64(readSent(sentAs(given)).case) }),
  write_submission: ({ submission }) => written(padded(submission, sizeOf(readSubmission(submission)))),
  write_post: ({ post }) => written(padded(post, POST)),
  read_bundle: ({ bundle }) => readBundle(fromB64(bundle)),
  open_attachment: openAttachment,
};

/** Sealed bundles (`.yanlu`): a submission and its attachments as one file that travels by any road (SPEC §7). */

import { type Bytes, b64decode, b64encode, u64, utf8 } from "../framing.js";
import { type Submission, submissionShape } from "../case/documents.js";
import { PART_SIZE } from "../sealing/attachmentshape.js";
import { refuse } from "../errors.js";
import { packetParts } from "../case/grantbody.js";
import { checkEnvelope } from "../sealing/header.js";
import { START } from "../case/items.js";
import { sha256Large } from "../primitives.js";
import { readItem } from "../case/thread.js";
import { readJson } from "../text.js";
import { checkSent, LONGEST_SUBMISSION, SUBMISSION_SIZES, submissionSize, writeSubmission } from "./lengths.js";

const MAGIC = "yanlu-bundle/v1\n";

/** Reads a submission and looks at every envelope in it from outside; needs no key. */
export function readSubmission(value: unknown): Submission {
  const found = submissionShape(value);
  const { case: id, epoch, dir, seq, prev, seen } = readItem(found.item);
  const first = id === found.case && epoch === 0 && dir === "to-office" && seq === 1 && prev === START.hash && seen === 0;
  if (!first) refuse("schema", "not the first item of this case");
  packetParts(b64decode(found.grant));
  checkEnvelope(b64decode(found.memo.body), 1);
  checkEnvelope(b64decode(found.packets.protection), 1);
  return found;
}

/** Reads a submission as it is sent; refused at `schema` when its length is another than what is in it allows. */
export function readSentSubmission(content: Uint8Array): Submission {
  const value = readJson(content, LONGEST_SUBMISSION);
  const submission = readSubmission(value);
  checkSent(content, value, submissionSize(submission));
  return submission;
}

export interface Bundle {
  readonly submission: Submission;
  /** The age files in the order of `submission.blobs`. */
  readonly blobs: readonly Blob[];
}

/** Puts a bundle together; the attachments are referred to, not copied. */
export function writeBundle(submission: Submission, blobs: readonly Blob[]): Blob {
  const document = writeSubmission(readSubmission(submission));
  const sizes = submission.blobs.map((entry) => entry.size);
  if (blobs.length !== sizes.length || blobs.some((blob, i) => blob.size !== sizes[i])) refuse("bundle", "not the attachments that the submission names");
  const framed = blobs.flatMap((blob) => [u64(blob.size), blob]);
  return new Blob([MAGIC, u64(document.length), document, ...framed], { type: "application/octet-stream" });
}

async function take(file: Blob, at: number, size: number): Promise<Bytes> {
  if (at + size > file.size) refuse("bundle", "the bundle was cut");
  return new Uint8Array(await file.slice(at, at + size).arrayBuffer());
}

async function length(file: Blob, at: number): Promise<number> {
  const bytes = await take(file, at, 8);
  const value = new DataView(bytes.buffer).getBigUint64(0);
  return value > BigInt(file.size) ? refuse("bundle", "a length beyond the bundle") : Number(value);
}

/** Takes a bundle apart without reading the attachments; lengths and submission are checked. */
export async function readBundle(file: Blob): Promise<Bundle> {
  if (new TextDecoder().decode(await take(file, 0, MAGIC.length)) !== MAGIC) refuse("bundle", "not a bundle");
  const size = await length(file, MAGIC.length);
  if (!SUBMISSION_SIZES.includes(size)) refuse("bundle", "not the length of a submission");
  let at = utf8(MAGIC).length + 8;
  const submission = readSentSubmission(await take(file, at, size));
  at += size;
  const blobs: Blob[] = [];
  for (const entry of submission.blobs) {
    if ((await length(file, at)) !== entry.size || at + 8 + entry.size > file.size) refuse("bundle", "an attachment of another length than named");
    blobs.push(file.slice(at + 8, at + 8 + entry.size));
    at += 8 + entry.size;
  }
  if (at !== file.size) refuse("bundle", "something follows the bundle");
  return { submission, blobs };
}

/** Reads the attachments of a bundle part by part; refused at `bundle` when one is not what the submission names. */
export async function checkBundle({ submission, blobs }: Bundle): Promise<void> {
  for (const [i, entry] of submission.blobs.entries()) {
    for (const [k, hash] of entry.parts.entries()) {
      const part = (blobs[i] as Blob).slice(k * PART_SIZE, (k + 1) * PART_SIZE);
      const found = b64encode(await sha256Large(new Uint8Array(await part.arrayBuffer())));
      if (found !== hash) refuse("bundle", "an attachment was altered");
    }
  }
}

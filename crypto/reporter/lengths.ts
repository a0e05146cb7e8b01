/** What a reporter sends has one of a few lengths, whatever is in it (SPEC §7). */

import { type Bytes, b64decode, utf8 } from "../framing.js";
import type { Post, SealedMemo, Submission } from "../case/documents.js";
import { PACKET_SIZES } from "../case/grantbody.js";
import { refuse } from "../errors.js";
import { padBytes } from "../padding.js";
import { type Json, writeCanonical } from "../text.js";

export const LONGEST_SUBMISSION = 393_216;
export const SUBMISSION_SIZES: readonly number[] = [196_608, 262_144, LONGEST_SUBMISSION];
export const POST_SIZE = 196_608;
const DRAFT_PUT_SIZE = 49_152;
/** With more parts than that, of all attachments together, a submission has the greatest length. */
const MANY_PARTS = 256;

/** The one length of this submission: packet size and number of parts decide it, no text does. */
export function submissionSize({ grant, blobs }: Submission): number {
  if (blobs.reduce((sum, { parts }) => sum + parts.length, 0) > MANY_PARTS) return LONGEST_SUBMISSION;
  return SUBMISSION_SIZES[b64decode(grant).length === PACKET_SIZES[8] ? 0 : 1] as number;
}

/** A submission as it is sent and as a bundle carries it. */
export function writeSubmission(submission: Submission): Bytes {
  return padBytes(utf8(writeCanonical(submission)), submissionSize(submission));
}

/** A post as it is sent: all have one length. */
export function writePost(post: Post): Bytes {
  return padBytes(utf8(writeCanonical(post)), POST_SIZE);
}

/** A draft as it is saved: all have one length. */
export function writeDraftPut(token: string, draft: SealedMemo): Bytes {
  return padBytes(utf8(writeCanonical({ v: 1, token, draft })), DRAFT_PUT_SIZE);
}

/** Refused at `schema` unless `content` is the one way to send `value`: written without a blank, spaces to `size`. */
export function checkSent(content: Uint8Array, value: Json, size: number): void {
  if (content.length !== size) refuse("schema", "not the length that this has whatever is in it");
  const written = utf8(writeCanonical(value));
  const same = written.length <= size && content.every((byte, at) => byte === (at < written.length ? written[at] : 0x20));
  if (!same) refuse("schema", "something else than spaces at the end fills it up");
}

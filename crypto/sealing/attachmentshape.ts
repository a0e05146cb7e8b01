/** How an item names an attachment that it carries: A of SPEC §6, and its entry in a submission or post (SPEC §7). */

import { type Read, type Shape, hash32, id16, integer, list, record, text } from "../shape.js";
import { refuse } from "../errors.js";

export const MAX_ATTACHMENTS = 64;
export const MAX_PARTS = 520;
export const PART_SIZE = 8_388_608;
/** Bytes of the largest attachment that the pages offer. */
export const LARGEST_ATTACHMENT = 4 * 1024 ** 3;
const LARGEST_SEALED = MAX_PARTS * PART_SIZE;

const fileName: Shape<string> = (value) => {
  const found = text(255)(value);
  // eslint-disable-next-line no-control-regex
  return ["", ".", ".."].includes(found) || /[/\\\u0000-\u001f\u007f-\u009f]/.test(found) ? refuse("schema", "not a file name") : found;
};

const attachmentFields = record({
  blob: id16, name: fileName, type: text(127), size: integer(0, LARGEST_SEALED),
  sealed_size: integer(1, LARGEST_SEALED), parts: list(hash32, MAX_PARTS),
});
export type Attachment = Read<typeof attachmentFields>;
/** A of SPEC §6. */
export const attachmentShape: Shape<Attachment> = (value) => {
  const found = attachmentFields(value);
  if (found.size > found.sealed_size) refuse("schema", "larger than it is when sealed");
  if (found.parts.length !== Math.ceil(found.sealed_size / PART_SIZE)) refuse("schema", "not as many parts as the size says");
  return found;
};

export const blobShape = record({ blob: id16, size: integer(1, LARGEST_SEALED), parts: list(hash32, MAX_PARTS) });
/** A blob as submissions and posts list it: the sealed size and part hashes of an attachment. */
export type BlobEntry = Read<typeof blobShape>;

/** The entry of an attachment in a submission's or post's `blobs`. */
export function blobEntry(attachment: Attachment): BlobEntry {
  return { blob: attachment.blob, size: attachment.sealed_size, parts: attachment.parts };
}

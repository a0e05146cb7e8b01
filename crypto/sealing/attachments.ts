/** Attachments: sealed and opened as streams, padded to a few lengths, cut in parts of 8 MiB; never held whole (SPEC §2). */

import { type B64, type Bytes, b64encode } from "../framing.js";
import { type Attachment, attachmentShape, LARGEST_ATTACHMENT, PART_SIZE } from "./attachmentshape.js";
import { cleanFileName } from "./filenames.js";
import { openStream, sealStream } from "./age.js";
import { CryptoError, refuse } from "../errors.js";
import { paddedAttachment } from "./attachmentsizes.js";
import { Chunker } from "./chunker.js";
import { type Progress, noProgress, sha256Large } from "../primitives.js";
import type { Rng } from "../randomness.js";
import { SealTo } from "./sealto.js";
import type { Identity } from "./xwing.js";

const ZEROS = 65_536;

/** What is to be sealed: a File or Blob, or a stream whose size is known. */
export type Source = Blob | { readonly stream: () => ReadableStream<Uint8Array>; readonly size: number };

/** One upload part: 8 MiB of the age file, the last one shorter. */
export interface SealedPart {
  readonly k: number;
  readonly content: Blob;
  readonly hash: B64;
}

/** The source, checked to have its size, and then zeros up to the padded size. */
function padded(source: Source, stanzas: number): ReadableStream<Uint8Array> {
  const reader = source.stream().getReader();
  let read = 0;
  let zeros = paddedAttachment(source.size, stanzas) - source.size;
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const next = await reader.read();
      if (!next.done) {
        read += next.value.length;
        if (read > source.size) refuse("padding", "the file grew while it was read");
        controller.enqueue(next.value);
        return;
      }
      if (read !== source.size) refuse("padding", "the file shrank while it was read");
      if (zeros === 0) return controller.close();
      const piece = Math.min(ZEROS, zeros);
      zeros -= piece;
      controller.enqueue(new Uint8Array(piece));
    },
    cancel: (reason) => reader.cancel(reason),
  }, { highWaterMark: 0 });
}

/** Cuts a stream in pieces of exactly PART_SIZE, the last one shorter. */
async function* cut(stream: ReadableStream<Uint8Array>): AsyncGenerator<Bytes> {
  const pieces = new Chunker(stream.getReader());
  try {
    for (let part = await pieces.take(PART_SIZE); part.length > 0; part = await pieces.take(PART_SIZE)) yield part;
  } finally {
    // A consumer that stops early must not leave the file being read.
    await pieces.close();
  }
}

/** An attachment being sealed. Read `parts()` to its end, once; then `attachment` names it for an item. */
export class AttachmentSealing {
  readonly blob: B64;
  #hashes: B64[] = [];
  #sealedSize = 0;
  #done = false;
  readonly #start: () => Promise<ReadableStream<Uint8Array>>;

  constructor(private readonly target: SealTo, private readonly source: Source, private readonly about: About, rng: Rng) {
    this.blob = about.blob ?? b64encode(rng(16));
    this.#start = () => {
      const recipients = SealTo.recipientsOf(this.target);
      return sealStream(recipients, padded(this.source, recipients.length), rng);
    };
  }

  /** The parts in order, one in memory at a time. Sealing again gives other bytes, so a part is kept until the server has it. */
  async *parts(): AsyncGenerator<SealedPart> {
    if (this.#sealedSize > 0) refuse("payload", "an attachment is sealed once");
    for await (const bytes of cut(await this.#start())) {
      const hash = b64encode(await sha256Large(bytes));
      this.#hashes.push(hash);
      this.#sealedSize += bytes.length;
      yield { k: this.#hashes.length - 1, content: new Blob([bytes]), hash };
    }
    this.#done = true;
  }

  /** What the item carries; only after the last part. */
  get attachment(): Attachment {
    if (!this.#done) refuse("payload", "the attachment is not sealed to its end");
    const { name, type } = this.about;
    const named = { blob: this.blob, name: cleanFileName(name), type: type.slice(0, 127), size: this.source.size };
    return attachmentShape({ ...named, sealed_size: this.#sealedSize, parts: this.#hashes });
  }
}

/** How an attachment is called; `blob` takes up an id that was drawn before. */
export interface About {
  readonly name: string;
  readonly type: string;
  readonly blob?: B64;
}

/** Seals a file to a case or a reporter. Refused at `padding` above 4 GiB. */
export function sealAttachment(target: SealTo, source: Source, about: About, rng: Rng): AttachmentSealing {
  SealTo.recipientsOf(target);
  if (source.size > LARGEST_ATTACHMENT) refuse("padding", "an attachment of more than 4 GiB");
  return new AttachmentSealing(target, source, about, rng);
}

/** Keys that open the attachments of an item; given out by an opened mailbox or case. */
export class Opener {
  readonly #identity: Identity;
  readonly stanzas: number;

  constructor(identity: Identity, stanzas: number) {
    this.#identity = identity;
    this.stanzas = stanzas;
  }

  stream(sealed: ReadableStream<Uint8Array>): Promise<ReadableStream<Uint8Array>> {
    return openStream(this.#identity, sealed, [this.stanzas]);
  }
}

/** Fetches part k of an attachment as raw bytes. */
export type FetchPart = (k: number) => Promise<Bytes>;

function verifiedParts(attachment: Attachment, fetchPart: FetchPart, progress: Progress): ReadableStream<Uint8Array> {
  let k = 0;
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const part = await fetchPart(k);
      const last = k === attachment.parts.length - 1;
      const size = last ? attachment.sealed_size - k * PART_SIZE : PART_SIZE;
      if (part.length !== size || b64encode(await sha256Large(part)) !== attachment.parts[k]) refuse("payload", "a part is not the one that the item names");
      controller.enqueue(part);
      k += 1;
      progress(k / attachment.parts.length);
      if (last) controller.close();
    },
  }, { highWaterMark: 0 });
}

/** Takes verified plaintext; must keep it under a temporary name until openAttachment has returned. */
export type Sink = (chunk: Uint8Array) => Promise<void> | void;

class Unpadding {
  private at = 0;

  constructor(private readonly size: number, private readonly stanzas: number, private readonly sink: Sink) {}

  async take(chunk: Uint8Array): Promise<void> {
    const kept = chunk.subarray(0, Math.max(0, this.size - this.at));
    if (chunk.subarray(kept.length).some((byte) => byte !== 0)) refuse("padding", "padding that is not zero");
    this.at += chunk.length;
    if (kept.length > 0) await this.sink(kept);
  }

  end(): void {
    if (this.at !== paddedAttachment(this.size, this.stanzas)) refuse("padding", "not the padded size of this attachment");
  }
}

/** Opens an attachment into `sink`, part by part. Until it has returned, nothing that the sink got may be used. */
export async function openAttachment(opener: Opener, attachment: Attachment, fetchPart: FetchPart, sink: Sink, progress: Progress = noProgress): Promise<void> {
  const named = attachmentShape(attachment);
  const unpadding = new Unpadding(named.size, opener.stanzas, sink);
  try {
    const reader = (await opener.stream(verifiedParts(named, fetchPart, progress))).getReader();
    for (let next = await reader.read(); !next.done; next = await reader.read()) await unpadding.take(next.value);
  } catch (error) {
    if (error instanceof CryptoError || !isCipherFailure(error)) throw error;
    refuse("payload", "the payload was altered or cut");
  }
  unpadding.end();
}

/** A network error of `fetchPart` must reach the page as it is; what the age stream throws is a plain Error. */
function isCipherFailure(error: unknown): boolean {
  return error instanceof Error && error.constructor === Error;
}

/** Opens an attachment into a Blob without a type, which the browser may keep on disk. */
export async function openAttachmentAsBlob(opener: Opener, attachment: Attachment, fetchPart: FetchPart, progress: Progress = noProgress): Promise<Blob> {
  const pieces: Blob[] = [];
  let held: Bytes[] = [];
  let size = 0;
  const flush = (): void => {
    pieces.push(new Blob(held));
    held = [];
    size = 0;
  };
  const sink = (chunk: Uint8Array): void => {
    held.push(chunk.slice() as Bytes);
    size += chunk.length;
    if (size >= PART_SIZE) flush();
  };
  await openAttachment(opener, attachment, fetchPart, sink, progress);
  flush();
  return new Blob(pieces, { type: "application/octet-stream" });
}

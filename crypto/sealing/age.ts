/** The envelope: an age v1 file with X-Wing stanzas only, sealed and opened through typage (SPEC §2); a large payload by the browser itself. */

import { Decrypter, Encrypter, type Identity as AgeIdentity, type Recipient as AgeRecipient, Stanza } from "age-encryption";
import { base64nopad } from "@scure/base";
import { type Bytes, concat } from "../framing.js";
import { CryptoError, refuse } from "../errors.js";
import { MAX_HEADER, headerBytes, readHeader } from "./header.js";
import { nativePayload, openChunks, sealPayload } from "./payload.js";
import { Chunker } from "./chunker.js";
import type { Rng } from "../randomness.js";
import { INFO, NONCE_SIZE, openRead } from "./whole.js";
import { type Identity, type Recipient, hpkeOpen, hpkeSeal } from "./xwing.js";

const KIND = "mlkem768x25519";

/** Told the file key that typage drew. */
type Hear = (fileKey: Uint8Array) => void;

class Lock implements AgeRecipient {
  constructor(private readonly recipient: Recipient, private readonly rng: Rng, private readonly hear: Hear) {}

  wrapFileKey(fileKey: Uint8Array): Stanza[] {
    this.hear(fileKey);
    const { enc, ct } = hpkeSeal(this.recipient, fileKey, INFO, this.rng);
    return [new Stanza([KIND, base64nopad.encode(enc)], ct)];
  }
}

/** Opens the stanza once and remembers the file key, since typage asks for header and payload apart. */
class Key implements AgeIdentity {
  #fileKey: Bytes | null = null;

  constructor(private readonly identity: Identity) {}

  get fileKey(): Bytes | null {
    return this.#fileKey;
  }

  async unwrapFileKey(stanzas: Stanza[]): Promise<Uint8Array | null> {
    for (const stanza of stanzas) {
      if (this.#fileKey !== null) break;
      const enc = headerBytes(stanza.args[1] as string);
      this.#fileKey = await hpkeOpen(this.identity, { enc, ct: stanza.body as Bytes }, INFO);
    }
    return this.#fileKey;
  }
}

function encrypterTo(recipients: readonly Recipient[], rng: Rng, hear: Hear = () => undefined): Encrypter {
  if (recipients.length === 0) refuse("stanzas", "nobody to seal to");
  const encrypter = new Encrypter();
  for (const recipient of recipients) encrypter.addRecipient(new Lock(recipient, rng, hear));
  return encrypter;
}

/** Seals a text to recipients, in the given order. File key and nonce are drawn by typage itself. */
export async function seal(recipients: readonly Recipient[], plaintext: Uint8Array, rng: Rng): Promise<Bytes> {
  return (await encrypterTo(recipients, rng).encrypt(plaintext)) as Bytes;
}

/** Whether the browser's own cipher computes a payload; tests ask for either. */
export type ByBrowser = () => Promise<boolean>;

/** The same for a stream, at constant memory. */
export async function sealStream(recipients: readonly Recipient[], plaintext: ReadableStream<Uint8Array>, rng: Rng, byBrowser: ByBrowser = nativePayload): Promise<ReadableStream<Uint8Array>> {
  if (!(await byBrowser())) return encrypterTo(recipients, rng).encrypt(plaintext);
  let fileKey: Uint8Array = new Uint8Array(0);
  // typage writes the header of an empty file, of which nothing else is used: this payload has a nonce of its own.
  const file = await encrypterTo(recipients, rng, (drawn) => { fileKey = drawn; }).encrypt(new Uint8Array(0));
  const header = file.slice(0, readHeader(file, [recipients.length]).size);
  return sealPayload(header, fileKey, rng(NONCE_SIZE), new Chunker(plaintext.getReader()));
}

async function openHeader(decrypter: Decrypter, key: Key, header: Uint8Array): Promise<void> {
  try {
    await decrypter.decryptHeader(header);
  } catch (error) {
    if (error instanceof CryptoError) throw error;
    refuse(key.fileKey ? "header-mac" : "no-match", "the header does not open with this key");
  }
}

/** Opens a whole envelope; `stanzas` are the numbers of stanzas that the context allows. */
export async function open(identity: Identity, file: Uint8Array, ...stanzas: readonly number[]): Promise<Bytes> {
  return openRead(identity, file, readHeader(file, stanzas));
}

/** Opens a stream of age bytes. What comes out is verified chunk by chunk; a cut shows only at its end. */
export async function openStream(identity: Identity, file: ReadableStream<Uint8Array>, stanzas: readonly number[], byBrowser: ByBrowser = nativePayload): Promise<ReadableStream<Uint8Array>> {
  const reader = file.getReader();
  const head = await readHead(reader);
  const header = head.subarray(0, readHeader(head, stanzas).size);
  const key = new Key(identity);
  const decrypter = new Decrypter();
  decrypter.addIdentity(key);
  await openHeader(decrypter, key, header);
  const pieces = new Chunker(reader, head.subarray(header.length));
  const nonce = await pieces.take(NONCE_SIZE);
  if (nonce.length < NONCE_SIZE) refuse("header", "the payload's nonce is missing");
  if (key.fileKey && (await byBrowser())) return openChunks(key.fileKey, nonce, pieces);
  return decrypter.decrypt(pieces.stream(concat(header, nonce)));
}

/** What the stream begins with, at least up to the end of the header when it has one. */
async function readHead(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<Bytes> {
  let head: Bytes = new Uint8Array(0);
  for (;;) {
    const { done, value } = await reader.read();
    if (!done) head = concat(head, value);
    if (done || head.length >= MAX_HEADER || endsIn(head)) return head;
  }
}

const MAC_LINE = new TextEncoder().encode("\n--- ");

function endsIn(head: Uint8Array): boolean {
  for (let at = head.indexOf(10); at >= 0; at = head.indexOf(10, at + 1)) {
    if (MAC_LINE.every((byte, i) => head[at + i] === byte)) return head.indexOf(10, at + 1) >= 0;
  }
  return false;
}

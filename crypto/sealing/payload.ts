/** The payload of an age file by the browser's own ChaCha20-Poly1305, where it has one; typage does it everywhere else. */

import { chacha20poly1305 } from "@noble/ciphers/chacha.js";
import { hkdf } from "@noble/hashes/hkdf.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { type Bytes, concat, equalBytes, utf8 } from "../framing.js";
import { atStage, refuse } from "../errors.js";
import { Chunker } from "./chunker.js";

const NAME = "ChaCha20-Poly1305";
const CHUNK = 65_536;
const TAG = 16;
// The browser computes beside the page: with one chunk at a time most of the time goes into waiting for each other.
const AT_ONCE = 16;

/** What Chromium adds to WebCrypto (WICG "Modern Algorithms"); the names are not in TypeScript's library yet. */
interface ModernSubtle {
  importKey(format: "raw-secret", key: Bytes, algorithm: { name: string }, extractable: boolean, usages: string[]): Promise<CryptoKey>;
  encrypt(algorithm: { name: string; iv: Bytes }, key: CryptoKey, content: Bytes): Promise<ArrayBuffer>;
  decrypt(algorithm: { name: string; iv: Bytes }, key: CryptoKey, content: Bytes): Promise<ArrayBuffer>;
}

const native = crypto.subtle as unknown as ModernSubtle;
let checked: Promise<boolean> | undefined;

/** STREAM's nonce: eleven bytes of counter, big-endian, and whether it is the last chunk. */
function nonceOf(counter: number, last: boolean): Bytes {
  const nonce = new Uint8Array(12);
  new DataView(nonce.buffer).setBigUint64(3, BigInt(counter));
  nonce[11] = last ? 1 : 0;
  return nonce;
}

/** Seals or opens one chunk; `last` is what the format calls it, never what the sender says. */
type Turn = (chunk: Bytes, counter: number, last: boolean) => Promise<Uint8Array>;

/** Cuts a stream in chunks and turns each, several at once and given out in order; the last one may be shorter. */
function turned(pieces: Chunker, size: number, turn: Turn, before: readonly Bytes[] = []): ReadableStream<Uint8Array> {
  const turning: Promise<Uint8Array>[] = before.map(async (bytes) => bytes);
  let next: Bytes | null = null;
  let counter = 0;
  let ended = false;
  const begin = async (): Promise<void> => {
    const chunk = next ?? (await pieces.take(size));
    // What comes after a full chunk tells whether it was the last one.
    next = chunk.length < size ? new Uint8Array(0) : await pieces.take(size);
    ended = next.length === 0;
    const result = turn(chunk, counter, ended);
    // A chunk that fails is met when its turn comes; until then nobody waits for it.
    result.catch(() => undefined);
    turning.push(result);
    counter += 1;
  };
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      while (!ended && turning.length < AT_ONCE) await begin();
      const done = turning.shift();
      if (done) controller.enqueue(await done);
      else controller.close();
    },
    cancel: () => pieces.close(),
  }, { highWaterMark: 0 });
}

function rawKey(fileKey: Uint8Array, nonce: Uint8Array): Bytes {
  return hkdf(sha256, fileKey, nonce, utf8("payload"), 32) as Bytes;
}

/** The plaintext of a whole payload behind its nonce, by the script: for what is short. Refused at `payload`. */
export function openPayload(fileKey: Uint8Array, nonce: Uint8Array, payload: Uint8Array): Bytes {
  const key = rawKey(fileKey, nonce);
  const pieces: Uint8Array[] = [];
  for (let at = 0; at === 0 || at < payload.length; at += CHUNK + TAG) {
    const last = at + CHUNK + TAG >= payload.length;
    const opened = atStage("payload", "the payload was altered or cut", () => chacha20poly1305(key, nonceOf(pieces.length, last)).decrypt(payload.subarray(at, at + CHUNK + TAG)));
    if (opened.length === 0 && at > 0) refuse("payload", "an empty last chunk after a full one");
    pieces.push(opened);
  }
  return pieces.length === 1 ? (pieces[0] as Bytes) : concat(...pieces);
}

function streamKey(fileKey: Uint8Array, nonce: Uint8Array): Promise<CryptoKey> {
  const key = rawKey(fileKey, nonce);
  return native.importKey("raw-secret", key, { name: NAME }, false, ["encrypt", "decrypt"]);
}

/** A header, the nonce and the chunks of a payload, at constant memory. */
export async function sealPayload(header: Bytes, fileKey: Uint8Array, nonce: Bytes, plaintext: Chunker): Promise<ReadableStream<Uint8Array>> {
  const key = await streamKey(fileKey, nonce);
  return turned(plaintext, CHUNK, async (chunk, counter, last) => {
    return new Uint8Array(await native.encrypt({ name: NAME, iv: nonceOf(counter, last) }, key, chunk));
  }, [header, nonce]);
}

/** The plaintext of the chunks that follow a nonce; each is verified before it is given out, and a cut shows at the end. Refused at `payload`. */
export async function openChunks(fileKey: Uint8Array, nonce: Uint8Array, chunks: Chunker): Promise<ReadableStream<Uint8Array>> {
  const key = await streamKey(fileKey, nonce);
  return turned(chunks, CHUNK + TAG, async (chunk, counter, last) => {
    const opened = await native.decrypt({ name: NAME, iv: nonceOf(counter, last) }, key, chunk).catch(() => null);
    if (opened === null) return refuse("payload", "the payload was altered or cut");
    if (opened.byteLength === 0 && counter > 0) refuse("payload", "an empty last chunk after a full one");
    return new Uint8Array(opened);
  });
}

/** Whether the browser seals what the script seals, opens it, and refuses another tag. */
async function knownAnswer(): Promise<boolean> {
  const [secret, iv, text] = [new Uint8Array(32).fill(7), nonceOf(3, true), new Uint8Array(CHUNK).fill(9)];
  try {
    const key = await native.importKey("raw-secret", secret, { name: NAME }, false, ["encrypt", "decrypt"]);
    const sealed = new Uint8Array(await native.encrypt({ name: NAME, iv }, key, text));
    if (!equalBytes(sealed, chacha20poly1305(secret, iv).encrypt(text))) return false;
    if (!equalBytes(new Uint8Array(await native.decrypt({ name: NAME, iv }, key, sealed)), text)) return false;
    sealed[CHUNK] = (sealed[CHUNK] as number) ^ 1;
    return await native.decrypt({ name: NAME, iv }, key, sealed).then(() => false, () => true);
  } catch {
    return false;
  }
}

/** Whether this browser's own ChaCha20-Poly1305 is used; tried once, against the script's. */
export function nativePayload(): Promise<boolean> {
  checked ??= knownAnswer();
  return checked;
}

// SPEC §1: bytes, frames, hashes, MACs, signatures, and the one kind of refusal.
import { createHash, createHmac, createPublicKey, hkdfSync, timingSafeEqual, verify } from "node:crypto";

/** Says at which stage something was refused. */
export class Refused extends Error {
  constructor(stage, words = "") {
    super(words ? `${stage}: ${words}` : stage);
    this.stage = stage;
  }
}

/** Refuses at a stage unless the claim holds. */
export function demand(claim, stage, words = "") {
  if (!claim) throw new Refused(stage, words);
}

/** Gives what the call gives, or null where it is refused. */
export function attempt(call) {
  try {
    return call();
  } catch (error) {
    if (error instanceof Refused) return null;
    throw error;
  }
}

export const utf8 = (text) => Buffer.from(text, "utf8");
export const zeros = (length) => Buffer.alloc(length);
export const sha256 = (...parts) => parts.reduce((hash, part) => hash.update(part), createHash("sha256")).digest();
export const hmac = (key, message) => createHmac("sha256", key).update(message).digest();
export const toB64 = (bytes) => Buffer.from(bytes).toString("base64url");
export const equal = (a, b) => a.length === b.length && timingSafeEqual(a, b);
export const compareBytes = (a, b) => Buffer.compare(a, b);

/** Reads strict base64url without padding; of `size` bytes, if one is given. */
export function fromB64(text, size = null) {
  demand(typeof text === "string" && /^[A-Za-z0-9_-]*$/.test(text), "schema", "no b64");
  const bytes = Buffer.from(text, "base64url");
  demand(toB64(bytes) === text && (size === null || bytes.length === size), "schema", "no b64 of this size");
  return bytes;
}

export function u32(number) {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(number);
  return bytes;
}

export function u64(number) {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(number));
  return bytes;
}

/** The one form of all that is signed or goes into a MAC: each field, a string or bytes, behind its length. */
export function frame(label, ...fields) {
  const parts = [label, ...fields].map((field) => (typeof field === "string" ? utf8(field) : field));
  return Buffer.concat(parts.flatMap((part) => [u32(part.length), part]));
}

/** HKDF-SHA-256 with a label as info; the salt is empty unless one is given. */
export function hkdf(key, info, size = 32, salt = Buffer.alloc(0)) {
  return Buffer.from(hkdfSync("sha256", key, salt, info, size));
}

const PRIME = (1n << 255n) - 19n;
const ORDER = (1n << 252n) + 27742317777372353535851937790883648493n;
const little = (bytes) => BigInt(`0x${Buffer.from(bytes).reverse().toString("hex")}`);
// The two y of the points of order 8; the others of small order have y = 0, 1 and -1.
const EIGHTH = ["c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a", "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"];
const SMALL = new Set([0n, 1n, PRIME - 1n, ...EIGHTH.map((hex) => little(Buffer.from(hex, "hex")))]);

/** Whether an encoded point is canonical and of no small order. */
function goodPoint(bytes) {
  const y = little(bytes) & ((1n << 255n) - 1n);
  return y < PRIME && !SMALL.has(y);
}

const ED25519 = Buffer.from("302a300506032b6570032100", "hex");

/** Strict Ed25519: canonical S and points, neither key nor R of small order. */
export function verifies(key, message, signature) {
  if (key.length !== 32 || signature.length !== 64) return false;
  if (little(signature.subarray(32)) >= ORDER) return false;
  if (!goodPoint(key) || !goodPoint(signature.subarray(0, 32))) return false;
  try {
    const der = createPublicKey({ key: Buffer.concat([ED25519, key]), format: "der", type: "spki" });
    return verify(null, message, der, signature);
  } catch {
    return false;
  }
}

/** Refuses a signature that does not verify, at stage `signature` unless another is named. */
export function demandSigned(key, message, signature, stage = "signature") {
  demand(verifies(key, message, signature), stage, "the signature does not verify");
}

const PADDED = [4096, 8192, 16384, 32768];

/** A text of §2 as it was opened; refuses one that is not padded to 4,096·2^k bytes, k = 0…3. */
export function padded(bytes) {
  demand(PADDED.includes(bytes.length), "padding", "no padded text");
  return bytes;
}

/** The size of a padded text. */
export function paddedLength(length) {
  const size = PADDED.find((size) => length <= size);
  demand(size !== undefined, "padding", "too long a text");
  return size;
}

const LONGEST = 520 * 8388608;

/** Whether an attachment's file may have that length. */
export function isFileLength(length) {
  if (length % 8388608 === 0) return length > 0 && length <= LONGEST;
  return [1, 2, 4, 8, 16, 32, 64].some((times) => length === 65536 * times);
}

/** The length of an attachment's file, and of what is sealed in it, zeros included. */
export function attachmentLength(length, stanzas) {
  const head = 86 + 1557 * stanzas;
  const lengthOf = (plain) => head + plain + 16 * Math.max(1, Math.ceil(plain / 65536));
  let file = 65536;
  while (file < lengthOf(length)) file = file < 8388608 ? 2 * file : file + 8388608;
  demand(file <= LONGEST, "padding", "more parts than any attachment has");
  return { file, padded: file - head - 16 * Math.ceil((file - head) / 65552) };
}

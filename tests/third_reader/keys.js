// SPEC §2: X-Wing, HPKE, and the Bech32 text of recipients and identities.
import { createDecipheriv, createHash, createPrivateKey, createPublicKey, diffieHellman } from "node:crypto";
import { ml_kem768 } from "@noble/post-quantum/ml-kem.js";
import { Refused, demand, hmac, utf8 } from "./ground.js";

const LETTERS = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
const GENERATOR = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3];

function polymod(values) {
  let sum = 1;
  for (const value of values) {
    const top = sum >>> 25;
    sum = ((sum & 0x1ffffff) << 5) ^ value;
    GENERATOR.forEach((word, bit) => {
      if ((top >>> bit) & 1) sum ^= word;
    });
  }
  return sum >>> 0;
}

const expand = (prefix) => [...Array.from(prefix, (c) => c.charCodeAt(0) >> 5), 0, ...Array.from(prefix, (c) => c.charCodeAt(0) & 31)];

/** Bech32 without a limit of length, in lower case. */
function writeBech32(prefix, bytes) {
  const bits = Array.from(bytes, (byte) => byte.toString(2).padStart(8, "0")).join("");
  const values = (bits.match(/.{1,5}/g) ?? []).map((five) => parseInt(five.padEnd(5, "0"), 2));
  const sum = polymod([...expand(prefix), ...values, 0, 0, 0, 0, 0, 0]) ^ 1;
  const check = [25, 20, 15, 10, 5, 0].map((shift) => (sum >>> shift) & 31);
  return `${prefix}1${[...values, ...check].map((value) => LETTERS[value]).join("")}`;
}

function readBech32(prefix, text) {
  demand(text.startsWith(`${prefix}1`) && text.length >= prefix.length + 7, "schema", "another prefix");
  const values = Array.from(text.slice(prefix.length + 1), (character) => LETTERS.indexOf(character));
  demand(!values.includes(-1) && polymod([...expand(prefix), ...values]) === 1, "schema", "a wrong letter");
  const bits = values.slice(0, -6).map((value) => value.toString(2).padStart(5, "0")).join("");
  const whole = bits.length - (bits.length % 8);
  demand(bits.length - whole < 5 && !bits.slice(whole).includes("1"), "schema", "unused bits");
  return Buffer.from((bits.slice(0, whole).match(/.{8}/g) ?? []).map((byte) => parseInt(byte, 2)));
}

/** Reads `age1pq1…` into the 1,216 bytes of an X-Wing key; each coefficient of its ML-KEM part is below 3,329. */
export function readRecipient(text) {
  demand(typeof text === "string", "schema", "no text");
  const bytes = readBech32("age1pq", text);
  demand(bytes.length === 1216, "schema", "another length");
  for (let at = 0; at < 1152; at += 3) {
    const three = bytes.readUIntLE(at, 3);
    demand((three & 0xfff) < 3329 && three >> 12 < 3329, "schema", "no ML-KEM key");
  }
  return bytes;
}

/** Reads `AGE-SECRET-KEY-PQ-1…` into its seed. */
export function readIdentity(text) {
  demand(typeof text === "string" && /^[A-Z0-9-]*$/.test(text), "schema", "an identity is in upper case");
  const seed = readBech32("age-secret-key-pq-", text.toLowerCase());
  demand(seed.length === 32, "schema", "another length");
  return seed;
}

const X25519_SECRET = Buffer.from("302e020100300506032b656e04220420", "hex");
const X25519_PUBLIC = Buffer.from("302a300506032b656e032100", "hex");
const x25519Public = (raw) => createPublicKey({ key: Buffer.concat([X25519_PUBLIC, raw]), format: "der", type: "spki" });
const kept = new Map();

/** The keys that follow from an X-Wing seed; they are remembered, since making them costs a millisecond. */
function keysOf(seed) {
  const name = seed.toString("hex");
  const known = kept.get(name);
  if (known) return known;
  const long = createHash("shake256", { outputLength: 96 }).update(seed).digest();
  const kem = ml_kem768.keygen(long.subarray(0, 64));
  const secret = createPrivateKey({ key: Buffer.concat([X25519_SECRET, long.subarray(64)]), format: "der", type: "pkcs8" });
  const shared = createPublicKey(secret).export({ format: "der", type: "spki" }).subarray(-32);
  const made = { kem: kem.secretKey, secret, shared, public: Buffer.concat([kem.publicKey, shared]) };
  made.recipient = writeBech32("age1pq", made.public);
  kept.set(name, made);
  return made;
}

export const recipientOf = (seed) => keysOf(seed).recipient;

/** X-Wing: the secret of 1,120 bytes of `enc`. */
function decapsulate(seed, enc) {
  const keys = keysOf(seed);
  const post = ml_kem768.decapsulate(enc.subarray(0, 1088), keys.kem);
  const point = enc.subarray(1088);
  const classic = diffieHellman({ privateKey: keys.secret, publicKey: x25519Public(point) });
  return createHash("sha3-256").update(post).update(classic).update(point).update(keys.shared).update("\\.//^\\").digest();
}

const SUITE = Buffer.from("48504b45647a00010003", "hex");
const extract = (salt, label, key) => hmac(salt, Buffer.concat([utf8("HPKE-v1"), SUITE, utf8(label), key]));

function expandLabel(secret, label, info, size) {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(size);
  const words = Buffer.concat([bytes, utf8("HPKE-v1"), SUITE, utf8(label), info, Buffer.from([1])]);
  return hmac(secret, words).subarray(0, size);
}

const EMPTY = Buffer.alloc(0);

/** Opens a single-shot HPKE sealing in base mode; null where the key is another's. */
export function openHpke(seed, info, enc, box) {
  let shared;
  try {
    shared = decapsulate(seed, enc);
  } catch {
    return null;
  }
  const context = Buffer.concat([Buffer.from([0]), extract(EMPTY, "psk_id_hash", EMPTY), extract(EMPTY, "info_hash", utf8(info))]);
  const secret = extract(shared, "secret", EMPTY);
  return openBox(expandLabel(secret, "key", context, 32), expandLabel(secret, "base_nonce", context, 12), box);
}

/** Opens ChaCha20-Poly1305, tag behind; null where it does not verify. */
export function openBox(key, nonce, box, aad = EMPTY) {
  if (box.length < 16) return null;
  const cipher = createDecipheriv("chacha20-poly1305", key, nonce, { authTagLength: 16 });
  cipher.setAAD(aad, { plaintextLength: box.length - 16 });
  cipher.setAuthTag(box.subarray(-16));
  const opened = cipher.update(box.subarray(0, -16));
  try {
    cipher.final();
  } catch {
    return null;
  }
  return opened;
}

/** As `openBox`, refused at the stage named. */
export function demandBox(key, nonce, box, aad, stage) {
  const opened = openBox(key, nonce, box, aad);
  if (opened === null) throw new Refused(stage, "the box does not open");
  return opened;
}

// SPEC §3: the receipt and what follows from it.
import { createPrivateKey, createPublicKey } from "node:crypto";
import { argon2id } from "@noble/hashes/argon2.js";
import { demand, hkdf, sha256, toB64, utf8 } from "./ground.js";
import { recipientOf } from "./keys.js";

const DAMM = "0317598642 7092154863 4206871359 1750983426 6123045978 3674209581 5869720134 8945362017 9438617205 2581436790".split(" ");
const DROPPED = /[\u0009-\u000d\u0020\u00a0\u2000-\u200b\u202f\u3000\ufeff\u002d\u00ad\u2010-\u2015\u2212\uff0d\u002e\u00b7\u3002\u30fb\uff0e\uff61]/g;
const ED25519 = Buffer.from("302e020100300506032b657004220420", "hex");

/** Normalises what was typed into 28 ASCII digits. */
export function readReceipt(text) {
  const narrow = text.replace(/[\uff10-\uff19]/g, (digit) => String.fromCharCode(digit.charCodeAt(0) - 0xff10 + 0x30));
  const digits = narrow.replace(DROPPED, "");
  demand(/^[0-9]{28}$/.test(digits), "receipt", "no 28 digits");
  const check = Array.from(digits).reduce((row, digit) => Number(DAMM[row][Number(digit)]), 0);
  demand(check === 0, "receipt", "a wrong digit");
  return digits;
}

/** The public key of an Ed25519 seed. */
export function signingKeyOf(seed) {
  const secret = createPrivateKey({ key: Buffer.concat([ED25519, seed]), format: "der", type: "pkcs8" });
  return createPublicKey(secret).export({ format: "der", type: "spki" }).subarray(-32);
}

const kept = new Map();

/** Argon2id of 32 bytes, remembered: many cases share a passphrase or a receipt. */
export function stretch(secret, salt, m, t) {
  const name = [toB64(secret), toB64(salt), m, t].join(" ");
  const known = kept.get(name);
  if (known) return known;
  const made = Buffer.from(argon2id(secret, salt, { m, t, p: 1, dkLen: 32 }));
  kept.set(name, made);
  return made;
}

/** All keys of a reporter, as bytes. */
export function deriveReporter(digits, office) {
  const root = stretch(utf8(digits), office, 19456, 2);
  const of = (label) => hkdf(root, `yanlu/v1/${label}`);
  const seed = of("reporter-key");
  const token = of("mailbox");
  return {
    token,
    mailbox: sha256(token),
    seed,
    recipient: recipientOf(seed),
    act: signingKeyOf(of("act")),
    memoKey: of("memo"),
    toOffice: of("mac/to-office"),
    toReporter: of("mac/to-reporter"),
    watch: of("watch").subarray(0, 16),
  };
}

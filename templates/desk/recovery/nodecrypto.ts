/** What slip39 asks of Node's `crypto`, from noble; the bundler puts it in that place (`portal/site_build/bundle.py`). */

import { hmac } from "@noble/hashes/hmac.js";
import { pbkdf2 } from "@noble/hashes/pbkdf2.js";
import { sha256 } from "@noble/hashes/sha2.js";

// Shares are only read here: nothing of it draws a random byte.
(globalThis as { Buffer?: unknown }).Buffer ??= { from: (bytes: ArrayLike<number>) => Uint8Array.from(bytes) };

export function pbkdf2Sync(password: Uint8Array, salt: Uint8Array, count: number, size: number, hash: string): Uint8Array {
  return pbkdf2(only(hash), password, salt, { c: count, dkLen: size });
}

export function createHmac(hash: string, key: Uint8Array): { update: (bytes: Uint8Array) => void; digest: () => Uint8Array } {
  const made = hmac.create(only(hash), key);
  return { update: (bytes) => void made.update(bytes), digest: () => made.digest() };
}

function only(hash: string): typeof sha256 {
  if (hash !== "sha256") throw new Error("slip39 asks for SHA-256 alone");
  return sha256;
}

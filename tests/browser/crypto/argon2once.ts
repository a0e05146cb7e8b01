// Our Argon2id, once for each input: many vectors differ only in what is done with the same stretched passphrase.

import { type KdfCost, argon2id as work } from "../../../crypto/argon2.js";

export type { KdfCost };

const known = new Map<string, ReturnType<typeof work>>();

/** As the browser's own; anyone who asks again gets a copy of what came out before. */
export async function argon2id(password: Uint8Array, salt: Uint8Array, cost: KdfCost, progress: (done: number) => void): ReturnType<typeof work> {
  const key = JSON.stringify([[...password], [...salt], cost]);
  const found = known.get(key) ?? work(password, salt, cost, progress);
  known.set(key, found);
  return (await found).slice();
}

/** What pages carry in place of the library's NIST curves (`portal/site_build/bundle.py`): no key of ours is on one. */

import { CryptoError } from "../errors.js";

function absent(): never {
  throw new CryptoError("schema", "no key of ours is on this curve");
}

// The library describes its other hybrids when it is loaded, and asks for nothing but these lengths.
const curve = {
  lengths: { secretKey: 32, publicKey: 33, publicKeyUncompressed: 65, seed: 48, signature: 64 },
  Point: { Fn: {}, Fp: {} },
  keygen: absent, getPublicKey: absent, getSharedSecret: absent, sign: absent, verify: absent,
};

export { curve as p256, curve as p384, curve as p521 };

/** What pages carry in place of the library's scrypt (`portal/site_build/bundle.py`): nothing of ours is sealed by a passphrase alone. */

import { CryptoError } from "../errors.js";

export function scrypt(): never {
  throw new CryptoError("schema", "nothing of ours is sealed by a passphrase alone");
}

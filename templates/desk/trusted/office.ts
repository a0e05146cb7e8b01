/** The office as this browser may trust it: documents fetched, verified from the office code, kept as verified. */

import { type VerifiedDirectory, verifyOffice } from "../../../crypto/index.js";
import { office } from "../api.js";
import { momentOf } from "../../shared/moment.js";
import { anchorInFragment, codeAlone, strongest } from "../../shared/officecode.js";
import { device } from "../device.js";

/** Fetches the office document again and verifies it; throws a CryptoError when it does not hold. */
export async function verifiedOffice(code: string, now: Date): Promise<VerifiedDirectory> {
  const document = await office.document();
  // A link gave the whole hash once: a code that is typed later does not do away with it.
  const anchor = strongest(device.officeCode(), code);
  const directory = verifyOffice(anchor, document, momentOf(now), seenOf(code), { alsoLapsed: true });
  device.keepOfficeCode(anchor);
  device.keepSeen(directory.seen);
  return directory;
}

function seenOf(code: string): ReturnType<typeof device.seen> {
  return codeAlone(device.officeCode() ?? "") === codeAlone(code) ? device.seen() : null;
}

/** The device remembers the code; a desk reached through `#c=CODE` takes it from there, with the hash that a link carries. */
export function codeInAddress(): string | null {
  const found = anchorInFragment(location.hash);
  if (found === null) return null;
  history.replaceState(null, "", location.pathname);
  return found;
}

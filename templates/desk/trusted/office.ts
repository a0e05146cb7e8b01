/** The office as this browser may trust it: documents fetched, verified from the office code, kept as verified. */

import { type VerifiedDirectory, verifyDirectory } from "../../../crypto/browser/index.js";
import { office } from "../api.js";
import { anchorInFragment, codeAlone, strongest } from "../../shared/officecode.js";
import { device } from "../device.js";

/** Fetches roots and directory anew and verifies them; throws a CryptoError when they do not hold. */
export async function verifiedOffice(code: string, now: Date): Promise<VerifiedDirectory> {
  const [roots, note] = await Promise.all([office.roots(), office.directory()]);
  // A link gave the whole hash once: a code that is typed later does not do away with it.
  const anchor = strongest(device.officeCode(), code);
  const directory = verifyDirectory(anchor, roots, note, now.toISOString().slice(0, 10), seenOf(code), { alsoLapsed: true });
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

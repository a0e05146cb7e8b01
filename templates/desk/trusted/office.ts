/** The office as this browser may trust it: documents fetched, verified from the office code, kept as verified. */

import { type VerifiedDirectory, verifyDirectory } from "../../../crypto/browser/index.js";
import { office } from "../api.js";
import { device } from "../device.js";

/** Fetches roots and directory anew and verifies them; throws a CryptoError when they do not hold. */
export async function verifiedOffice(code: string, now: Date): Promise<VerifiedDirectory> {
  const [roots, note] = await Promise.all([office.roots(), office.directory()]);
  const directory = verifyDirectory(code, roots, note, now.toISOString().slice(0, 10), seenOf(code), { alsoLapsed: true });
  device.keepOfficeCode(code);
  device.keepSeen(directory.seen);
  return directory;
}

function seenOf(code: string): ReturnType<typeof device.seen> {
  return device.officeCode() === code ? device.seen() : null;
}

/** The device remembers the code; a desk reached through `#CODE` takes it from there. */
export function codeInAddress(): string | null {
  const found = decodeURIComponent(location.hash.slice(1)).replace(/^c=/, "");
  if (found === "") return null;
  history.replaceState(null, "", location.pathname);
  return found;
}

/** Opens whole envelopes whose header was read, on the page or beside it (SPEC §2). */

import { type Bytes, equalBytes } from "../framing.js";
import { type CheckStage, refuse } from "../errors.js";
import { type Header, headerBytes } from "./header.js";
import { openPayload } from "./payload.js";
import { hkdf, mac } from "../primitives.js";
import { type Identity, hpkeOpen } from "./xwing.js";

export const INFO = "age-encryption.org/mlkem768x25519";
export const NONCE_SIZE = 16;
/** Characters of the MAC behind the three hyphens, which it covers, with the space before it. */
const MAC_LENGTH = 44;

/** Opens an envelope beside the page: its text, the stage at which it is refused, or null where the page must do it itself. */
export type OpenBeside = (identity: Identity, file: Uint8Array, header: Header) => Promise<Bytes | CheckStage | null>;

let beside: OpenBeside | null = null;

/** From now on `work` is asked first; null ends that. */
export function openBeside(work: OpenBeside | null): void {
  beside = work;
}

/** Opens an envelope whose header was read: a desk opens ten thousand after a sign-in, and each header is taken apart once. */
export async function openRead(identity: Identity, file: Uint8Array, header: Header): Promise<Bytes> {
  const found = beside === null ? null : await beside(identity, file, header);
  return typeof found === "string" ? refuse(found, "refused beside the page") : (found ?? openHere(identity, file, header));
}

/** The same by this very thread. */
export async function openHere(identity: Identity, file: Uint8Array, { size, lines }: Pick<Header, "size" | "lines">): Promise<Bytes> {
  const fileKey = (await unwrapped(identity, lines)) ?? refuse("no-match", "the header does not open with this key");
  const marked = file.subarray(0, size - MAC_LENGTH - 1);
  if (!equalBytes(mac(hkdf(fileKey, "header"), marked), headerBytes((lines.at(-1) as string).slice(4)))) refuse("header-mac", "the header does not open with this key");
  if (file.length < size + NONCE_SIZE) refuse("header", "the payload's nonce is missing");
  return openPayload(fileKey, file.subarray(size, size + NONCE_SIZE), file.subarray(size + NONCE_SIZE));
}

/** The file key out of the first stanza that opens: behind the first line of a header that was looked at come two for each. */
async function unwrapped(identity: Identity, lines: readonly string[]): Promise<Bytes | null> {
  for (let at = 1; at < lines.length - 1; at += 2) {
    const [enc, ct] = [headerBytes((lines[at] as string).split(" ")[2] as string), headerBytes(lines[at + 1] as string)];
    const fileKey = await hpkeOpen(identity, { enc, ct }, INFO);
    if (fileKey !== null) return fileKey;
  }
  return null;
}

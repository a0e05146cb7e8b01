/** Tells photos from films: HEIC, AVIF and CR3 are made of the same boxes as MP4, and nothing of them can be emptied. */

import { binary } from "./inflating.js";

/** ISO 23008-12, AVIF, MIAF; `crx ` is Canon's. */
const BRAND = /^(?:[^]{4})*?(?:he[iv][cxms]|mi[fa][12f]|msf1|avi[fs]|avc[is]|jpeg|jpgs|crx )/;
/** Both stand at the beginning; a film may have a few unused bytes before them. */
const LOOKED_AT = 65_536;

/** Whether this names a still image among its brands, or has an index of pictures where a film has none. */
export async function isStill(file: Blob): Promise<boolean> {
  const head = binary(new Uint8Array(await file.slice(0, LOOKED_AT).arrayBuffer()));
  const begin = head.slice(4, 8);
  if (!["ftyp", "wide", "free", "skip"].includes(begin)) return false;
  for (let at = head.indexOf("ftyp"); at >= 0; at = head.indexOf("ftyp", at + 4)) {
    const size = 256 * head.charCodeAt(at - 2) + head.charCodeAt(at - 1);
    // A length in eight bytes, or none: the brands come somewhere after it.
    if (BRAND.test(head.slice(at + 4, at - 4 + (size < 12 ? LOOKED_AT : size)))) return true;
  }
  return /meta\0{4}[^]{4}hdlr[^]{8}pict/.test(head);
}

/** A strict reader of age v1 headers that looks at every byte before any key is used (SPEC §2). */

import { type Bytes, b64decode } from "../framing.js";
import { refuse } from "../errors.js";
import { ENC_SIZE } from "./xwing.js";

export const MAX_HEADER = 65_536;
export const MAX_STANZAS = 32;
const BODY_SIZE = 32;
const LINE_FEED = 10;
const BASE64 = /^[A-Za-z0-9+/]*$/;
/** Behind the whole groups of four of canonical base64 without padding: of the last character the bits that say nothing are zero. */
const END = /^(?:.[AQgw]|..[AEIMQUYcgkosw048])?$/;
const PRINTABLE = /^[ -~]*$/;
const latin1 = new TextDecoder("latin1");

export interface Header {
  readonly stanzas: number;
  /** Bytes up to and with the line feed of the MAC line. */
  readonly size: number;
  /** Its lines: the first one, two for each stanza, the MAC line. */
  readonly lines: readonly string[];
  /** Whether the stanzas stand from the last to the first. */
  readonly turned: boolean;
}

/** How many bytes such a text stands for. Nothing is decoded: an envelope is looked at far more often than it is opened. */
function sizeOf(text: string): number {
  return BASE64.test(text) && END.test(text.slice(text.length & -4)) ? Math.floor((text.length * 3) / 4) : refuse("header", "not canonical base64");
}

/** The bytes of a canonical base64 of a header that was looked at. */
export function headerBytes(text: string): Bytes {
  return b64decode(text.replaceAll("+", "-").replaceAll("/", "_"));
}

/** One stanza of ours; its first line is read already. */
function checkStanza(first: string, next: () => string): void {
  const words = first.slice(3).split(" ");
  if (words.includes("")) refuse("header", "an empty argument");
  const [kind, enc, ...more] = words;
  if (kind !== "mlkem768x25519") refuse("stanzas", "a stanza of another type");
  if (enc === undefined || more.length > 0 || sizeOf(enc) !== ENC_SIZE) refuse("header", "not the argument of this stanza type");
  if (sizeOf(next()) !== BODY_SIZE) refuse("header", "not the body of this stanza type");
}

/** Reads the header at the beginning of `file`; `expected` lists the numbers of stanzas that the context allows. */
export function readHeader(file: Uint8Array, expected: readonly number[]): Header {
  const lines: string[] = [];
  let size = 0;
  const next = (): string => {
    const end = file.subarray(0, MAX_HEADER).indexOf(LINE_FEED, size);
    if (end < 0) refuse("header", "the header does not end");
    const line = latin1.decode(file.subarray(size, end));
    if (!PRINTABLE.test(line)) refuse("header", "a byte that is not printable ASCII");
    size = end + 1;
    lines.push(line);
    return line;
  };
  let stanzas = 0;
  if (next() !== "age-encryption.org/v1") refuse("header", "not an age file");
  for (;;) {
    const line = next();
    if (!line.startsWith("-> ")) {
      if (!/^--- [A-Za-z0-9+/]{43}$/.test(line)) refuse("header", "not a MAC line");
      sizeOf(line.slice(4));
      break;
    }
    checkStanza(line, next);
    stanzas += 1;
    if (stanzas > MAX_STANZAS) refuse("stanzas", "too many stanzas");
  }
  if (stanzas === 0) refuse("header", "nobody is addressed");
  if (!expected.includes(stanzas)) refuse("stanzas", "not the number of stanzas of this context");
  return { stanzas, size, lines, turned: false };
}

/** The same header, its stanzas from the last to the first. */
export function lastFirst({ stanzas, size, lines, turned }: Header): Header {
  const others = Array.from({ length: stanzas }, (_, n) => lines.slice(2 * (stanzas - n) - 1, 2 * (stanzas - n) + 1)).flat();
  return { stanzas, size, lines: [...lines.slice(0, 1), ...others, ...lines.slice(-1)], turned: !turned };
}

/** The server's and the page's look at an envelope from outside: its shape, no key. */
export function checkEnvelope(file: Uint8Array, ...expected: readonly number[]): Header {
  return readHeader(file, expected);
}

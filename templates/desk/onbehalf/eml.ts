/** An e-mail file (`.eml`, RFC 5322 and MIME), read strictly and within bounds in the member's browser; never on a server. */

import { cleanFileName } from "../../../crypto/index.js";
import { latin1 } from "./latin.js";

const LARGEST = 32 * 1024 * 1024;
const LONGEST_HEAD = 64 * 1024;
const MOST_PARTS = 64;
const DEEPEST = 8;
const LONGEST_TEXT = 64 * 1024;
const MOST_TAGS = 4 * LONGEST_TEXT;

/** Why a file is not taken. */
export type EmlFault = "too-large" | "not-an-email" | "too-deep" | "damaged";

export class EmlRefused extends Error {
  constructor(readonly fault: EmlFault) {
    super(fault);
  }
}

export interface EmlFile {
  readonly name: string;
  readonly type: string;
  readonly content: Uint8Array<ArrayBuffer>;
}

/** What of an e-mail goes into a report; `received` is its day or null. Addresses of servers on its way are not taken. */
export interface Email {
  readonly from: string;
  readonly subject: string;
  readonly received: string | null;
  readonly text: string;
  readonly files: readonly EmlFile[];
}

interface Part {
  readonly head: ReadonlyMap<string, string>;
  readonly body: string;
}

/** Bytes one to one as characters: lines and boundaries are found first, charsets come later. */
function split(raw: string): Part {
  const end = /\r?\n\r?\n/.exec(raw);
  const head = end === null ? raw : raw.slice(0, end.index);
  if (head.length > LONGEST_HEAD) throw new EmlRefused("too-large");
  const fields = new Map<string, string>();
  for (const line of head.replace(/\r?\n[ \t]+/g, " ").split(/\r?\n/)) {
    const found = /^([!-9;-~]{1,128}):([^\r\n]*)$/.exec(line);
    if (found?.[1] === undefined || found[2] === undefined) {
      if (line === "") continue;
      throw new EmlRefused("not-an-email");
    }
    const key = found[1].toLowerCase();
    if (!fields.has(key)) fields.set(key, found[2].trim());
  }
  return { head: fields, body: end === null ? "" : raw.slice(end.index + end[0].length) };
}

function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at += 1) bytes[at] = text.charCodeAt(at);
  return bytes;
}

function decodeText(bytes: Uint8Array, charset: string): string {
  let decoder: TextDecoder;
  try {
    decoder = new TextDecoder(charset || "utf-8");
  } catch {
    decoder = new TextDecoder("utf-8");
  }
  return decoder.decode(bytes);
}

function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  const clean = text.replace(/[^A-Za-z0-9+/]/g, "");
  try {
    return bytesOf(atob(clean.slice(0, clean.length - (clean.length % 4 === 1 ? 1 : 0))));
  } catch {
    throw new EmlRefused("damaged");
  }
}

function fromQuoted(text: string): Uint8Array<ArrayBuffer> {
  return bytesOf(text.replace(/[ \t]+(\r?\n|\r?$)?/g, (run: string, end?: string) => end ?? run).replace(/=\r?\n/g, "").replace(/=([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16))));
}

/** RFC 2047: `=?gb18030?B?…?=`; what is no such word stays as it is. */
function headerText(raw: string): string {
  const joined = raw.replace(/(=\?[^?\s]{1,64}\?[BbQq]\?[^?\s]*\?=)\s+(?==\?)/g, "$1");
  const words = joined.replace(/=\?([^?\s]{1,64})\?([BbQq])\?([^?\s]*)\?=/g, (_, charset: string, how: string, text: string) => {
    const bytes = how.toLowerCase() === "b" ? fromBase64(text) : fromQuoted(text.replaceAll("_", " "));
    return decodeText(bytes, charset.split("*")[0] ?? "");
  });
  // eslint-disable-next-line no-control-regex
  const plain = /[\x80-\xff]/.test(words) && !/[^\x00-\xff]/.test(words) ? decodeText(bytesOf(words), "utf-8") : words;
  return clean(plain).slice(0, 998);
}

// eslint-disable-next-line no-control-regex
const clean = (text: string): string => text.replace(/[\x00-\x08\x0b-\x1f\x7f-\x9f]/g, "").trim();

/** `text/plain; charset="gb2312"; name*=UTF-8''a.txt` as type and parameters. */
function typed(field: string): { type: string; of: (name: string) => string } {
  const [type = "", ...rest] = field.split(";");
  const parameters = new Map<string, string>();
  for (const one of rest) {
    const at = one.indexOf("=");
    const found = /^([^\s=*]{1,64})(\*(?:0\*?)?)?$/.exec(one.slice(0, Math.max(at, 0)).trim());
    const value = one.slice(at + 1).trim().replace(/^"/, "").replace(/"$/, "");
    if (found?.[1] === undefined || value.includes('"')) continue;
    const extended = found[2] === undefined ? null : /^([^']*)'[^']*'(.*)$/.exec(value);
    parameters.set(found[1].toLowerCase(), extended === null ? value : decodeText(fromQuoted((extended[2] ?? "").replaceAll("%", "=")), extended[1] ?? ""));
  }
  return { type: type.trim().toLowerCase(), of: (name) => parameters.get(name) ?? "" };
}

function contentOf({ head, body }: Part): Uint8Array<ArrayBuffer> {
  const how = (head.get("content-transfer-encoding") ?? "").toLowerCase();
  return how === "base64" ? fromBase64(body) : how === "quoted-printable" ? fromQuoted(body) : bytesOf(body);
}

const HIDES = /(style|script|head)\b/iy;
const BREAK = /(?:br|\/p|\/div|\/tr|\/li)\b/iy;

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

/** Where words begin again if the tag at `at` hides what follows; `endless` keeps which names end nowhere. */
function hiddenTo(markup: string, at: number, endless: Set<string>): number | null {
  const tag = matchAt(HIDES, markup, at);
  const name = tag?.[1]?.toLowerCase() ?? "";
  if (tag === null || endless.has(name)) return null;
  const end = matchAt(new RegExp(`</${name}[ \\t\\r\\n\\f]*>`, "ig"), markup, at);
  if (end === null) endless.add(name);
  return end === null ? null : end.index + end[0].length;
}

/** HTML as words, in one pass: every character is looked at once, however the tags nest or stay open. No tag is ever made into an element. */
function htmlText(markup: string): string {
  const pieces: string[] = [];
  const endless = new Set<string>();
  for (let at = 0, close = 0, length = 0, tags = 0; tags < MOST_TAGS; tags += 1) {
    const found = markup.indexOf("<", at);
    const begin = found < 0 ? markup.length : found;
    pieces.push(markup.slice(at, begin));
    length += begin - at;
    if (found < 0 || length > LONGEST_TEXT) break;
    const end = hiddenTo(markup, begin + 1, endless);
    if (close <= begin) close = markup.indexOf(">", begin);
    // Where no tag closes any more, that is found out once.
    if (close < 0) close = markup.length;
    const next = markup.indexOf("<", begin + 1);
    if (end !== null) at = end;
    else if (close === markup.length || (next >= 0 && next < close)) {
      pieces.push("<");
      at = begin + 1;
    } else {
      if (matchAt(BREAK, markup, begin + 1) !== null) pieces.push("\n");
      at = close + 1;
    }
  }
  const words = pieces.join("");
  const names: Readonly<Record<string, string>> = { nbsp: " ", amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };
  return words.replace(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z]{2,6}));/gi, (whole, decimal?: string, hex?: string, name?: string) => {
    const code = decimal !== undefined ? Number(decimal) : hex !== undefined ? parseInt(hex, 16) : -1;
    return code > 0 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff) ? String.fromCodePoint(code) : (names[name?.toLowerCase() ?? ""] ?? whole);
  });
}

/** The leaves of a message, in order. */
function leaves(part: Part, depth: number, found: Part[]): void {
  if (depth > DEEPEST) throw new EmlRefused("too-deep");
  const { type, of } = typed(part.head.get("content-type") ?? "text/plain");
  const boundary = of("boundary");
  if (!type.startsWith("multipart/") || boundary === "") {
    if (found.push(part) > MOST_PARTS) throw new EmlRefused("too-deep");
    return;
  }
  const pieces = `\n${part.body}`.split(`\n--${boundary}`, MOST_PARTS + 3).slice(1);
  if (pieces.length > MOST_PARTS + 1) throw new EmlRefused("too-deep");
  for (const piece of pieces) {
    if (piece.startsWith("--")) break;
    leaves(split(piece.replace(/^[ \t]*\r?\n/, "")), depth + 1, found);
  }
}

function dayOf(field: string | undefined): string | null {
  const found = field === undefined ? Number.NaN : Date.parse(field.slice(0, 998).replace(/\([^()]*\)/g, ""));
  if (Number.isNaN(found)) return null;
  const day = new Date(found).toISOString().slice(0, 10);
  return /^[12][0-9]{3}-/.test(day) ? day : null;
}

function fileName(raw: string, at: number): string {
  const name = clean(raw).slice(0, 80);
  return name === "" || name === "." || name === ".." ? `attachment-${at + 1}` : cleanFileName(name);
}

/** Reads an e-mail file; throws `EmlRefused`. */
export function readEml(bytes: Uint8Array): Email {
  if (bytes.length > LARGEST) throw new EmlRefused("too-large");
  const whole = split(latin1(bytes));
  if (!whole.head.has("from") && !whole.head.has("subject") && !whole.head.has("date")) throw new EmlRefused("not-an-email");
  const parts: Part[] = [];
  leaves(whole, 0, parts);
  const texts: { plain: boolean; text: string }[] = [];
  const files: EmlFile[] = [];
  for (const [at, part] of parts.entries()) {
    const { type, of } = typed(part.head.get("content-type") ?? "text/plain");
    const disposition = typed(part.head.get("content-disposition") ?? "");
    const named = headerText(disposition.of("filename") || of("name"));
    if (type.startsWith("text/") && disposition.type !== "attachment" && named === "") {
      const text = decodeText(contentOf(part), of("charset"));
      texts.push({ plain: type !== "text/html", text: type === "text/html" ? htmlText(text) : text });
    } else files.push({ name: fileName(named, at), type: /^[a-z0-9!#$&^_.+-]+\/[a-z0-9!#$&^_.+-]+$/.test(type) ? type : "application/octet-stream", content: contentOf(part) });
  }
  const plain = texts.some((one) => one.plain);
  const text = clean(texts.filter((one) => one.plain === plain).map((one) => one.text).join("\n\n").replaceAll("\r\n", "\n"));
  return { from: headerText(whole.head.get("from") ?? ""), subject: headerText(whole.head.get("subject") ?? ""), received: dayOf(whole.head.get("date")), text: text.slice(0, LONGEST_TEXT), files };
}

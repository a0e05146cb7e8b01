/** Looks for what a file may tell about its maker; finding nothing proves nothing, and the page says so. */

import { Findings, type Trace } from "./findings.js";
import { isPacked, scanPacked } from "./packed.js";
import { isPdf, scanPdf } from "./pdf.js";

const WINDOW = 262_144;

const MARKERS: readonly (readonly [string, Trace])[] = [
  ["/Author", "author"],
  ["/Creator", "program"],
  ["/Producer", "program"],
  ["docProps/", "office-properties"],
  ["meta.xml", "office-properties"],
  ["<x:xmpmeta", "xmp"],
  ["Exif\u0000\u0000", "exif"],
  ["EXIF", "exif"],
  ["\u00d0\u00cf\u0011\u00e0\u00a1\u00b1\u001a\u00e1", "old-office"],
];

/** Bytes as characters 0–255, so that markers can be looked for as text. */
function latin1(bytes: Uint8Array): string {
  return new TextDecoder("latin1").decode(bytes);
}

/** The kinds of traces in these two ends of a file; windows-1252 readings of the marker bytes are allowed for. */
export function tracesIn(head: Uint8Array, tail: Uint8Array): Trace[] {
  const found = new Set<Trace>();
  const [first, last] = [latin1(head), latin1(tail)];
  for (const [marker, trace] of MARKERS) {
    const wanted = latin1(Uint8Array.from(marker, (character) => character.charCodeAt(0)));
    if (first.includes(wanted) || last.includes(wanted)) found.add(trace);
  }
  if (first.startsWith("ID3") || last.slice(-128).startsWith("TAG")) found.add("sound-tags");
  return [...found].sort();
}

const IN_RTF: Readonly<Record<string, Trace>> = { title: "title", author: "author", operator: "editor", company: "company", manager: "further" };

/** RTF has its properties at the beginning; letters beyond ASCII stand in it as numbers, and those of a code page stay unread. */
function scanRtf(text: string, found: Findings): void {
  for (const [, name = "", raw = ""] of text.matchAll(/\{(?:\\\*)?\\(title|author|operator|company|manager)\b ?([^{}]{1,2000})/g)) {
    const said = raw.replace(/\\u(-?\d{1,5}) ?\??/g, (_, code: string) => String.fromCharCode(Number(code)));
    found.mark(IN_RTF[name] as Trace);
    if (!said.includes("\\")) found.add(IN_RTF[name] as Trace, said);
  }
}

/** Looks into what it knows the form of, and else reads both ends of a file, and names what it finds. */
export async function findTraces(file: Blob): Promise<Findings> {
  const found = new Findings();
  const head = new Uint8Array(await file.slice(0, WINDOW).arrayBuffer());
  const tail = new Uint8Array(await file.slice(Math.max(0, file.size - WINDOW)).arrayBuffer());
  if (isPacked(head) && await scanPacked(file, found)) return found;
  const text = latin1(head);
  if (text.startsWith("{\\rtf")) scanRtf(text, found);
  if (isPdf(head)) await scanPdf(file, found);
  for (const trace of tracesIn(head, tail)) found.mark(trace);
  return found;
}

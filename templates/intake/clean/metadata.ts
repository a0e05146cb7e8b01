/** Looks for what a file may tell about its maker; finding nothing proves nothing, and the page says so. */

import { Findings, type Trace } from "./findings.js";
import { isPacked, lookIntoPacked } from "./packed.js";
import { isPdf, lookIntoPdf } from "./pdf.js";

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

/** Looks into what it knows the form of, and else reads both ends of a file, and names what it finds. */
export async function findTraces(file: Blob): Promise<Findings> {
  const found = new Findings();
  const head = new Uint8Array(await file.slice(0, WINDOW).arrayBuffer());
  const tail = new Uint8Array(await file.slice(Math.max(0, file.size - WINDOW)).arrayBuffer());
  if (isPacked(head) && await lookIntoPacked(file, found)) return found;
  if (isPdf(head)) await lookIntoPdf(file, found);
  for (const trace of tracesIn(head, tail)) found.mark(trace);
  return found;
}

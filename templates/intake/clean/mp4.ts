/** Removes place, device and moment from MP4 and MOV files: the boxes that hold them are emptied in place (ISO 14496-12). */

import { Bounds, type Box, Reader, Unreadable, boxAt, boxesIn, within } from "./boxes.js";
import { binary } from "./inflating.js";
import { type Range, rangesOf } from "./samples.js";

/** What was found: emptied, or, of `data-track` and `subtitles`, left in it. */
export type MovieTrace = "place" | "device" | "place-and-device" | "moment" | "program" | "track" | "other" | "data-track" | "subtitles";

export interface CleanMovie {
  readonly movie: Blob;
  readonly traces: readonly MovieTrace[];
}

const CONTAINERS = new Set("moov trak mdia minf stbl edts moof traf mvex".split(" "));
/** What a film needs to be played. All else is emptied: notes of cameras and programs, and what nobody knows. */
const NEEDED = new Set(`ftyp styp mdat imda mfra sidx pssh mehd trex tref tapt vmhd smhd nmhd sthd gmhd dinf elst
mfhd tfhd trun tfdt stsd stts ctts cslg stss stsc stsz stz2 stco co64 sdtp sbgp sgpd saiz saio senc clip matt`.split(/\s/));
const DATED = new Set(["mvhd", "tkhd", "mdhd"]);
const SUBTITLES = new Set(["text", "sbtl", "subt", "clcp"]);
const PLACE = /\u00a9xyz|loci|location|GPS|gps|ISO6709/;
const DEVICE = /\u00a9(?:mak|mod)|[Mm]ake|[Mm]odel|manu|modl/;
// moov, trak, mdia, minf, dinf: no film goes deeper.
const DEEPEST = 8;
/** How much of what is emptied is looked at, to name it. */
const LOOKED_AT = 16_384;
const MOST_PIECES = 20_000;
const LARGEST_PIECE = 1_048_576;

/** One film at work. */
interface Work {
  readonly signal: AbortSignal | undefined;
  readonly bounds: Bounds;
  readonly found: Set<MovieTrace>;
  /** The data of hidden tracks; null where it can't be followed. */
  hidden: Range[] | null;
}

/** Names what is about to be emptied, if anything stands in it. */
function name(type: string, content: Uint8Array, { bounds, found }: Work): void {
  const text = bounds.has("looks", content.length) ? type + binary(content) : "";
  if (text !== "" && !content.some((byte) => byte !== 0)) return;
  const [place, device] = [PLACE.test(text), DEVICE.test(text)];
  if (place) found.add("place");
  if (device) found.add("device");
  if (!place && !device) found.add("other");
}

/** Makes a box a `free` one of the same length, so that no offset in the film moves. */
function empty(bytes: Uint8Array, box: Box): void {
  bytes.set([0x66, 0x72, 0x65, 0x65], box.start + 4);
  bytes.fill(0, box.body, box.end);
}

/** Fills with zeros, within the box; gives whether anything else stood there. */
function forget(bytes: Uint8Array, box: Box, from: number, to: number): boolean {
  const part = bytes.subarray(Math.min(box.end, from), Math.min(box.end, to));
  const had = part.subarray(0, 256).some((byte) => byte !== 0);
  part.fill(0);
  return had;
}

/** Creation and change time: 4 bytes each in version 0, 8 in version 1. */
function forgetMoment(bytes: Uint8Array, box: Box): boolean {
  return forget(bytes, box, box.body + 4, box.body + (bytes[box.body] === 1 ? 20 : 12));
}

/** Vendor and name of what compressed the picture, where some cameras write their own name and number. */
function forgetCompressor(bytes: Uint8Array, track: Box, { bounds, found }: Work): void {
  const table = within(bytes, track, ["mdia", "minf", "stbl", "stsd"], bounds);
  for (const entry of table ? boxesIn(bytes, table.body + 8, table.end, bounds) : []) {
    const had = [forget(bytes, entry, entry.start + 20, entry.start + 24), forget(bytes, entry, entry.start + 50, entry.start + 82)];
    if (had.includes(true)) found.add("program");
  }
}

/** A hidden track loses its data, as far as its table leads there. */
function hide(bytes: Uint8Array, track: Box, work: Work): void {
  const table = within(bytes, track, ["mdia", "minf", "stbl"], work.bounds);
  const ranges = table ? rangesOf(bytes, table, work.bounds) : null;
  const fits = ranges && work.hidden && ranges.length + work.hidden.length <= MOST_PIECES;
  work.hidden = fits ? [...work.hidden ?? [], ...ranges] : null;
  work.found.add("track");
  empty(bytes, track);
}

/** Whether the track is gone. */
function cleanTrack(bytes: Uint8Array, track: Box, work: Work): boolean {
  const handler = within(bytes, track, ["mdia", "hdlr"], work.bounds);
  const kind = handler ? binary(bytes.subarray(handler.body + 8, handler.body + 12)) : "";
  if (kind === "meta" || kind === "camm") {
    hide(bytes, track, work);
    return true;
  }
  if (kind === "vide") forgetCompressor(bytes, track, work);
  else if (kind !== "soun") work.found.add(SUBTITLES.has(kind) ? "subtitles" : "data-track");
  return false;
}

/** Empties everything private below these bytes, in place; throws where the structure can't be read to its end. */
async function cleanBoxes(bytes: Uint8Array, from: number, to: number, work: Work, depth = 0): Promise<void> {
  if (depth > DEEPEST) throw new Unreadable();
  for (const box of boxesIn(bytes, from, to, work.bounds)) {
    await work.bounds.rest(work.signal);
    // A compressed header: what is in it can't be read here.
    if (box.type === "cmov") throw new Unreadable();
    if (DATED.has(box.type)) {
      if (forgetMoment(bytes, box)) work.found.add("moment");
    } else if (box.type === "hdlr") {
      // The handler's maker and name tell the kind of device; the handler type stays.
      if (forget(bytes, box, box.body + 12, box.end)) work.found.add("program");
    } else if (CONTAINERS.has(box.type)) {
      if (box.type !== "trak" || !cleanTrack(bytes, box, work)) await cleanBoxes(bytes, box.body, box.end, work, depth + 1);
    } else if (!NEEDED.has(box.type)) {
      name(box.type, bytes.subarray(box.body, Math.min(box.end, box.body + LOOKED_AT)), work);
      empty(bytes, box);
    }
  }
}

/** Whether a file begins like MP4 or MOV. */
export async function isMovie(file: Blob): Promise<boolean> {
  try {
    return ["ftyp", "moov", "mdat", "wide", "free", "skip"].includes(boxAt(await new Reader(file).bytes(0, 16), 0, file.size).type);
  } catch {
    return false;
  }
}

/**
 * Cleans a film without reading its pictures into memory: only header boxes are read.
 * Null when the structure can't be read, so that the page says so instead of promising.
 */
export async function cleanMovie(file: Blob, signal?: AbortSignal): Promise<CleanMovie | null> {
  try {
    return await cleanedMovie(file, signal);
  } catch (error) {
    if (error instanceof Unreadable) return null;
    throw error;
  }
}

/** What takes the place of a part of the file. */
type Piece = readonly [range: Range, content: BlobPart];

/** Every box of the file itself, in order. */
async function* boxesOf(reader: Reader, { bounds, signal }: Work): AsyncGenerator<Box> {
  const { size } = reader.file;
  for (let at = 0; at < size;) {
    signal?.throwIfAborted();
    await bounds.rest(signal);
    bounds.take("boxes", 1);
    const box = boxAt(await reader.bytes(at, Math.min(at + 16, size)), at, size);
    yield box;
    at = box.end;
  }
}

/** The data of hidden tracks as pieces; null where it is not all inside of what holds pictures and sound. */
function hiddenPieces({ hidden }: Work, media: readonly Box[]): Piece[] | null {
  const [pieces, zeros] = [[] as Piece[], new Blob([new Uint8Array(LARGEST_PIECE)])];
  let [at, box] = [0, 0];
  for (const range of hidden?.sort(([one], [other]) => one - other) ?? []) {
    const [from, to] = range;
    while (box < media.length && (media[box] as Box).end < to) box += 1;
    if (from < Math.max(at, media[box]?.body ?? Infinity) || to - from > LARGEST_PIECE) return null;
    at = to;
    pieces.push([range, zeros.slice(0, to - from)]);
  }
  return hidden && pieces;
}

function assembled(file: Blob, pieces: Piece[]): Blob {
  const parts: BlobPart[] = [];
  let at = 0;
  for (const [[from, to], content] of pieces.sort(([[one]], [[other]]) => one - other)) {
    parts.push(file.slice(at, from), content);
    at = to;
  }
  return new Blob([...parts, file.slice(at)], { type: file.type });
}

async function cleanedMovie(file: Blob, signal?: AbortSignal): Promise<CleanMovie> {
  const [pieces, media, types, reader] = [[] as Piece[], [] as Box[], new Set<string>(), new Reader(file)];
  const work: Work = { signal, bounds: new Bounds(), found: new Set(), hidden: [] };
  for await (const { type, start, body, end } of boxesOf(reader, work)) {
    types.add(type);
    if (type === "mdat") media.push({ type, start, body, end });
    if (NEEDED.has(type) || body === end) continue;
    work.bounds.take("bytes", end - start);
    const bytes = await reader.bytes(start, end);
    await cleanBoxes(bytes, 0, bytes.length, work);
    pieces.push([[start, end], bytes]);
  }
  // Without a header it is none; with fragments, more data of a hidden track can stand in any of them.
  if (!types.has("moov")) throw new Unreadable();
  if (work.found.has("track")) {
    const hidden = types.has("moof") ? null : hiddenPieces(work, media);
    if (hidden === null) {
      work.found.delete("track");
      work.found.add("data-track");
    } else pieces.push(...hidden);
  }
  return { movie: assembled(file, pieces), traces: [...work.found].sort() };
}

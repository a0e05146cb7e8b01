/** Removes place, device and moment from MP4 and MOV files: the boxes that hold them are emptied in place (ISO 14496-12). */

/** What was found and emptied; `track` is a data track that was switched off, `size` unreadable structure left alone. */
export type MovieTrace = "place-and-device" | "moment" | "program" | "track";

export interface CleanMovie {
  readonly movie: Blob;
  readonly removed: readonly MovieTrace[];
}

const CONTAINERS = new Set(["moov", "trak", "mdia", "minf", "edts", "moof", "traf", "mvex"]);
// udta: QuickTime user data (©xyz, ©mak, ©mod, loci); meta: iTunes and mdta keys; uuid: XMP and makers' own.
const PRIVATE = new Set(["udta", "meta", "uuid", "XMP_", "loci", "©xyz"]);
const DATED = new Set(["mvhd", "tkhd", "mdhd"]);
// moov, trak, mdia, minf, dinf: no film goes deeper.
const DEEPEST = 8;
const LARGEST_HEADER = 256 * 1024 * 1024;

interface Box {
  readonly type: string;
  readonly start: number;
  readonly body: number;
  readonly end: number;
}

function typeAt(bytes: Uint8Array, at: number): string {
  return String.fromCharCode(...bytes.subarray(at, at + 4));
}

/** The box that begins at `at`; null when the length contradicts itself. */
function readBox(bytes: Uint8Array, at: number, limit: number): Box | null {
  if (at + 8 > limit || at + 8 > bytes.length) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const short = view.getUint32(at);
  let size = short;
  let head = 8;
  if (short === 1) {
    if (at + 16 > bytes.length) return null;
    size = Number(view.getBigUint64(at + 8));
    head = 16;
  }
  if (short === 0) size = limit - at;
  if (size < head || at + size > limit) return null;
  return { type: typeAt(bytes, at + 4), start: at, body: at + head, end: at + size };
}

/** A structure that contradicts itself or lies too deep: what is behind it can't be found, so nothing may be promised. */
class Unreadable extends Error {}

/** Every box from `from` to `to`; QuickTime may end a list with zeros. */
function boxesIn(bytes: Uint8Array, from: number, to: number): Box[] {
  const found: Box[] = [];
  for (let at = from; at < to; ) {
    if (to - at < 8 && bytes.subarray(at, to).every((byte) => byte === 0)) break;
    const box = readBox(bytes, at, to);
    if (box === null) throw new Unreadable();
    found.push(box);
    at = box.end;
  }
  return found;
}

/** Makes a box a `free` one of the same length, so that no offset in the film moves. */
function empty(bytes: Uint8Array, box: Box): void {
  bytes.set([0x66, 0x72, 0x65, 0x65], box.start + 4);
  bytes.fill(0, box.body, box.end);
}

/** Creation and change time: 4 bytes each in version 0, 8 in version 1. */
function forgetMoment(bytes: Uint8Array, box: Box): boolean {
  const width = bytes[box.body] === 1 ? 8 : 4;
  const times = bytes.subarray(box.body + 4, Math.min(box.end, box.body + 4 + 2 * width));
  const had = times.some((byte) => byte !== 0);
  times.fill(0);
  return had;
}

/** The handler's maker (12 bytes) and name, which tell the kind of device; the handler type stays. */
function forgetHandler(bytes: Uint8Array, box: Box): boolean {
  const rest = bytes.subarray(Math.min(box.end, box.body + 12), box.end);
  const had = rest.some((byte) => byte !== 0);
  rest.fill(0);
  return had;
}

function isDataTrack(bytes: Uint8Array, track: Box): boolean {
  const media = boxesIn(bytes, track.body, track.end).find((box) => box.type === "mdia");
  if (!media) return false;
  const handler = boxesIn(bytes, media.body, media.end).find((box) => box.type === "hdlr");
  return handler !== undefined && typeAt(bytes, handler.body + 8) === "meta";
}

/** Empties everything private below these bytes, in place; throws where the structure can't be read to its end. */
export function cleanBoxes(bytes: Uint8Array, from = 0, to = bytes.length, depth = 0): Set<MovieTrace> {
  const removed = new Set<MovieTrace>();
  if (depth > DEEPEST) throw new Unreadable();
  for (const box of boxesIn(bytes, from, to)) {
    if (PRIVATE.has(box.type)) {
      empty(bytes, box);
      removed.add("place-and-device");
    } else if (box.type === "trak" && isDataTrack(bytes, box)) {
      empty(bytes, box);
      removed.add("track");
    } else if (DATED.has(box.type)) {
      if (forgetMoment(bytes, box)) removed.add("moment");
    } else if (box.type === "hdlr") {
      if (forgetHandler(bytes, box)) removed.add("program");
    } else if (CONTAINERS.has(box.type)) {
      for (const trace of cleanBoxes(bytes, box.body, box.end, depth + 1)) removed.add(trace);
    }
  }
  return removed;
}

async function headAt(file: Blob, at: number): Promise<Box | null> {
  const bytes = new Uint8Array(await file.slice(at, at + 16).arrayBuffer());
  const padded = new Uint8Array(16);
  padded.set(bytes);
  const view = new DataView(padded.buffer);
  const short = view.getUint32(0);
  const size = short === 1 ? Number(view.getBigUint64(8)) : short === 0 ? file.size - at : short;
  if (bytes.length < 8 || size < 8 || at + size > file.size) return null;
  return { type: typeAt(padded, 4), start: at, body: at + (short === 1 ? 16 : 8), end: at + size };
}

/** Whether a file begins like MP4 or MOV. */
export async function isMovie(file: Blob): Promise<boolean> {
  const head = await headAt(file, 0);
  return head !== null && ["ftyp", "moov", "mdat", "wide", "free", "skip"].includes(head.type);
}

/**
 * Cleans a film without reading its pictures into memory: only header boxes are read.
 * Null when the structure can't be read, so that the page says so instead of promising.
 */
export async function cleanMovie(file: Blob): Promise<CleanMovie | null> {
  try {
    return await cleanedMovie(file);
  } catch (error) {
    if (error instanceof Unreadable) return null;
    throw error;
  }
}

async function cleanedMovie(file: Blob): Promise<CleanMovie | null> {
  const pieces: Blob[] = [];
  const removed = new Set<MovieTrace>();
  for (let at = 0; at < file.size; ) {
    const box = await headAt(file, at);
    if (box === null) return null;
    const whole = file.slice(box.start, box.end);
    if (CONTAINERS.has(box.type) || PRIVATE.has(box.type)) {
      if (whole.size > LARGEST_HEADER) return null;
      const bytes = new Uint8Array(await whole.arrayBuffer());
      for (const trace of cleanBoxes(bytes)) removed.add(trace);
      pieces.push(new Blob([bytes]));
    } else {
      pieces.push(whole);
    }
    at = box.end;
  }
  return { movie: new Blob(pieces, { type: file.type }), removed: [...removed].sort() };
}

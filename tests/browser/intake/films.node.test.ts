// Films that somebody altered: cleaned to the last box, or not called clean.

import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { makeReady } from "../../../templates/intake/clean/clean.js";
import { type CleanMovie, cleanMovie } from "../../../templates/intake/clean/mp4.js";
import { levelOf, readDone, sayDone } from "../../../templates/intake/clean/outcome.js";
import { tracesIn } from "../../../templates/intake/clean/findmetadata.js";

const SECRET = "+31.2304+121.4737/";
const ascii = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0));
const joined = (...pieces: readonly Uint8Array[]): Uint8Array<ArrayBuffer> => new Uint8Array(pieces.flatMap((piece) => [...piece]));

function box(type: string, ...content: Uint8Array[]): Uint8Array<ArrayBuffer> {
  const size = 8 + content.reduce((sum, piece) => sum + piece.length, 0);
  const head = new Uint8Array(8);
  new DataView(head.buffer).setUint32(0, size);
  head.set(ascii(type), 4);
  return joined(head, ...content);
}

const place = (): Uint8Array => box("udta", box("\u00a9xyz", ascii(SECRET)));
const head = box("ftyp", ascii("qt  "));
const textOf = async (film: Blob): Promise<string> => new TextDecoder("latin1").decode(await film.arrayBuffer());

async function secretIn(bytes: Uint8Array<ArrayBuffer>): Promise<boolean | null> {
  const cleaned = await cleanMovie(new Blob([bytes]));
  if (cleaned === null) return null;
  assert.equal(cleaned.movie.size, bytes.length);
  return (await textOf(cleaned.movie)).includes(SECRET);
}

const u32 = (...numbers: number[]): Uint8Array => new Uint8Array(numbers.flatMap((one) => [one >>> 24, (one >> 16) & 255, (one >> 8) & 255, one & 255]));
const full = (type: string, ...content: Uint8Array[]): Uint8Array => box(type, u32(0), ...content);
const handler = (kind: string): Uint8Array => full("hdlr", u32(0), ascii(kind), new Uint8Array(12));
const track = (kind: string, ...table: Uint8Array[]): Uint8Array => box("trak", box("mdia", handler(kind), box("minf", box("stbl", ...table))));
const camera = track("vide", full("stsd", u32(1), box("avc1", new Uint8Array(42), ascii("\x1eGoPro HERO12 S/N C3501324500123".padEnd(32, "\0")), new Uint8Array(4))));
const pixels = box("mdat", ascii("pixels"));

async function cleaned(...boxes: readonly Uint8Array[]): Promise<CleanMovie & { readonly text: string }> {
  const film = joined(...boxes);
  const done = await cleanMovie(new Blob([film]));
  assert.ok(done);
  assert.equal(done.movie.size, film.length);
  const text = await textOf(done.movie);
  assert.equal(text.indexOf("pixels"), new TextDecoder("latin1").decode(film).indexOf("pixels"));
  return { ...done, text };
}

test("what a dashcam, a telephone or another maker writes beside picture and sound is emptied, and offsets stay", async () => {
  const dashcam = await cleaned(head, box("free", ascii("freeGPS N31.2304")), pixels, box("moov", camera, box("gps ", ascii("N31.2304")), box("skip", ascii("N31.2304"))), box("GPS0", ascii("N31.2304")));
  assert.ok(!/31\.2304|GoPro/.test(dashcam.text));
  assert.deepEqual(dashcam.traces, ["other", "place", "program"]);
  const tail = await cleaned(head, pixels, box("moov"), box("sefd", ascii("Samsung_Capture_Info SM-S918B")), box("zzzz", ascii("whatever")));
  assert.ok(!/Samsung|whatever/.test(tail.text));
  assert.deepEqual(tail.traces, ["other"]);
  const inside = await cleaned(head, pixels, box("moov", box("trak", box("mdia", box("minf", box("stbl", place()))))));
  assert.ok(!inside.text.includes(SECRET));
});

test("only what was removed is named, and nothing is called removed where nothing was", async () => {
  assert.deepEqual((await cleaned(head, pixels, box("moov", box("udta", box("\u00a9too", ascii("Lavf60")))))).traces, ["other"]);
  assert.deepEqual((await cleaned(head, pixels, box("moov", place()))).traces, ["place"]);
  assert.deepEqual((await cleaned(head, pixels, box("moov", box("meta", ascii("com.apple.quicktime.make com.apple.quicktime.model"))))).traces, ["device"]);
  assert.deepEqual((await cleaned(head, box("free"), box("wide"), pixels, box("moov", box("udta"), box("free", new Uint8Array(9))))).traces, []);
});

/** A data track of two samples in two pieces, between the picture's own. */
function withData(at: number, kind = "meta"): Uint8Array {
  return track(kind, full("stsz", u32(0, 3, 4, 5, 6)), full("stsc", u32(2, 1, 2, 1, 2, 1, 1)), full("stco", u32(2, at, at + 12)));
}

test("the data of a hidden track is emptied where its table leads, and nothing beside it", async () => {
  const data = box("mdat", ascii("pixelsGPS5GPSU!...GPSU!!pixels"));
  const at = head.length + 8 + 6;
  for (const kind of ["meta", "camm"]) {
    const { text, traces } = await cleaned(head, data, box("moov", camera, withData(at, kind)));
    assert.ok(text.includes(`pixels${"\0".repeat(9)}...${"\0".repeat(6)}pixels`), text);
    assert.deepEqual(traces, ["program", "track"]);
  }
});

test("a hidden track whose data can't be followed is said to stay", async () => {
  const data = box("mdat", ascii("pixelsGPS5GPSU!...GPSU!!pixels"));
  const sized = full("stsz", u32(0, 1, 4));
  const tables = [[], [sized], [sized, full("stsc", u32(1, 1, 1, 1)), full("stco", u32(1, 4))], [sized, full("stsc", u32(1, 1, 1, 1)), full("stco", u32(1, 2 ** 31))],
    [full("stsz", u32(0, 2 ** 31)), full("stsc", u32(1, 1, 1, 1)), full("stco", u32(1, 60))], [full("stsz", u32(9, 1)), full("stsc", u32(2 ** 30, 1, 1, 1)), full("stco", u32(2 ** 31, 60))]];
  for (const table of tables) {
    const { text, traces } = await cleaned(head, data, box("moov", track("meta", ...table)));
    assert.ok(text.includes("pixelsGPS5GPSU!...GPSU!!pixels"));
    assert.deepEqual(traces, ["data-track"]);
  }
  assert.deepEqual((await cleaned(head, data, box("moov", withData(head.length + 14)), box("moof"))).traces, ["data-track"]);
});

test("subtitles and tracks of unknown kinds stay, and are named", async () => {
  for (const kind of ["text", "sbtl", "subt", "clcp"]) assert.deepEqual((await cleaned(head, pixels, box("moov", track(kind)))).traces, ["subtitles"]);
  for (const kind of ["tmcd", "data", "zzzz"]) assert.deepEqual((await cleaned(head, pixels, box("moov", track(kind)))).traces, ["data-track"]);
  assert.deepEqual((await cleaned(head, pixels, box("moov", track("vide"), track("soun")))).traces, []);
});

test("the page never says of a film that it is clean", () => {
  for (const traces of [[], ["place", "device"], ["place", "data-track", "subtitles"], ["place-and-device"]] as const) {
    const done = { as: "film", traces } as const;
    assert.equal(levelOf(done), "care");
    assert.deepEqual(readDone(done), done);
    assert.match(sayDone(done), /may still be in/);
    assert.doesNotMatch(sayDone(done), /No place/);
    assert.equal(/Removed: [^.]*place/.test(sayDone(done)), traces.length > 0);
    assert.equal(/Still in it: hidden data[^.]*subtitles/.test(sayDone(done)), traces.length === 3);
    assert.doesNotMatch(sayDone(done), /Removed: [^.]*track/);
  }
});

test("a film that this page can't read goes unchanged, and is said to", async () => {
  const given = [joined(head, box("moov", ascii("loose"))), joined(head, pixels), joined(head, box("moov", box("cmov", ascii("zlib")))), joined(ascii("not a film of these boxes"))];
  for (const film of given) {
    const file = new File([film], "VID_2.mp4", { type: "video/mp4" });
    const { name, content, done } = await makeReady(file, 1);
    assert.equal(done.as, "unread-film");
    assert.equal(name, "VID_2.mp4");
    assert.equal(content, file);
    assert.equal(levelOf(done), "care");
    assert.match(sayDone(done), /can't clean.*unchanged.*place.*device.*owner/);
    assert.deepEqual(readDone(JSON.parse(JSON.stringify(done))), done);
  }
});

test("a film of too many boxes, or with too large a header, is given up within a second, and nothing stops the page for long", async () => {
  const tiny = new Uint8Array(2_400_000);
  for (let at = 0; at < tiny.length; at += 8) tiny.set([0, 0, 0, 8, 0x66, 0x72, 0x65, 0x65], at);
  const headOf = (type: string, content: number): Uint8Array<ArrayBuffer> => joined(u32(8 + content), ascii(type));
  const notes = (number: number): Uint8Array<ArrayBuffer>[] => Array.from({ length: number }, () => headOf("udta", 2 ** 20)).flatMap((one) => [one, new Uint8Array(2 ** 20).fill(7)]);
  const given = [
    [head, tiny], [head, headOf("moov", tiny.length), tiny], [head, headOf("moov", 34 * 2 ** 20), headOf("udta", 34 * 2 ** 20 - 8), new Uint8Array(34 * 2 ** 20 - 8)],
    [head, headOf("moov", 20 * (8 + 2 ** 20)), ...notes(20), headOf("moov", 30 * (8 + 2 ** 20)), ...notes(30)],
  ];
  for (const pieces of given) {
    const film = new Blob(pieces);
    // The processor's time, whatever else the machine has to do: a wall clock would measure that.
    const begun = process.cpuUsage();
    assert.equal(await cleanMovie(film), null);
    assert.ok(process.cpuUsage(begun).user < 1_000_000);
  }
  const large = await cleanMovie(new Blob([head, ...notes(1), headOf("moov", 30 * (8 + 2 ** 20)), ...notes(30)]));
  assert.ok(large && !(await textOf(large.movie)).includes("\u0007"));
});

test("cleaning ends when the file is taken away", async () => {
  const ended = new AbortController();
  ended.abort();
  await assert.rejects(makeReady(new File([joined(head, pixels, box("moov"))], "a.mp4"), 1, ended.signal), { name: "AbortError" });
});

test("the place behind a box whose length is a lie is not promised away", async () => {
  for (const lie of [Uint8Array.of(0, 0, 0, 3, 1, 2, 3, 4), Uint8Array.of(0, 0, 255, 255, 1, 2, 3, 4), ascii("loose")]) {
    assert.equal(await secretIn(joined(head, box("moov", lie, place()))), null);
    assert.equal(await secretIn(joined(head, box("moov", box("trak", lie, place())))), null);
  }
});

test("zeros at the end of a list are QuickTime's own, and the film is cleaned", async () => {
  assert.equal(await secretIn(joined(head, box("moov", place(), new Uint8Array(4)))), false);
});

test("boxes nested beyond any film end the cleaning, not the page", async () => {
  let nested = place();
  for (let depth = 0; depth < 3000; depth += 1) nested = box("moov", nested);
  assert.equal(await secretIn(joined(head, nested as Uint8Array<ArrayBuffer>)), null);
});

test("an altered film is cleaned at its full length or not called clean, and never breaks the page", async () => {
  const film = joined(head, box("moov", box("mvhd", new Uint8Array(20).fill(7)), box("trak", box("mdia", box("hdlr", ascii("........videappl............")))), place()), box("mdat", ascii("pixels")));
  const alter = fc.record({ at: fc.nat(film.length - 1), byte: fc.constantFrom(0, 1, 7, 8, 9, 127, 255), cut: fc.integer({ min: 0, max: 30 }) });
  await fc.assert(fc.asyncProperty(alter, async ({ at, byte, cut }) => {
    const altered = film.slice(0, film.length - cut);
    altered[at] = byte;
    await secretIn(altered);
  }), { numRuns: 300 });
});

test("any bytes can be looked through for traces", () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 400 }), fc.uint8Array({ maxLength: 400 }), (first, last) => Array.isArray(tracesIn(first, last))));
});

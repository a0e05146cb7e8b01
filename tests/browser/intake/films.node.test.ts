// Films that somebody altered: cleaned to the last box, or not called clean.

import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { cleanMovie } from "../../../templates/intake/clean/mp4.js";
import { tracesIn } from "../../../templates/intake/clean/metadata.js";

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

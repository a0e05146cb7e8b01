/** The film cleaner: what is private is emptied in place, everything else keeps its bytes and its offset. */

import assert from "node:assert/strict";
import test from "node:test";

import { cleanMovie, isMovie } from "../../../templates/intake/clean/mp4.js";

const ascii = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0));

function box(type: string, ...content: Uint8Array[]): Uint8Array {
  const size = 8 + content.reduce((sum, piece) => sum + piece.length, 0);
  const out = new Uint8Array(size);
  new DataView(out.buffer).setUint32(0, size);
  out.set(ascii(type), 4);
  let at = 8;
  for (const piece of content) {
    out.set(piece, at);
    at += piece.length;
  }
  return out;
}

const dated = (type: string): Uint8Array => box(type, Uint8Array.of(0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 0, 0, 3, 232));
const handler = (kind: string): Uint8Array => box("hdlr", new Uint8Array(8), ascii(kind), ascii("appl"), new Uint8Array(8), ascii("Core Media Video"));
const track = (kind: string): Uint8Array => box("trak", dated("tkhd"), box("mdia", dated("mdhd"), handler(kind)));
const place = box("\u00a9xyz", ascii("+31.2304+121.4737/"));
const film = (): Uint8Array<ArrayBuffer> =>
  new Uint8Array([...box("ftyp", ascii("qt  ")), ...box("mdat", ascii("pixels and sound")), ...box("moov", dated("mvhd"), track("vide"), box("udta", place), box("meta", ascii("com.apple.quicktime.make")))]);

async function cleaned(bytes: Uint8Array<ArrayBuffer>): Promise<{ bytes: Uint8Array; text: string; removed: readonly string[] }> {
  const result = await cleanMovie(new Blob([bytes]));
  assert.ok(result);
  const out = new Uint8Array(await result.movie.arrayBuffer());
  return { bytes: out, text: new TextDecoder("latin1").decode(out), removed: result.traces };
}

test("place, device, moment and maker leave a film", async () => {
  const { text, removed } = await cleaned(film());
  for (const secret of ["31.2304", "quicktime.make", "udta", "Core Media", "appl", "\u0001\u0002\u0003\u0004"]) assert.ok(!text.includes(secret), secret);
  assert.deepEqual([...removed], ["device", "moment", "place", "program"]);
});

test("a cleaned film has the same length, and its pictures keep their bytes and offset", async () => {
  const before = film();
  const { bytes, text } = await cleaned(film());
  assert.equal(bytes.length, before.length);
  assert.equal(text.indexOf("pixels and sound"), new TextDecoder("latin1").decode(before).indexOf("pixels and sound"));
  assert.ok(text.includes("vide"), "the handler's type stays");
});

test("a data track is switched off, a picture track stays", async () => {
  const { text, removed } = await cleaned(new Uint8Array([...box("ftyp", ascii("qt  ")), ...box("moov", track("meta"), track("vide"))]));
  assert.deepEqual([...removed], ["data-track", "moment", "program"]);
  assert.equal(text.split("trak").length - 1, 1);
  assert.ok(text.includes("free") && text.includes("vide"));
});

test("a film whose structure contradicts itself is not called clean", async () => {
  const cut = film().slice(0, -5);
  assert.equal(await cleanMovie(new Blob([cut])), null);
});

test("a box of 64-bit length is read like any other", async () => {
  const body = ascii("big");
  const large = new Uint8Array(16 + body.length);
  const view = new DataView(large.buffer);
  view.setUint32(0, 1);
  large.set(ascii("mdat"), 4);
  view.setBigUint64(8, BigInt(large.length));
  large.set(body, 16);
  const { text, removed } = await cleaned(new Uint8Array([...box("ftyp", ascii("isom")), ...large, ...box("moov", box("udta", place))]));
  assert.ok(text.includes("big") && !text.includes("121.4737"));
  assert.deepEqual([...removed], ["place"]);
});

test("what is no film is not taken for one", async () => {
  assert.equal(await isMovie(new Blob([new Uint8Array(ascii("%PDF-1.7 and more text"))])), false);
  assert.equal(await isMovie(new Blob([film()])), true);
});

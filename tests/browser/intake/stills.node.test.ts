// Photos that are made of the same boxes as films (HEIC, AVIF, CR3), and pictures that this browser can't draw.

import assert from "node:assert/strict";
import test from "node:test";
import { makeReady } from "../../../templates/intake/clean/clean.js";
import { levelOf, readDone, sayDone, sayWhatHelps } from "../../../templates/intake/clean/outcome.js";
import { isStill } from "../../../templates/intake/clean/stills.js";

const OWNER = "Exif\0\0 iPhone 15 Pro, Wang Fang, 31.2304 N";

function box(type: string, ...content: string[]): string {
  const body = content.join("");
  return `${String.fromCharCode(0, 0, (8 + body.length) >> 8, (8 + body.length) & 255)}${type}${body}`;
}

const file = (text: string, name: string, type: string): File => new File([Uint8Array.from(text, (one) => one.charCodeAt(0))], name, { type });
/** As phones write it: the index of the picture in `meta`, and camera data beside its pixels. */
const photo = (brands: string, first = ""): string => first + box("ftyp", brands) + box("meta", "\0\0\0\0", box("hdlr", "\0\0\0\0\0\0\0\0pict")) + box("mdat", OWNER);

async function unchanged(given: File): Promise<void> {
  const { name, content, done } = await makeReady(given, 1);
  assert.equal(done.as, "photo", `${given.name} ${given.type}`);
  assert.equal(name, given.name);
  assert.equal(await content.text(), await given.text());
  assert.equal(levelOf(done), "care");
  assert.match(sayDone(done), /can't clean.*unchanged.*place.*device.*owner/);
  assert.doesNotMatch(sayDone(done), /Removed|No place/);
  assert.match(sayWhatHelps(done), /screenshot.*JPEG/);
}

test("a photo in HEIC is no film, whatever it is called: it goes as it is, and the page says what may be in it", async () => {
  for (const [name, type] of [["a.heic", "image/heic"], ["a.heic", ""], ["a.mp4", "video/mp4"], ["a.mov", "video/quicktime"], ["a", "application/octet-stream"]] as const) {
    await unchanged(file(photo("heic\0\0\0\0mif1heic"), name, type));
  }
});

test("every brand of a still image is one, as the first or among the others", async () => {
  for (const brand of ["heic", "heix", "heim", "heis", "hevc", "hevx", "hevm", "hevs", "mif1", "mif2", "msf1", "miaf", "avif", "avis", "avci", "avcs", "jpeg", "crx "]) {
    await unchanged(file(photo(`${brand}\0\0\0\0`), "a.mp4", "video/mp4"));
    await unchanged(file(photo(`isom\0\0\0\0mp42${brand}`), "a.mp4", "video/mp4"));
  }
});

test("a still image is one behind other boxes too, and by the kind of its index alone", async () => {
  for (const first of [box("free", "x"), box("wide"), box("skip", "x") + box("free")]) await unchanged(file(photo("heic\0\0\0\0", first), "a.mp4", "video/mp4"));
  await unchanged(file(photo("none\0\0\0\0"), "a.mp4", "video/mp4"));
  const wide = "\0\0\0\x01ftyp\0\0\0\0\0\0\0\x18heic\0\0\0\0";
  await unchanged(file(wide + box("mdat", OWNER), "a.mp4", "video/mp4"));
});

test("a film is no still image", async () => {
  for (const brands of ["qt  \0\0\0\0qt  ", "isom\0\0\x02\0isomiso2avc1mp41", "mp42\0\0\0\0mp42isom", "qt  "]) {
    assert.equal(await isStill(file(box("ftyp", brands) + box("moov"), "a.mp4", "video/mp4")), false);
  }
  assert.equal(await isStill(file("", "a", "")), false);
});

test("a picture that this browser can't draw is said to be one, with what was found in it", async () => {
  for (const type of ["image/jpeg", "image/tiff", "image/x-adobe-dng"]) await unchanged(file("\u00ff\u00d8Exif\0\0 damaged", "DSC_1.jpg", type));
  const { done } = await makeReady(file("\u00ff\u00d8Exif\0\0 damaged", "DSC_1.jpg", "image/jpeg"), 1);
  assert.deepEqual(done.traces, ["exif"]);
  assert.deepEqual(readDone(JSON.parse(JSON.stringify(done))), done);
  assert.equal((await makeReady(file("<svg/>", "a.svg", "image/svg+xml"), 1)).done.as, "untouched");
});

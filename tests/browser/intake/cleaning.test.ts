/** Helpers of cleaning and the receipt's picture: sizes, names, traces, QR check words. */

import assert from "node:assert/strict";
import test from "node:test";

import { cleanType, fitted, neutralName } from "../../../templates/shared/redrawing.js";
import { tracesIn } from "../../../templates/intake/clean/findmetadata.js";
import { qrOfDigits } from "../../../templates/intake/receipt/qr.js";
import { checkWords } from "../../../templates/shared/qr.js";

const bytes = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0));
const NOTHING = new Uint8Array(0);

test("a large picture is fitted without changing its shape, a small one stays", () => {
  assert.deepEqual(fitted(8192, 4096, 4096), { width: 4096, height: 2048 });
  assert.deepEqual(fitted(300, 200, 4096), { width: 300, height: 200 });
  assert.deepEqual(fitted(100_000, 1, 4096), { width: 4096, height: 1 });
});

test("a cleaned file has a name that tells neither camera nor date", () => {
  assert.equal(neutralName("Picture", 3, "image/jpeg"), "Picture 3.jpg");
  assert.equal(neutralName("Voice", 1, "audio/webm;codecs=opus"), "Voice 1.webm");
  assert.equal(cleanType("image/png"), "image/png");
  assert.equal(cleanType("image/heic"), "image/jpeg");
});

test("traces of author, program, camera and office programs are found at either end", () => {
  assert.deepEqual(tracesIn(bytes("%PDF /Author (x) /Producer (y)"), NOTHING), ["author", "program"]);
  assert.deepEqual(tracesIn(bytes("PK"), bytes("docProps/core.xml")), ["office-properties"]);
  assert.deepEqual(tracesIn(bytes("\u00ff\u00d8Exif\u0000\u0000"), NOTHING), ["exif"]);
  assert.deepEqual(tracesIn(bytes("\u00d0\u00cf\u0011\u00e0\u00a1\u00b1\u001a\u00e1"), NOTHING), ["old-office"]);
  assert.deepEqual(tracesIn(bytes("ID3"), NOTHING), ["sound-tags"]);
});

test("plain text has no traces", () => {
  assert.deepEqual(tracesIn(bytes("nothing to see"), bytes("nothing here")), []);
});

test("the QR code's check words are those of the standard's own example", () => {
  const data = [16, 32, 12, 86, 97, 128, 236, 17, 236, 17, 236, 17, 236, 17, 236, 17];
  assert.deepEqual(checkWords(data, 10), [165, 36, 212, 193, 237, 54, 199, 135, 44, 85]);
});

test("only digits that fit become a QR code", () => {
  assert.equal(qrOfDigits("1234567890123456789012345678").length, 21);
  assert.throws(() => qrOfDigits("12a4"), RangeError);
  assert.throws(() => qrOfDigits("1".repeat(35)), RangeError);
});

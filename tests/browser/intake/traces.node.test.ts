// What files say of themselves: PDF and office documents, as programs write them and as somebody altered them.

import assert from "node:assert/strict";
import { deflateRawSync, deflateSync } from "node:zlib";
import test from "node:test";
import fc from "fast-check";
import { foundInside, readDone, sayDone, sayWhatHelps } from "../../../templates/intake/clean/outcome.js";
import { Findings, moment, shortened } from "../../../templates/intake/clean/findings.js";
import { scanOfficeProperties, scanXmp } from "../../../templates/intake/clean/markup.js";
import { decoded, dictionaryAt } from "../../../templates/intake/clean/pdfwords.js";
import { Document } from "../../../templates/intake/clean/pdf.js";
import { findTraces } from "../../../templates/intake/clean/findmetadata.js";

const bytes = (text: string): Buffer => Buffer.from(text, "latin1");
const blob = (...pieces: readonly Uint8Array[]): Blob => new Blob([new Uint8Array(Buffer.concat(pieces))]);

/** As Chromium prints one: properties first, as they stand. */
const PRINTED = `%PDF-1.4
1 0 obj
<</Title (Supply contract 2026-118, draft by M. Keller)
/Creator (Mozilla/5.0 \\(X11; Linux x86_64\\) HeadlessChrome/156.0.0.0 Safari/537.36)
/Producer (Skia/PDF m156)
/CreationDate (D:20261130025245+00'00')
/ModDate (D:20261130105245+08'00')>>
endobj
9 0 obj
<</Title (Chapter 1)>>
endobj
trailer
<</Size 26
/Root 8 0 R
/Info 1 0 R>>
startxref
17
%%EOF`;

async function found(file: Blob): Promise<Findings> {
  return findTraces(file);
}

async function words(file: Blob): Promise<unknown> {
  return (await found(file)).words;
}

/** A document whose properties stand among compressed objects, as newer programs write it. */
function compressed(inside: string, dictionary = "/Filter /FlateDecode", pack: (text: Buffer) => Uint8Array = deflateSync): Blob {
  const [first, second] = ["<</Type /Catalog>>", inside];
  const list = `7 0 12 ${first.length} `;
  const packed = pack(bytes(list + first + second));
  return blob(bytes(`%PDF-1.7\n5 0 obj\n<</Type /ObjStm /N 2 /First ${list.length} /Length ${packed.length} ${dictionary}>>\nstream\n`), packed, bytes("\nendstream\nendobj\n6 0 obj\n<</Type /XRef /Info 12 0 R>>\nstream\n\nendstream\nendobj\nstartxref\n9\n%%EOF"));
}

test("a printed PDF is named with its title, its dates with their zone, and its program, and no bookmark among them", async () => {
  assert.deepEqual(await words(blob(bytes(PRINTED))), {
    title: ["Supply contract 2026-118, draft by M. Keller"],
    program: ["Mozilla/5.0 (X11; Linux x86_64) HeadlessChrome/156.0.0.0 Safari/537.36", "Skia/PDF m156"],
    dates: ["2026-11-30 02:52 UTC", "2026-11-30 10:52 UTC+08:00"],
  });
});

test("properties among compressed objects are found, in whatever letters they are written", async () => {
  const file = compressed("<</Author <FEFF8D755DE5> /Subject (\\376\\377\\000S) /Keywords (a, b) /Title 3 0 R /Company (ACME) /Watched (by me)>>");
  const { words: said, traces } = await found(blob(new Uint8Array(await file.arrayBuffer()), bytes("\n3 0 obj (apart) endobj")));
  assert.deepEqual(said, { title: ["apart"], author: ["赵工"], company: ["ACME"], subject: ["S"], keywords: ["a, b"], further: ["Watched: by me"] });
  assert.ok(!traces.includes("unread"));
});

test("what is packed in another way, encrypted, cut short or missing is said to be unread", async () => {
  const inside = "<</Author (Zhao)>>";
  const files = [
    compressed(inside, "/Filter /LZWDecode"), compressed(inside, "/Filter [/ASCII85Decode /FlateDecode]"), compressed(inside, "/Filter /FlateDecode /DecodeParms <</Predictor 12>>"),
    compressed(inside, "/Filter /FlateDecode", (text) => deflateSync(text).subarray(0, 12)), compressed(inside, "/Filter /FlateDecode", () => bytes("no deflate")),
    blob(bytes(PRINTED.replace("/Info 1 0 R", "/Info 44 0 R"))),
  ];
  for (const file of files) assert.ok((await found(file)).traces.includes("unread"));
  const encrypted = await found(blob(bytes(PRINTED.replace("/Info 1 0 R", "/Info 1 0 R /Encrypt 4 0 R"))));
  assert.deepEqual([encrypted.words, encrypted.traces], [{}, ["title", "program", "dates", "unread"]]);
});

test("a few bytes that stand for gigabytes are opened up to the limit", async () => {
  const file = compressed("x".repeat(40_000_000));
  const begun = performance.now();
  assert.ok((await found(file)).traces.includes("unread"));
  assert.ok(performance.now() - begun < 5000);
});

test("XMP is read whether it stands open or packed, and comments are named", async () => {
  const xml = `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:Description xmp:CreatorTool="Word &amp; co" xmp:CreateDate="2026-11-20T21:14:05+08:00"><dc:creator><rdf:Seq><rdf:li>Zhao Min</rdf:li><rdf:li>Keller</rdf:li></rdf:Seq></dc:creator></rdf:Description></x:xmpmeta>`;
  const expected = { author: ["Zhao Min", "Keller"], program: ["Word & co"], dates: ["2026-11-20 21:14 UTC+08:00"] };
  assert.deepEqual(await words(blob(bytes(`%PDF-1.4\n${xml}`))), expected);
  const packed = deflateSync(bytes(xml));
  const file = blob(bytes(`%PDF-1.4\n5 0 obj\n<</Type /Metadata /Subtype /XML /Filter /FlateDecode /Length 9 0 R>>\nstream\r\n`), packed, bytes("\r\nendstream\nendobj 8 0 obj<</Subtype/Highlight/T(K)>>endobj"));
  assert.deepEqual(await words(file), { ...expected, comments: ["K"] });
  assert.deepEqual((await found(file)).traces, ["author", "program", "dates", "comments", "xmp"]);
});

const packs = new Map<string, Buffer>();

/** Packs a text once, however often it is asked for. */
function packedOnce(text: string): Buffer {
  const packed = packs.get(text) ?? deflateRawSync(Buffer.from(text));
  packs.set(text, packed);
  return packed;
}

/** An archive of these files. */
function archive(files: Readonly<Record<string, string>>, change: { readonly flags?: number; readonly method?: number } = {}): Blob {
  const [pieces, list]: [Buffer[], Buffer[]] = [[], []];
  let at = 0;
  for (const [name, text] of Object.entries(files)) {
    const [packed, letters] = [packedOnce(text), bytes(name)];
    const head = Buffer.alloc(30);
    head.write("PK\u0003\u0004", "latin1");
    head.writeUInt16LE(letters.length, 26);
    const row = Buffer.alloc(46);
    row.write("PK\u0001\u0002", "latin1");
    row.writeUInt16LE(change.flags ?? 0, 8);
    row.writeUInt16LE(change.method ?? 8, 10);
    row.writeUInt32LE(packed.length, 20);
    row.writeUInt16LE(letters.length, 28);
    row.writeUInt32LE(at, 42);
    pieces.push(head, letters, packed);
    list.push(row, letters);
    at += head.length + letters.length + packed.length;
  }
  const end = Buffer.alloc(22);
  end.write("PK\u0005\u0006", "latin1");
  end.writeUInt32LE(list.reduce((sum, { length }) => sum + length, 0), 12);
  end.writeUInt32LE(at, 16);
  return blob(...pieces, ...list, end);
}

const CORE = `<cp:coreProperties><dc:title>合同</dc:title><dc:creator>Zhao &#x4E00;</dc:creator><cp:lastModifiedBy>M. Keller</cp:lastModifiedBy><dcterms:created xsi:type="dcterms:W3CDTF">2026-11-20T13:14:05Z</dcterms:created></cp:coreProperties>`;
const APP = `<Properties><Application>Microsoft Office Word</Application><Company>ACME</Company></Properties>`;

test("an office document is named with who wrote it, who changed it last, its company and its dates", async () => {
  const said = { title: ["合同"], author: ["Zhao 一"], editor: ["M. Keller"], company: ["ACME"], program: ["Microsoft Office Word"], dates: ["2026-11-20 13:14 UTC"] };
  const files = { "docProps/core.xml": CORE, "docProps/app.xml": APP };
  const plain = await found(archive(files));
  assert.deepEqual([plain.words, plain.traces], [said, Object.keys(said)]);
  const commented = await found(archive({ ...files, "word/comments.xml": "<w/>", "word/media/image1.jpeg": "x" }));
  assert.deepEqual([commented.words, commented.traces], [said, [...Object.keys(said), "comments", "unread"]]);
  const open = `<office:meta><meta:initial-creator>Zhao</meta:initial-creator><dc:creator>Keller</dc:creator><meta:generator>LibreOffice/24.8</meta:generator></office:meta>`;
  assert.deepEqual(await words(archive({ "meta.xml": open })), { author: ["Zhao"], editor: ["Keller"], program: ["LibreOffice/24.8"] });
});

test("an archive of anything else, or one that is encrypted, is said to be unread", async () => {
  assert.deepEqual((await found(archive({ "a.txt": "x" }))).traces, ["unread"]);
  for (const change of [{ flags: 1 }, { method: 99 }]) assert.deepEqual((await found(archive({ "docProps/core.xml": CORE }, change))).traces, ["unread"]);
});

test("foreign words are one short line, with what can't be seen as its code point", () => {
  assert.equal(shortened(" a\n\tb "), "a b");
  assert.equal(shortened("x".repeat(500)), `${"x".repeat(80)}…`);
  assert.equal(shortened("bill\u202efdp"), "bill‹U+202E›fdp");
  assert.equal(shortened("\ud800a"), "\ufffda");
  assert.deepEqual(["D:2026", "D:20261130", "D:20261130025245Z", "D:20261130025245-05'30'", "2026-11-30", "soon"].map(moment), ["D:2026", "2026-11-30", "2026-11-30 02:52 UTC", "2026-11-30 02:52 UTC-05:30", "2026-11-30", "soon"]);
  const many = new Findings();
  for (let n = 0; n < 9; n += 1) many.add("author", `n${n}`);
  assert.deepEqual(many.words, { author: ["n0", "n1", "n2", "…"] });
  assert.deepEqual(readDone({ as: "untouched", traces: ["author"], words: many.words }), { as: "untouched", traces: ["author"], words: many.words });
});

test("the page names what was found and says what helps, and a draft says the same", async () => {
  const { traces, words: said } = await found(blob(bytes(PRINTED)));
  const done = { as: "untouched", traces, words: said } as const;
  assert.deepEqual(readDone(JSON.parse(JSON.stringify(done))), done);
  assert.deepEqual(foundInside(done).map(({ kind }) => kind), ["the title", "the program that made it", "dates and times"]);
  assert.match(sayDone(done), /may point to you:$/);
  assert.match(sayWhatHelps(done), /^This page can't remove it\./);
  assert.equal(sayWhatHelps({ as: "untouched", traces: [] }), "");
  assert.match(sayDone({ as: "untouched", traces: ["unread"] }), /no metadata/);
  assert.match(sayWhatHelps({ as: "untouched", traces: ["unread"] }), /^Part of the file[^.]*more\.$/);
  for (const wrong of [1, { other: [] }, { title: "x" }, { title: [1] }, { title: ["x".repeat(400)] }, { title: ["a", "b", "c", "d", "e"] }]) assert.deepEqual(readDone({ as: "untouched", traces: ["title"], words: wrong }), { as: "untouched", traces: ["title"] });
});

test("any text is a dictionary or none, and any bytes are some text", () => {
  const pieces = fc.array(fc.constantFrom("<<", ">>", "/Title", "(", ")", "\\", "<", ">", "[", "]", "1 0 R", "%", " ", "\0", "\u00fe\u00ff", "a"), { maxLength: 60 }).map((all) => all.join(""));
  fc.assert(fc.property(pieces, (text) => dictionaryAt(`<<${text}`, 0) !== null && decoded(text).length >= 0));
});

test("an altered or made-up document is looked through and never breaks the page", async () => {
  const files = await Promise.all([blob(bytes(PRINTED)), compressed("<</Author (Zhao)>>"), archive({ "docProps/core.xml": CORE, "docProps/app.xml": APP })].map(async (one) => new Uint8Array(await one.arrayBuffer())));
  const alter = fc.record({ which: fc.nat(files.length - 1), places: fc.array(fc.record({ at: fc.nat(1000), byte: fc.nat(255) }), { maxLength: 6 }), cut: fc.nat(200) });
  await fc.assert(fc.asyncProperty(alter, async ({ which, places, cut }) => {
    const altered = (files[which] as Uint8Array).slice(0, -cut || undefined);
    for (const { at, byte } of places) altered[at % altered.length] = byte;
    const { traces, words: said } = await found(blob(altered));
    assert.ok(Object.values(said).flat().every((line) => line.length <= 161));
    assert.ok(new Set(traces).size === traces.length);
  }), { numRuns: 300 });
  await fc.assert(fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), fc.constantFrom("%PDF-1.4 /Info 1 0 R 1 0 obj <<", "PK\u0003\u0004"), async (rest, head) => {
    await found(blob(bytes(head), rest, bytes("PK\u0005\u0006"), new Uint8Array(18)));
  }), { numRuns: 300 });
});

test("what a hostile document repeats without end is looked at for a moment only", async () => {
  const mark = "5 0 obj<</Type /ObjStm /Filter /FlateDecode>>";
  for (const repeated of [mark, "<x:xmpmeta", "/Info 1 0 R 1 0 obj <<", "1 0 obj(((((", "/Type /ObjStm stream ", "<dc:creator "]) {
    const begun = performance.now();
    await found(blob(bytes(`%PDF-1.4\n${repeated.repeat(Math.ceil(4_000_000 / repeated.length))}`)));
    assert.ok(performance.now() - begun < 5000, repeated);
  }
  for (const look of [scanXmp, scanOfficeProperties]) {
    const begun = performance.now();
    look("<dc:creator <".repeat(80_000), new Findings());
    assert.ok(performance.now() - begun < 1000);
  }
});

/** Compressed objects as this list places them. */
function listedObjects(list: string, objects: string): Buffer {
  const packed = deflateSync(bytes(list + objects));
  return Buffer.concat([bytes(`5 0 obj\n<</Type /ObjStm /First ${list.length} /Filter /FlateDecode /Length ${packed.length}>>\nstream\n`), packed, bytes("\nendstream\nendobj\n")]);
}

test("of a list that names one object a million times each place is looked at once, and of a million places only the first", async () => {
  const author = "<</Author (Zhao)>>";
  const [again, apart] = [listedObjects("12 0 ".repeat(200_000), author), listedObjects(Array.from({ length: 1000 }, (_, n) => `12 ${n * author.length} `).join(""), author.repeat(1000))];
  const counts = await Promise.all([{ streams: 8, stream: again }, { streams: 1, stream: apart }].map(async ({ streams, stream }) => {
    const inside = new Findings();
    const document = new Document(Array.from({ length: streams }, () => stream.toString("latin1")).join(""), inside);
    await document.open();
    return [document.places(new Set(["12"])).length, inside.traces];
  }));
  assert.deepEqual(counts, [[8, []], [32, ["unread"]]]);
  const whole = await found(blob(bytes("%PDF-1.7 /Info 12 0 R\n"), apart));
  assert.deepEqual([whole.words, whole.traces], [{ author: ["Zhao"] }, ["author", "unread"]]);
});

test("many streams that share the same megabytes are read up to one limit, and not at all where they can't be opened", async () => {
  const nothing = Buffer.concat([Buffer.from([0x78, 0x9c]), Buffer.alloc(4_000_000, Buffer.from([0, 0, 0, 255, 255])), bytes("\nendstream")]);
  for (const filter of ["LZWDecode", "FlateDecode"]) {
    const begun = performance.now();
    const { traces } = await found(blob(bytes(`%PDF-1.7\n${`5 0 obj<</Type /ObjStm /Filter /${filter}>>stream\n`.repeat(400)}`), nothing));
    assert.ok(traces.includes("unread"));
    assert.ok(performance.now() - begun < 8000, filter);
  }
});

test("texts that stand apart from the properties are looked for once, however many there are", async () => {
  const [numbers, text] = [Array.from({ length: 16 }, (_, n) => n), "%".repeat(100_000)];
  const versions = `1 0 obj<<${numbers.map((n) => `/K${n} ${n + 100} 0 R`).join(" ")}>>endobj\n`.repeat(32);
  const file = blob(bytes(`%PDF-1.4 /Info 1 0 R\n${versions}${numbers.map((n) => `${n + 100} 0 obj (text ${n}) endobj\n`).join("")}${text}`));
  const matchAll = String.prototype.matchAll;
  let read = 0;
  String.prototype.matchAll = function (pattern) {
    read += this.length;
    return matchAll.call(this, pattern);
  };
  try {
    assert.deepEqual((await found(file)).words, { further: ["K0: text 0", "K1: text 1", "K2: text 2", "…"] });
  } finally {
    String.prototype.matchAll = matchAll;
  }
  assert.ok(read > file.size && read < 8 * file.size, `${read / file.size} times`);
});

test("the camera data of a scan is named wherever it stands in a PDF, and a picture packed twice is unread", async () => {
  const far = bytes(" ".repeat(400_000));
  const scan = (picture: string): Blob => blob(bytes("%PDF-1.4\n"), far, bytes(`3 0 obj<</Subtype /Image ${picture}`), far);
  assert.deepEqual((await found(scan("/Filter /DCTDecode>>stream\n\u00ff\u00d8\u00ff\u00e1\0\u0010Exif\0\0II*\0"))).traces, ["exif"]);
  assert.deepEqual((await found(scan("/Filter [/FlateDecode /DCTDecode]>>stream\nx"))).traces, ["unread"]);
  assert.deepEqual((await found(scan("/Filter /DCTDecode>>stream\n\u00ff\u00d8"))).traces, []);
});

test("who changed a text or commented on it is named, and a text that can't be read is unread", async () => {
  const core = { "docProps/core.xml": "<dc:title>T</dc:title>" };
  const word = await found(archive({ ...core, "word/document.xml": `<w:document>${'<w:ins w:id="1" w:author="Zhao &amp; Min"/>'.repeat(40)}<w:del w:author='Keller'/></w:document>` }));
  assert.deepEqual([word.words, word.traces], [{ title: ["T"], comments: ["Zhao & Min", "Keller"] }, ["title", "comments"]]);
  const open = await found(archive({ "meta.xml": "<office:meta/>", "content.xml": "<office:body><office:change-info><dc:creator>Zhao</dc:creator></office:change-info></office:body>" }));
  assert.deepEqual([open.words, open.traces], [{ comments: ["Zhao"] }, ["comments"]]);
  for (const text of [`<w:p>${" ".repeat(9_000_000)}</w:p>`, "encrypted"]) assert.deepEqual((await found(archive({ ...core, "word/document.xml": text }))).traces, ["title", "unread"]);
  assert.deepEqual((await found(archive({ ...core, "word/document.xml": "<w:p>nobody</w:p>" }))).traces, ["title"]);
});

test("what goes beyond a number is said: more names, more properties, more files inside", async () => {
  const [seven, nine] = [7, 9].map((count) => Array.from({ length: count }, (_, n) => `<dc:creator>${n < 8 ? "Zhao" : "Keller"}</dc:creator>`).join(""));
  const look = (xml = ""): Findings => {
    const inside = new Findings();
    scanXmp(xml, inside);
    return inside;
  };
  assert.deepEqual(look(`${seven}<dc:creator>Keller</dc:creator>`).words, { author: ["Zhao", "Keller"] });
  assert.deepEqual([look(seven).traces, look(nine).traces], [["author"], ["author", "unread"]]);
  const xmp = await found(blob(bytes(`%PDF-1.4 ${"<x:xmpmeta></x:xmpmeta>".repeat(17)}`)));
  assert.deepEqual(xmp.traces, ["xmp", "unread"]);
  const infos = Array.from({ length: 40 }, (_, n) => `/Info ${n + 1} 0 R `).join("");
  assert.deepEqual((await found(blob(bytes(`%PDF-1.4 ${infos} 40 0 obj<<>>endobj 1 0 obj<<>>endobj`)))).traces, ["unread"]);
  const plain = (name: string): [string, string] => [name, "<p/>"];
  const many = Array.from({ length: 20_000 }, (_, n) => plain(`n${n}`));
  for (const { extra, traces } of [{ extra: many, traces: ["unread"] }, { extra: many.slice(0, 99), traces: [] }, { extra: Array.from({ length: 13 }, (_, n) => plain(`word/header${n}.xml`)), traces: ["unread"] }]) {
    assert.deepEqual((await found(archive(Object.fromEntries([plain("meta.xml"), ...extra])))).traces, traces);
  }
});

test("more properties files than are read are unread", async () => {
  const file = Buffer.from(await archive(Object.fromEntries(Array.from({ length: 7 }, (_, n) => [`meta.xm${n}`, "<p/>"]))).arrayBuffer()).toString("latin1");
  assert.deepEqual((await found(blob(bytes(file.replace(/meta\.xm\d/g, "meta.xml"))))).traces, ["unread"]);
});

test("a property with a name that every object has is one like any other", async () => {
  const names = ["constructor", "toString", "__proto__"];
  const inside = `/Info 1 0 R 1 0 obj<<${names.map((name) => `/${name} (x)`).join(" ")}>>endobj`;
  assert.deepEqual(await words(blob(bytes(`%PDF-1.4 ${inside}`))), { further: names.map((name) => `${name}: x`) });
  const apart = "/Info 1 0 R 1 0 obj<</valueOf 2 0 R>>endobj 2 0 obj (x) endobj";
  assert.deepEqual(await words(blob(bytes(`%PDF-1.4 ${apart}`))), { further: ["valueOf: x"] });
  assert.deepEqual((await found(blob(bytes(`%PDF-1.4 /Encrypt 9 0 R ${inside}`)))).traces, ["unread"]);
});

test("the folder of a table and the template of a letter are named, for a user's name stands in their paths", async () => {
  const table = archive({ "docProps/core.xml": "<x/>", "xl/workbook.xml": `<workbook><mc:Choice Requires="x15"><x15ac:absPath url="C:\\Users\\wangfang\\Desktop\\" xmlns:x15ac="x"/></mc:Choice></workbook>` });
  assert.deepEqual(await words(table), { further: ["C:\\Users\\wangfang\\Desktop\\"] });
  const letter = archive({ "docProps/app.xml": "<x/>", "word/_rels/settings.xml.rels": `<Relationships><Relationship Id="rId1" Type="http://x/attachedTemplate" Target="file:///C:\\Users\\wang%20fang&amp;co\\a.dotx" TargetMode="External"/></Relationships>` });
  assert.deepEqual(await words(letter), { further: ["file:///C:\\Users\\wang%20fang&co\\a.dotx"] });
});

test("who drew on a PDF or signed it is named", async () => {
  for (const shape of ["Text", "Line", "Square", "Circle", "Polygon", "PolyLine", "FileAttachment", "Redact", "Highlight"]) {
    const file = blob(bytes(`%PDF-1.7\n5 0 obj\n<</Type/Annot/AP<</N 6 0 R>>/Subtype /${shape}/T(Wang Fang)/Contents(hi)>>\nendobj\n`));
    assert.deepEqual(await words(file), { comments: ["Wang Fang"] });
  }
  const signed = blob(bytes("%PDF-1.7\n5 0 obj\n<</Type/Sig/Filter/Adobe.PPKLite/Name(Wang Fang)/Location(Suzhou)/Reason(I wrote it)/Contents<00>>>\nendobj\n"));
  assert.deepEqual(await words(signed), { author: ["Wang Fang"], further: ["Location: Suzhou", "Reason: I wrote it"] });
  const locked = await found(blob(bytes("%PDF-1.7\n5 0 obj\n<</Subtype/Line/T(x)>>\nendobj trailer <</Encrypt 7 0 R>>")));
  assert.deepEqual([locked.traces, locked.words], [["comments", "unread"], {}]);
  const many = await found(blob(bytes(`%PDF-1.7\n${"5 0 obj\n<</Subtype/Line/T(Wang Fang)>>\nendobj\n".repeat(100)}`)));
  assert.deepEqual([many.traces, many.words], [["comments", "unread"], { comments: ["Wang Fang"] }]);
});

test("the names in RTF are read, in whatever letters they are written", async () => {
  const letter = String.raw`{\rtf1\ansi{\info{\title Plan}{\author Wang Fang}{\operator \u29579?\u33459?}{\*\company Contoso}{\manager \'cd\'f5}}text}`;
  const result = await found(blob(bytes(letter)));
  assert.deepEqual(result.traces, ["title", "author", "editor", "company", "further"]);
  assert.deepEqual(result.words, { title: ["Plan"], author: ["Wang Fang"], editor: ["王芳"], company: ["Contoso"] });
  assert.deepEqual((await found(blob(bytes(String.raw`{\author x}`)))).traces, []);
});

/** What a PDF says of itself: its properties as it stands, those inside compressed objects, and XMP. */

import type { Findings, Trace } from "./findings.js";
import { binary, bytesOf, inflated } from "./inflating.js";
import { scanXmp } from "./markup.js";
import { type Dictionary, decoded, dictionaryAt, textAt } from "./pdfwords.js";

/** Of a larger file both ends are looked at. */
const END = 8_388_608;
/** How much of compressed objects is read: of one, what comes out of it, both of all together, and how many. */
const [LARGEST_PACKED, LARGEST_STREAM, LARGEST_STREAMS, MOST_STREAMS] = [4_194_304, 1_048_576, 12_582_912, 400];
const [MOST_OBJECTS, MOST_ELSEWHERE, MOST_XMP, LONGEST_XMP] = [32, 64, 8, 65_536];
/** How far before its mark a dictionary begins, at most. */
const BEFORE = 4096;

const KEYS = new Map<string, Trace>(Object.entries({
  Title: "title", Author: "author", Subject: "subject", Keywords: "keywords", Creator: "program", Producer: "program",
  CreationDate: "dates", ModDate: "dates", SourceModified: "dates", Company: "company",
}));

/** What readers write beside a text goes under their names. */
const COMMENT = /\/Subtype\s{0,9}\/(?:Text|FreeText|Highlight|Underline|StrikeOut|Squiggly|Ink|Stamp|Caret|Line|Square|Circle|Polygon|PolyLine|FileAttachment|Redact)\b/;
/** A comment or a signature. */
const SIGNED = new RegExp(`${COMMENT.source}|/Type\\s{0,9}/Sig\\b`, "g");

export function isPdf(head: Uint8Array): boolean {
  return binary(head.subarray(0, 1024)).includes("%PDF-");
}

/** A compressed object that holds others, or XMP. */
interface Stream {
  readonly holds: "ObjStm" | "Metadata";
  readonly dictionary: Dictionary;
  readonly content: string;
}

/** An object with this number, from its first character on. */
interface Place {
  readonly number: string;
  readonly text: string;
  readonly at: number;
}

/** The numbers of the objects that hold the properties; one too many at most. */
function propertiesOf(text: string): Set<string> {
  const found = new Set<string>();
  for (const [, number] of text.matchAll(/\/Info\s{0,9}(\d{1,9})\s{1,9}\d{1,5}\s{1,9}R/g)) {
    found.add(number as string);
    if (found.size > MOST_OBJECTS) break;
  }
  return found;
}

/** The bytes of a stream: as long as it says, or up to the word that ends it, or as many as may be read. */
function packedAt(text: string, from: number, dictionary: Dictionary, most: number): Uint8Array<ArrayBuffer> {
  const length = dictionary.words.get("Length") ?? "";
  const rest = text.slice(from, from + Math.min(LARGEST_PACKED, most));
  const measured = /^\d{1,8}$/.test(length) ? Number(length) : rest.length;
  if (/^\s{0,4}endstream/.test(text.slice(from + measured, from + measured + 16))) return bytesOf(rest.slice(0, measured));
  const end = rest.indexOf("endstream");
  return bytesOf(end < 0 ? rest : rest.slice(0, end).replace(/\r?\n$/, ""));
}

/** How a stream is packed, where this page can open it. */
function formatOf(head: string): "deflate" | "plain" | null {
  if (head.includes("/Predictor")) return null;
  if (!head.includes("/Filter")) return "plain";
  return /\/Filter\s{0,9}(?:\/FlateDecode|\[\s{0,9}\/FlateDecode\s{0,9}\])/.test(head) ? "deflate" : null;
}

/** The text of a PDF with what was opened of it. */
export class Document {
  readonly #streams: Stream[] = [];

  constructor(readonly text: string, readonly found: Findings) {}

  /** Opens what is compressed and may hold properties. */
  async open(): Promise<void> {
    let [left, times] = [LARGEST_STREAMS, 0];
    for (const { index } of this.text.matchAll(/\/Type\s{0,9}\/(?:ObjStm|Metadata)\b/g)) {
      times += 1;
      if (times > MOST_STREAMS || left <= 0) return void this.found.mark("unread");
      left -= await this.#openOne(index, left);
    }
  }

  /** How much of what is left it took. */
  async #openOne(index: number, left: number): Promise<number> {
    const before = this.text.slice(Math.max(0, index - BEFORE), index);
    const begin = index - before.length + before.lastIndexOf("obj") + 3;
    const head = this.text.slice(begin, index + BEFORE);
    const [ends, dictionary] = [head.indexOf("stream"), dictionaryAt(head, 0)];
    if (!before.includes("obj") || dictionary === null || ends < 0) return 0;
    const from = begin + ends + (head[ends + 6] === "\r" ? 8 : 7);
    const format = formatOf(head.slice(0, ends));
    if (format === null) {
      this.found.mark("unread");
      return 0;
    }
    const packed = packedAt(this.text, from, dictionary, left);
    const most = Math.min(left, LARGEST_STREAM);
    const { content, whole } = format === "deflate" ? await inflated(packed, format, most) : { content: packed.subarray(0, most), whole: packed.length < most };
    if (!whole) this.found.mark("unread");
    this.#streams.push({ holds: dictionary.words.get("Type") === "ObjStm" ? "ObjStm" : "Metadata", dictionary, content: binary(content) });
    return packed.length + content.length;
  }

  /** Every version of these objects, up to a number: an older one stays in the file when it is changed. It reads the whole file. */
  places(numbers: ReadonlySet<string>, most = MOST_OBJECTS): readonly Place[] {
    const found: Place[] = [];
    for (const one of this.#objects(numbers)) {
      if (found.length >= most) {
        this.found.mark("unread");
        break;
      }
      found.push(one);
    }
    return found;
  }

  *#objects(numbers: ReadonlySet<string>): Generator<Place> {
    for (const stream of this.#inside("ObjStm")) yield* placesIn(stream, numbers);
    for (const one of this.text.matchAll(/(?<!\d)(\d{1,9})\s{1,9}\d{1,5}\s{1,9}obj\b/g)) {
      const number = one[1] as string;
      if (numbers.has(number)) yield { number, text: this.text, at: one.index + one[0].length };
    }
  }

  /** Whether this stands in it, or in what was opened of it. */
  has(mark: RegExp): boolean {
    return mark.test(this.text) || this.#inside("ObjStm").some(({ content }) => mark.test(content));
  }

  #inside(kind: Stream["holds"]): Stream[] {
    return this.#streams.filter(({ holds }) => holds === kind);
  }

  xmp(): string[] {
    const all = [...packets(this.text), ...this.#inside("Metadata").map(({ content }) => content)];
    if (all.length > 2 * MOST_XMP) this.found.mark("unread");
    return all.slice(0, 2 * MOST_XMP);
  }
}

/** Each place once, however often the list names it. */
function* placesIn({ dictionary, content }: Stream, numbers: ReadonlySet<string>): Generator<Place> {
  const [first, seen] = [Number(dictionary.words.get("First")), new Set<string>()];
  if (!(first > 0 && first <= content.length)) return;
  for (const [, number = "", offset] of content.slice(0, first).matchAll(/(\d{1,9})\s{1,9}(\d{1,9})/g)) {
    const at = first + Number(offset);
    if (!numbers.has(number) || seen.has(`${number} ${at}`)) continue;
    seen.add(`${number} ${at}`);
    yield { number, text: content, at };
  }
}

/** XMP that stands open; one too many at most. */
function packets(text: string): string[] {
  const found: string[] = [];
  for (let at = text.indexOf("<x:xmpmeta"); at >= 0 && found.length <= 2 * MOST_XMP; at = text.indexOf("<x:xmpmeta", at + 1)) {
    const piece = text.slice(at, at + LONGEST_XMP);
    const end = piece.indexOf("</x:xmpmeta>");
    found.push(end < 0 ? piece : piece.slice(0, end));
  }
  return found;
}

function addProperty(key: string, text: string, found: Findings): void {
  const trace = KEYS.get(key);
  if (trace) found.add(trace, text);
  else found.add("further", `${key}: ${text}`);
}

/** Properties whose text is an object of its own, of all dictionaries: each pair of a key and a number once. */
function elsewhereOf(dictionaries: readonly Dictionary[]): { key: string; number: string }[] {
  const found = new Map<string, { key: string; number: string }>();
  for (const [key, word] of dictionaries.flatMap(({ words }) => [...words])) {
    const number = /^(\d{1,9}) \d{1,5} R$/.exec(word)?.[1];
    if (number !== undefined) found.set(`${number} ${key}`, { key, number });
  }
  return [...found.values()];
}

function scanProperties(dictionaries: readonly Dictionary[], document: Document): void {
  const { found } = document;
  for (const [key, text] of dictionaries.flatMap(({ texts }) => [...texts])) addProperty(key, decoded(text), found);
  const all = elsewhereOf(dictionaries);
  if (all.length === 0) return;
  if (all.length > MOST_ELSEWHERE) found.mark("unread");
  const elsewhere = all.slice(0, MOST_ELSEWHERE);
  const places = document.places(new Set(elsewhere.map(({ number }) => number)), 2 * MOST_ELSEWHERE);
  const texts = places.flatMap(({ number, text: whole, at }) => {
    const text = textAt(whole, at);
    return text === null ? [] : [{ number, text: decoded(text) }];
  });
  for (const { key, number } of elsewhere) {
    const said = texts.filter((one) => one.number === number);
    if (said.length === 0) found.mark("unread");
    for (const { text } of said) addProperty(key, text, found);
  }
}

/** Of an encrypted file the names of the properties alone can be read. */
function nameProperties(dictionaries: readonly Dictionary[], found: Findings): void {
  for (const key of dictionaries.flatMap(({ texts, words }) => [...texts.keys(), ...words.keys()])) {
    const trace = KEYS.get(key);
    if (trace) found.mark(trace);
  }
}

/** Who commented on it or signed it, as far as that stands open. */
function scanPeople({ text, found }: Document): void {
  let times = 0;
  for (const { index } of text.matchAll(SIGNED)) {
    times += 1;
    if (times > MOST_ELSEWHERE) return void found.mark("unread");
    const before = text.slice(Math.max(0, index - BEFORE), index);
    const { texts } = dictionaryAt(text, index - before.length + before.lastIndexOf("obj") + 3) ?? {};
    const signature = text.startsWith("/Type", index);
    for (const [key, said] of texts ?? []) {
      if (!signature && key === "T") found.add("comments", decoded(said));
      if (signature && key === "Name") found.add("author", decoded(said));
      if (signature && (key === "Location" || key === "Reason")) found.add("further", `${key}: ${decoded(said)}`);
    }
  }
}

/** Of pictures inside, those that stand as they are can be looked at, and those packed once more can't. */
function scanPictures(text: string, found: Findings): void {
  if (text.includes("Exif\0\0")) found.mark("exif");
  if (/Decode\s{0,9}\/DCTDecode/.test(text)) found.mark("unread");
}

async function textOf(file: Blob, found: Findings): Promise<string> {
  if (file.size <= 2 * END) return binary(new Uint8Array(await file.arrayBuffer()));
  found.mark("unread");
  const ends = [file.slice(0, END), file.slice(-END)].map(async (one) => binary(new Uint8Array(await one.arrayBuffer())));
  return (await Promise.all(ends)).join("\n");
}

/** Names everything that it finds, and says where it could not look. */
export async function scanPdf(file: Blob, found: Findings): Promise<void> {
  const document = new Document(await textOf(file, found), found);
  const encrypted = /\/Encrypt\s{0,9}(?:\d{1,9}\s|<<)/.test(document.text);
  if (encrypted) found.mark("unread");
  else await document.open();
  scanPictures(document.text, found);
  const properties = propertiesOf(document.text);
  const dictionaries = document.places(properties).flatMap(({ text, at }) => dictionaryAt(text, at) ?? []);
  if (properties.size > MOST_OBJECTS || (properties.size > 0 && dictionaries.length === 0)) found.mark("unread");
  if (encrypted) nameProperties(dictionaries, found);
  else {
    scanProperties(dictionaries, document);
    scanPeople(document);
  }
  if (document.has(COMMENT)) found.mark("comments");
  if (document.has(/\/EmbeddedFile\b/)) found.mark("unread");
  for (const xml of document.xmp()) {
    found.mark("xmp");
    scanXmp(new TextDecoder().decode(bytesOf(xml)), found);
  }
}

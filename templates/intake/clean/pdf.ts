/** What a PDF says of itself: its properties as it stands, those inside compressed objects, and XMP. */

import type { Findings, Trace } from "./findings.js";
import { binary, bytesOf, inflated } from "./inflating.js";
import { lookIntoXmp } from "./markup.js";
import { type Dictionary, decoded, dictionaryAt, textAt } from "./pdfwords.js";

/** Of a larger file both ends are looked at. */
const END = 8_388_608;
/** How much is taken out of compressed objects: of one, of all, and how many. */
const [LARGEST_PACKED, LARGEST_STREAM, LARGEST_STREAMS, MOST_STREAMS] = [4_194_304, 1_048_576, 8_388_608, 400];
const [MOST_OBJECTS, MOST_ELSEWHERE, MOST_XMP, LONGEST_XMP] = [32, 16, 8, 65_536];
/** How far before its mark a dictionary begins, at most. */
const BEFORE = 4096;

const KEYS: Readonly<Record<string, Trace>> = {
  Title: "title", Author: "author", Subject: "subject", Keywords: "keywords", Creator: "program", Producer: "program",
  CreationDate: "dates", ModDate: "dates", SourceModified: "dates", Company: "company",
};

/** What readers write beside a text goes under their names. */
const COMMENT = /\/Subtype\s{0,9}\/(?:Text|FreeText|Highlight|Underline|StrikeOut|Squiggly|Ink|Stamp|Caret)\b/;

export function isPdf(head: Uint8Array): boolean {
  return binary(head.subarray(0, 1024)).includes("%PDF-");
}

/** A compressed object that holds others, or XMP. */
interface Stream {
  readonly holds: "ObjStm" | "Metadata";
  readonly dictionary: Dictionary;
  readonly content: string;
}

/** The objects of these numbers, each from its first character on. */
type Places = readonly { readonly text: string; readonly at: number }[];

function numbersAfter(text: string, name: string): Set<string> {
  const found = new Set<string>();
  for (const [, number] of text.matchAll(new RegExp(`/${name}\\s{0,9}(\\d{1,9})\\s{1,9}\\d{1,5}\\s{1,9}R`, "g"))) {
    found.add(number as string);
    if (found.size >= MOST_OBJECTS) break;
  }
  return found;
}

/** The bytes of a stream: as long as it says, or up to the word that ends it. */
function packedAt(text: string, from: number, dictionary: Dictionary): Uint8Array<ArrayBuffer> {
  const length = dictionary.words.get("Length") ?? "";
  const rest = text.slice(from, from + LARGEST_PACKED);
  const measured = /^\d{1,8}$/.test(length) ? Number(length) : rest.length;
  if (/^\s{0,4}endstream/.test(rest.slice(measured, measured + 16))) return bytesOf(rest.slice(0, measured));
  return bytesOf(rest.slice(0, Math.max(0, rest.indexOf("endstream"))).replace(/\r?\n$/, ""));
}

/** How a stream is packed, where this page can open it. */
function formatOf(head: string): "deflate" | "plain" | null {
  if (head.includes("/Predictor")) return null;
  if (!head.includes("/Filter")) return "plain";
  return /\/Filter\s{0,9}(?:\/FlateDecode|\[\s{0,9}\/FlateDecode\s{0,9}\])/.test(head) ? "deflate" : null;
}

class Document {
  readonly #streams: Stream[] = [];

  constructor(readonly text: string, readonly found: Findings) {}

  /** Opens what is compressed and may hold properties. */
  async open(): Promise<void> {
    let [left, times] = [LARGEST_STREAMS, 0];
    for (const { index } of this.text.matchAll(/\/Type\s{0,9}\/(?:ObjStm|Metadata)\b/g)) {
      times += 1;
      if (times > MOST_STREAMS || left <= 0) return void this.found.mark("unread");
      left -= await this.#openOne(index, Math.min(left, LARGEST_STREAM));
    }
  }

  async #openOne(index: number, most: number): Promise<number> {
    const before = this.text.slice(Math.max(0, index - BEFORE), index);
    const begin = index - before.length + before.lastIndexOf("obj") + 3;
    const head = this.text.slice(begin, index + BEFORE);
    const [ends, dictionary] = [head.indexOf("stream"), dictionaryAt(head, 0)];
    if (!before.includes("obj") || dictionary === null || ends < 0) return 0;
    const from = begin + ends + (head[ends + 6] === "\r" ? 8 : 7);
    const packed = packedAt(this.text, from, dictionary);
    const format = formatOf(head.slice(0, ends));
    if (format === null) {
      this.found.mark("unread");
      return 0;
    }
    const { content, whole } = format === "deflate" ? await inflated(packed, format, most) : { content: packed.subarray(0, most), whole: packed.length <= most };
    if (!whole) this.found.mark("unread");
    this.#streams.push({ holds: dictionary.words.get("Type") === "ObjStm" ? "ObjStm" : "Metadata", dictionary, content: binary(content) });
    return content.length;
  }

  /** Every version of these objects: an older one stays in the file when it is changed. */
  places(numbers: ReadonlySet<string>): Places {
    const found = this.#inside("ObjStm").flatMap((stream) => placesIn(stream, numbers));
    for (const one of this.text.matchAll(/(?<!\d)(\d{1,9})\s{1,9}\d{1,5}\s{1,9}obj\b/g)) {
      if (found.length >= MOST_OBJECTS) break;
      if (numbers.has(one[1] as string)) found.push({ text: this.text, at: one.index + one[0].length });
    }
    return found;
  }

  /** Whether this stands in it, or in what was opened of it. */
  has(mark: RegExp): boolean {
    return mark.test(this.text) || this.#inside("ObjStm").some(({ content }) => mark.test(content));
  }

  #inside(kind: Stream["holds"]): Stream[] {
    return this.#streams.filter(({ holds }) => holds === kind);
  }

  xmp(): string[] {
    return [...packets(this.text), ...this.#inside("Metadata").slice(0, MOST_XMP).map(({ content }) => content)];
  }
}

function placesIn({ dictionary, content }: Stream, numbers: ReadonlySet<string>): { text: string; at: number }[] {
  const first = Number(dictionary.words.get("First"));
  if (!(first > 0 && first <= content.length)) return [];
  const pairs = content.slice(0, first).matchAll(/(\d{1,9})\s{1,9}(\d{1,9})/g);
  return [...pairs].filter(([, number]) => numbers.has(number as string)).map(([, , offset]) => ({ text: content, at: first + Number(offset) }));
}

function packets(text: string): string[] {
  const found: string[] = [];
  for (let at = text.indexOf("<x:xmpmeta"); at >= 0 && found.length < MOST_XMP; at = text.indexOf("<x:xmpmeta", at + 1)) {
    const piece = text.slice(at, at + LONGEST_XMP);
    const end = piece.indexOf("</x:xmpmeta>");
    found.push(end < 0 ? piece : piece.slice(0, end));
  }
  return found;
}

function lookIntoProperties({ texts, words }: Dictionary, document: Document): void {
  for (const [key, text] of texts) {
    const trace = KEYS[key];
    if (trace) document.found.add(trace, decoded(text));
    else document.found.add("further", `${key}: ${decoded(text)}`);
  }
  const elsewhere = [...words].flatMap(([key, word]) => {
    const number = /^(\d{1,9}) \d{1,5} R$/.exec(word)?.[1];
    return number === undefined ? [] : [{ key, number }];
  });
  for (const { key, number } of elsewhere.slice(0, MOST_ELSEWHERE)) {
    const said = document.places(new Set([number])).flatMap(({ text, at }) => textAt(text, at) ?? []);
    if (said.length === 0) document.found.mark("unread");
    for (const text of said) document.found.add(KEYS[key] ?? "further", decoded(text));
  }
}

/** Of an encrypted file the names of the properties alone can be read. */
function nameProperties({ texts, words }: Dictionary, found: Findings): void {
  for (const key of [...texts.keys(), ...words.keys()]) if (KEYS[key]) found.mark(KEYS[key]);
}

async function textOf(file: Blob, found: Findings): Promise<string> {
  if (file.size <= 2 * END) return binary(new Uint8Array(await file.arrayBuffer()));
  found.mark("unread");
  const ends = [file.slice(0, END), file.slice(-END)].map(async (one) => binary(new Uint8Array(await one.arrayBuffer())));
  return (await Promise.all(ends)).join("\n");
}

/** Names everything that it finds, and says where it could not look. */
export async function lookIntoPdf(file: Blob, found: Findings): Promise<void> {
  const document = new Document(await textOf(file, found), found);
  const encrypted = /\/Encrypt\s{0,9}(?:\d{1,9}\s|<<)/.test(document.text);
  if (encrypted) found.mark("unread");
  else await document.open();
  const properties = numbersAfter(document.text, "Info");
  const dictionaries = document.places(properties).flatMap(({ text, at }) => dictionaryAt(text, at) ?? []);
  if (properties.size > 0 && dictionaries.length === 0) found.mark("unread");
  for (const one of dictionaries) {
    if (encrypted) nameProperties(one, found);
    else lookIntoProperties(one, document);
  }
  if (document.has(COMMENT)) found.mark("comments");
  if (document.has(/\/EmbeddedFile\b/)) found.mark("unread");
  for (const xml of document.xmp()) {
    found.mark("xmp");
    lookIntoXmp(new TextDecoder().decode(bytesOf(xml)), found);
  }
}

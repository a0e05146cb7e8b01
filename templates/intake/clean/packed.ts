/** What a document of an office program says of itself: it is an archive, and its properties are two or three small files in it. */

import type { Findings } from "./findings.js";
import { binary, inflated } from "./inflating.js";
import { scanChanges, scanOfficeProperties, lookIntoOpenProperties, scanPaths } from "./markup.js";

const [LONGEST_END, LARGEST_LIST, MOST_ENTRIES] = [65_557, 2_097_152, 20_000];
/** Of one file inside, and of all of a kind how many. */
const [LARGEST_PACKED, LARGEST, LARGEST_TEXT, MOST_PROPERTIES, MOST_TEXTS] = [1_048_576, 1_048_576, 8_388_608, 6, 12];
const PROPERTIES: Readonly<Record<string, typeof scanOfficeProperties>> = {
  "docProps/core.xml": scanOfficeProperties, "docProps/app.xml": scanOfficeProperties, "meta.xml": lookIntoOpenProperties,
  "xl/workbook.xml": scanPaths, "word/_rels/settings.xml.rels": scanPaths,
};
/** Who commented or changed something stands in these by name. */
const PEOPLE = /(?:^|\/)(?:comments[^/]*|people|persons?\d*|(?:commentA|a)uthors)\.xml$|\/persons?\/|^xl\/revisions\//;
/** And in these beside every change that was tracked. */
const TEXTS = /^(?:word\/(?:document|footnotes|endnotes|comments|people|(?:header|footer)\d*)|content|styles)\.xml$/;
/** Files inside it that have traces of their own. */
const OTHERS = /(?:^|\/)(?:media|embeddings|Pictures|Object[^/]*)\/|customXml\/|docProps\/(?:custom|thumbnail)/;

interface Entry {
  readonly name: string;
  readonly method: number;
  readonly encrypted: boolean;
  readonly size: number;
  readonly at: number;
}

async function viewOf(file: Blob, from: number, length: number): Promise<DataView<ArrayBuffer>> {
  return new DataView(await file.slice(from, from + length).arrayBuffer());
}

/** The list at the archive's end; null where there is none that this page reads. */
async function entriesOf(file: Blob): Promise<Entry[] | null> {
  const from = Math.max(0, file.size - LONGEST_END);
  const tail = await viewOf(file, from, LONGEST_END);
  const at = binary(new Uint8Array(tail.buffer)).lastIndexOf("PK\u0005\u0006");
  if (at < 0 || at + 22 > tail.byteLength) return null;
  const [size, begin] = [tail.getUint32(at + 12, true), tail.getUint32(at + 16, true)];
  if (size > LARGEST_LIST || begin + size > file.size) return null;
  return listed(await viewOf(file, begin, size));
}

function listed(view: DataView<ArrayBuffer>): Entry[] | null {
  const entries: Entry[] = [];
  for (let at = 0; at + 46 <= view.byteLength && entries.length < MOST_ENTRIES;) {
    if (view.getUint32(at, true) !== 0x02014b50) return null;
    const [flags, method, size] = [view.getUint16(at + 8, true), view.getUint16(at + 10, true), view.getUint32(at + 20, true)];
    const [name, extra, comment] = [view.getUint16(at + 28, true), view.getUint16(at + 30, true), view.getUint16(at + 32, true)];
    const letters = new Uint8Array(view.buffer, at + 46, Math.min(name, view.byteLength - at - 46));
    entries.push({ name: binary(letters), method, encrypted: (flags & 1) === 1, size, at: view.getUint32(at + 42, true) });
    at += 46 + name + extra + comment;
  }
  return entries;
}

/** The XML of an entry; null where it can't be read whole. */
async function textOf(file: Blob, { method, encrypted, size, at }: Entry, most: number): Promise<string | null> {
  const head = await viewOf(file, at, 30);
  if (encrypted || size > LARGEST_PACKED || head.byteLength < 30 || (method !== 0 && method !== 8)) return null;
  const begin = at + 30 + head.getUint16(26, true) + head.getUint16(28, true);
  const packed = new Uint8Array(await file.slice(begin, begin + size).arrayBuffer());
  const { content, whole } = method === 0 ? { content: packed, whole: true } : await inflated(packed, "deflate-raw", most);
  const text = whole ? new TextDecoder().decode(content) : "";
  return /^\s*</.test(text) ? text : null;
}

export function isPacked(head: Uint8Array): boolean {
  return binary(head.subarray(0, 4)) === "PK\u0003\u0004";
}

/** Names the properties of a document; false where the archive is none that this page can read. */
export async function scanPacked(file: Blob, found: Findings): Promise<boolean> {
  const entries = await entriesOf(file);
  const known = entries?.filter(({ name }) => Object.hasOwn(PROPERTIES, name)) ?? [];
  if (entries === null || known.length === 0) {
    found.mark("unread");
    return false;
  }
  if (entries.some(({ name }) => PEOPLE.test(name))) found.mark("comments");
  const texts = entries.filter(({ name }) => TEXTS.test(name));
  const tooMany = entries.length >= MOST_ENTRIES || known.length > MOST_PROPERTIES || texts.length > MOST_TEXTS;
  if (tooMany || entries.some(({ name }) => OTHERS.test(name))) found.mark("unread");
  for (const entry of [...known.slice(0, MOST_PROPERTIES), ...texts.slice(0, MOST_TEXTS)]) {
    const look = Object.hasOwn(PROPERTIES, entry.name) ? PROPERTIES[entry.name] : scanChanges;
    const xml = await textOf(file, entry, look === scanChanges ? LARGEST_TEXT : LARGEST);
    if (xml === null) found.mark("unread");
    else look?.(xml, found);
  }
  return true;
}

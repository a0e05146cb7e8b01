/** What the properties of a document say where they are written as XML: XMP, and those of office programs. */

import type { Findings, Trace } from "./findings.js";

/** One property is not looked at beyond this, nor are more of a name. */
const [LONGEST, MOST] = [4000, 8];

const XMP: Readonly<Record<string, Trace>> = {
  "dc:title": "title", "dc:creator": "author", "dc:description": "subject", "dc:subject": "keywords", "pdf:Keywords": "keywords",
  "xmp:CreatorTool": "program", "pdf:Producer": "program", "xmp:CreateDate": "dates", "xmp:ModifyDate": "dates", "xmp:MetadataDate": "dates",
};
/** Of Word and its like: `core.xml` and `app.xml`. */
const OFFICE: Readonly<Record<string, Trace>> = {
  "dc:title": "title", "dc:creator": "author", "cp:lastModifiedBy": "editor", "dc:subject": "subject", "cp:keywords": "keywords", "dc:description": "further", "cp:category": "further",
  "dcterms:created": "dates", "dcterms:modified": "dates", "cp:lastPrinted": "dates", Application: "program", Company: "company", Manager: "further",
};
/** Of LibreOffice and its like: `meta.xml`. */
const OPEN: Readonly<Record<string, Trace>> = {
  "dc:title": "title", "meta:initial-creator": "author", "dc:creator": "editor", "meta:printed-by": "editor", "dc:subject": "subject", "meta:keyword": "keywords", "dc:description": "further",
  "meta:creation-date": "dates", "dc:date": "dates", "meta:print-date": "dates", "meta:generator": "program",
};
const ENTITIES: Readonly<Record<string, string>> = { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'" };

function character(name: string): string | undefined {
  if (!name.startsWith("#")) return ENTITIES[name];
  const code = name[1] === "x" ? Number.parseInt(name.slice(2), 16) : Number.parseInt(name.slice(1), 10);
  return code <= 0x10ffff ? String.fromCodePoint(code) : undefined;
}

function plain(text: string): string {
  return text.replace(/&(#x[0-9a-fA-F]{1,6}|#\d{1,7}|[a-z]{2,4});/g, (whole, name: string) => character(name) ?? whole);
}

/** The texts of the elements of this name, and of the attributes; whether these are all. */
function valuesOf(xml: string, name: string): { readonly values: readonly string[]; readonly whole: boolean } {
  const values: string[] = [];
  let times = 0;
  for (let at = xml.indexOf(name); at >= 0; at = xml.indexOf(name, at + name.length)) {
    const from = at + name.length;
    const piece = xml.slice(from, from + LONGEST);
    const said = xml[at - 1] === "<" && /^[\s>]/.test(piece) ? inner(piece, `</${name}>`) : quoted(piece);
    // The end of an element has its name too, and says nothing.
    if (said.length > 0) times += 1;
    if (times > MOST) return { values, whole: false };
    values.push(...said);
  }
  return { values, whole: true };
}

function inner(piece: string, end: string): string[] {
  const [begin, to] = [piece.indexOf(">") + 1, piece.indexOf(end)];
  const content = piece.slice(begin, to < 0 ? undefined : to);
  return content.split(/<[^<>]*>/).map(plain);
}

function quoted(piece: string): string[] {
  const found = /^\s{0,9}=\s{0,9}(?:"([^"<]*)"|'([^'<]*)')/.exec(piece);
  return found ? [plain(found[1] ?? found[2] ?? "")] : [];
}

function scanMarkup(xml: string, names: Readonly<Record<string, Trace>>, found: Findings): void {
  for (const [name, trace] of Object.entries(names)) {
    const { values, whole } = valuesOf(xml, name);
    if (!whole) found.mark("unread");
    for (const value of values) found.add(trace, value);
  }
}

/** Who changed a text or commented on it: an attribute in Word and its like, an element in LibreOffice and its like. */
export function scanChanges(xml: string, found: Findings): void {
  const names = new Set<string>();
  for (const [, one, other, element] of xml.matchAll(/\bw\d{0,2}:author\s{0,9}=\s{0,9}(?:"([^"<]*)"|'([^'<]*)')|<dc:creator[^<>]{0,99}>([^<]*)</g)) {
    names.add(one ?? other ?? element ?? "");
    if (names.size > MOST) break;
  }
  for (const name of names) found.add("comments", plain(name));
}

/** Where a table was saved, and from what template a letter was made: in their paths stands the name of a user. */
export function scanPaths(xml: string, found: Findings): void {
  for (const [, path] of xml.matchAll(/(?:absPath\s[^<>]{0,200}?url|attachedTemplate"[^<>]{0,200}?Target)="([^"<]{1,2000})"/g)) found.add("further", plain(path as string));
}

export const scanXmp = (xml: string, found: Findings): void => scanMarkup(xml, XMP, found);
export const scanOfficeProperties = (xml: string, found: Findings): void => scanMarkup(xml, OFFICE, found);
export const lookIntoOpenProperties = (xml: string, found: Findings): void => scanMarkup(xml, OPEN, found);

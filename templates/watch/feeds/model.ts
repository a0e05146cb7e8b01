/** What the watch's host tells of HR's systems, read strictly: headings, kinds and counts; never a row. */

import { type Read, flag, integer, list, maybe, name, oneOf, record, text } from "../../../crypto/browser/shapes.js";

const MOST = 2000;
export const FILES = ["roster", "events"] as const;
export type File = (typeof FILES)[number];

const feed = record({ source: name, entity: name, ended: flag, version: integer(), unread: integer() });
const heading = record({ file: oneOf(...FILES), text: text(256), column: maybe(text(64)), given: flag });
const kind = record({ text: text(512), rows: integer(), kind: maybe(text(64)), given: flag });

export const feedsShape = record({ feeds: list(feed, 256) });
export const mappedShape = record({
  feed, dates: maybe(oneOf("dmy", "mdy")), headings: list(heading, 800), kinds: list(kind, MOST), rare: record({ names: integer(), rows: integer() }),
  columns: record({ roster: list(text(64), 64), events: list(text(64), 64) }), known: list(text(64), 256),
});
export const keptShape = record({ version: integer(), changed: integer() });

export type Feed = Read<typeof feed>;
export type Heading = Read<typeof heading>;
export type KindName = Read<typeof kind>;
export type Mapped = Read<typeof mappedShape>;

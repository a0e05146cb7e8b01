/** What the watch's host tells of HR's systems, read strictly: headings, kinds and counts; never a row. */

import { refuse } from "../../../crypto/errors.js";
import { type Read, type Shape, flag, integer, list, maybe, name, oneOf, record, text } from "../../../crypto/shape.js";
import { code } from "../codes.js";

const MOST = 2000;
export const FILES = ["roster", "events"] as const;
export type File = (typeof FILES)[number];

const feed = record({ source: name, entity: name, ended: flag, version: integer(), unread: integer() });
const heading = record({ file: oneOf(...FILES), text: text(256), column: maybe(code), given: flag });
const kind = record({ text: text(512), rows: integer(), kind: maybe(code), given: flag });

export const feedsShape = record({ feeds: list(feed, 256) });
const mapped = record({
  feed, dates: maybe(oneOf("dmy", "mdy")), headings: list(heading, 800), kinds: list(kind, MOST), rare: record({ names: integer(), rows: integer() }),
  columns: record({ roster: list(code, 64), events: list(code, 64) }), known: list(code, 256),
});
export const keptShape = record({ version: integer(), changed: integer() });

export type Feed = Read<typeof feed>;
export type Heading = Read<typeof heading>;
export type KindName = Read<typeof kind>;
export type Mapped = Read<typeof mapped>;

/** How that very system is read; another one is refused. */
export function mappedOf(source: string): Shape<Mapped> {
  return (value) => {
    const found = mapped(value);
    return found.feed.source === source ? found : refuse("schema", "another system");
  };
}

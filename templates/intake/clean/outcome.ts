/** What cleaning a file did, as words that a draft can keep, and the sentences for them in the language of the page. */

import { type Sentence, msg, t } from "../../shared/strings.js";
import type { MovieTrace } from "./mp4.js";
import { LONGEST_WORDS, MOST_WORDS, type Trace, type Words } from "./findings.js";

/** What goes as it came: a photo and a film that this page can't clean, and everything else. */
type Unchanged = "untouched" | "photo" | "unread-film";

/** What became of a file, and the traces that were removed from it or found in it. */
export type Done =
  | { readonly as: "redrawn" | "recorded"; readonly traces: readonly [] }
  | { readonly as: "film"; readonly traces: readonly MovieTrace[] }
  | { readonly as: Unchanged; readonly traces: readonly Trace[]; readonly words?: Words };

const IN_FILMS: Readonly<Record<MovieTrace, Sentence>> = {
  place: msg("the place"),
  device: msg("the device"),
  // In drafts of earlier versions.
  "place-and-device": msg("place and device"),
  moment: msg("date and time"),
  program: msg("maker's marks"),
  track: msg("a hidden data track"),
  other: msg("other data beside picture and sound"),
  "data-track": msg("hidden data, in which the place may stand"),
  subtitles: msg("subtitles, in which the place may stand"),
};
const STAYS = new Set<string>(["data-track", "subtitles"]);
const IN_FILES: Readonly<Record<Trace, Sentence>> = {
  title: msg("the title"),
  author: msg("the author's name"),
  editor: msg("who changed it last"),
  company: msg("the company"),
  subject: msg("the subject"),
  keywords: msg("keywords"),
  program: msg("the program that made it"),
  dates: msg("dates and times"),
  comments: msg("comments or tracked changes, and the names of the people who made them"),
  further: msg("other properties"),
  "office-properties": msg("document properties (author, company, times)"),
  xmp: msg("more data about the file (XMP)"),
  exif: msg("camera data (EXIF)"),
  "sound-tags": msg("sound tags"),
  "old-office": msg("document properties (author, company, times)"),
  unread: msg("parts that this page can't look into"),
};
/** A character may take two places of a text. */
const LONGEST_LINE = 2 * LONGEST_WORDS + 1;
const KNOWN: Readonly<Record<Done["as"], Readonly<Record<string, Sentence>>>> = { redrawn: {}, recorded: {}, film: IN_FILMS, untouched: IN_FILES, photo: IN_FILES, "unread-film": IN_FILES };

function listed(as: Done["as"], traces: readonly string[]): string {
  const words = traces.filter((trace) => trace !== "unread").map((trace) => t(KNOWN[as][trace] as Sentence));
  return [...new Set(words)].join(t(", "));
}

/** Of a film: what was removed, what was seen to stay, and that there may be more. */
function sayFilm(traces: readonly MovieTrace[]): string {
  const [stay, gone] = [traces.filter((one) => STAYS.has(one)), traces.filter((one) => !STAYS.has(one))];
  const [removed, left] = [listed("film", gone), listed("film", stay)];
  return [
    removed === "" ? t("This page found nothing in the film that it can remove.") : t("Removed: {traces}.", { traces: removed }),
    left !== "" && t("Still in it: {traces}.", { traces: left }),
    t("Place, device, date and owner may still be in the film, where this page doesn't know to look."),
    t("Voices, faces and places in the picture stay as they are."),
  ].filter(Boolean).join(" ");
}

/** It goes as it came, with its own name. */
export function isUnchanged(done: Done): done is Done & { readonly as: Unchanged } {
  return KNOWN[done.as] === IN_FILES;
}

/** What was found inside a file, each with its own words where they could be read. */
export function foundInside(done: Done): readonly { readonly kind: string; readonly words: readonly string[] }[] {
  if (!isUnchanged(done)) return [];
  const { traces, words = {} } = done;
  return traces.filter((trace) => trace !== "unread").map((trace) => ({ kind: t(IN_FILES[trace]), words: words[trace] ?? [] }));
}

/** What was done to the file, and what that leaves. */
export function sayDone(done: Done): string {
  if (done.as === "redrawn") return t("Copied to a clean picture: location, device, date and the original file name have been removed.");
  if (done.as === "recorded") return t("Recorded in this page. Your voice can be recognised.");
  if (done.as === "film") return sayFilm(done.traces);
  if (done.as !== "untouched") return t("This page can't clean this photo or film. It is sent unchanged, under this file name, and may hold the place where it was made, the date, the device and its owner's name.");
  return done.traces.some((trace) => trace !== "unread") ? t("Sent unchanged, under this file name: rename it if the name points to you. The file says this about itself, and it may point to you:")
    : t("Sent unchanged, under this file name: rename it if the name points to you. We found no metadata, but can't rule it out.");
}

/** What can be done about it, and what was not looked at; below what was found. */
export function sayWhatHelps({ as, traces }: Done): string {
  if (as === "photo") return t("Attach a screenshot of the photo instead. For new photos, set the camera to JPEG (iPhone: Settings, Camera, Formats, “Most Compatible”).");
  if (as === "redrawn") return t("What the picture shows stays: look once more for writing, people, and an angle that only you could have.");
  if (as !== "untouched") return "";
  const unread = traces.includes("unread") && t("Part of the file is compressed, encrypted or too large for this page to look into: there may be more.");
  const found = traces.some((trace) => trace !== "unread") && t("This page can't remove it. Remove it in the program that made the file, or attach a photo, a scan or a screenshot of the pages instead.");
  return [unread, found].filter(Boolean).join(" ");
}

/** How the words are shown: done, or to be weighed. */
export function levelOf({ as }: Done): "good" | "care" {
  return as === "redrawn" ? "good" : "care";
}

function areWords(kept: unknown): kept is Words {
  if (typeof kept !== "object" || kept === null) return false;
  const isLine = (line: unknown): boolean => typeof line === "string" && line.length <= LONGEST_LINE;
  return Object.entries(kept).every(([trace, lines]: [string, unknown]) => Object.hasOwn(IN_FILES, trace) && Array.isArray(lines) && lines.length <= MOST_WORDS + 1 && lines.every(isLine));
}

/** What a draft says of a file; null for anything that this page has no words for. */
export function readDone(kept: unknown): Done | null {
  if (typeof kept !== "object" || kept === null) return null;
  const { as, traces, words } = kept as { as?: unknown; traces?: unknown; words?: unknown };
  if (typeof as !== "string" || !Object.hasOwn(KNOWN, as) || !Array.isArray(traces)) return null;
  const known = KNOWN[as as Done["as"]];
  const all = traces.every((one) => typeof one === "string" && Object.hasOwn(known, one));
  return all ? ({ as, traces, ...(known === IN_FILES && areWords(words) && { words }) } as Done) : null;
}

/** The same without the file's own words, where room is scarce. */
export function withoutWords(done: Done | null): Done | null {
  return done && ({ as: done.as, traces: done.traces } as Done);
}

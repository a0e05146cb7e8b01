/** What cleaning a file did, as words that a draft can keep, and the sentences for them in the language of the page. */

import { type Sentence, msg, t } from "../../shared/strings.js";
import type { MovieTrace } from "./atoms.js";
import type { Trace } from "./traces.js";

/** What became of a file, and the traces that were removed from it or found in it. */
export type Done =
  | { readonly as: "redrawn" | "recorded"; readonly traces: readonly [] }
  | { readonly as: "film"; readonly traces: readonly MovieTrace[] }
  | { readonly as: "untouched"; readonly traces: readonly Trace[] };

const IN_FILMS: Readonly<Record<MovieTrace, Sentence>> = {
  "place-and-device": msg("place and device"),
  moment: msg("date and time"),
  program: msg("maker's marks"),
  track: msg("a hidden data track"),
};
const IN_FILES: Readonly<Record<Trace, Sentence>> = {
  author: msg("the author's name"),
  program: msg("the program that made it"),
  "office-properties": msg("document properties (author, company, times)"),
  xmp: msg("an edit history (XMP)"),
  exif: msg("camera data (EXIF)"),
  "sound-tags": msg("sound tags"),
  "old-office": msg("document properties (author, company, times)"),
};
const KNOWN: Readonly<Record<Done["as"], Readonly<Record<string, Sentence>>>> = { redrawn: {}, recorded: {}, film: IN_FILMS, untouched: IN_FILES };

function listed({ as, traces }: Done): string {
  const words = traces.map((trace) => t(KNOWN[as][trace] as Sentence));
  return [...new Set(words)].join(t(", "));
}

/** What was done to the file, and what that leaves. */
export function sayDone(done: Done): string {
  const none = done.traces.length === 0;
  if (done.as === "redrawn") return t("Redrawn: location, device, date and the original file name have been removed.");
  if (done.as === "recorded") return t("Recorded in this page. Your voice can be recognised.");
  if (done.as === "film") {
    const removed = none ? t("No place or device data was found.") : t("Removed: {traces}.", { traces: listed(done) });
    return `${removed} ${t("Voices, faces and places in the picture stay as they are.")}`;
  }
  if (none) return t("Sent as it is, under this name: rename it if the name points to you. We found no metadata, but can't rule it out.");
  return t("Sent as it is, under this name: rename it if the name points to you. Found inside: {traces}. That may point to you too: a photo of the page, or copied text, reveals less.", { traces: listed(done) });
}

/** How the words are shown: done, or to be weighed. */
export function levelOf({ as, traces }: Done): "good" | "care" {
  if (as === "film") return traces.includes("track") ? "care" : "good";
  return as === "redrawn" ? "good" : "care";
}

/** What a draft says of a file; null for anything that this page has no words for. */
export function readDone(kept: unknown): Done | null {
  if (typeof kept !== "object" || kept === null) return null;
  const { as, traces } = kept as { as?: unknown; traces?: unknown };
  if (typeof as !== "string" || !Object.hasOwn(KNOWN, as) || !Array.isArray(traces)) return null;
  const known = KNOWN[as as Done["as"]];
  const all = traces.every((one) => typeof one === "string" && Object.hasOwn(known, one));
  return all ? ({ as, traces } as Done) : null;
}

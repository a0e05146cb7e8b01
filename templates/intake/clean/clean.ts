/** Takes a chosen file, removes what can be removed, and says truly what was and what was not. */

import { type MovieTrace, cleanMovie, isMovie } from "./atoms.js";
import { cleanPicture } from "./pictures.js";
import { neutralName } from "../../shared/redrawing.js";
import { type Trace, findTraces } from "./traces.js";
import { t } from "../../shared/strings.js";

/** A file as it will be sent. `level` is how the words are shown: done, to be weighed, or plain. */
export interface ReadyFile {
  readonly name: string;
  readonly type: string;
  readonly content: Blob;
  readonly level: "good" | "care";
  /** In the language that the page has now. */
  readonly words: string;
  readonly preview: HTMLCanvasElement | null;
}

function sayMovieTraces(removed: readonly MovieTrace[]): string {
  const words: Record<MovieTrace, string> = {
    "place-and-device": t("place and device"),
    moment: t("date and time"),
    program: t("maker's marks"),
    track: t("a hidden data track"),
  };
  return removed.map((trace) => words[trace]).join(t(", "));
}

function sayTraces(traces: readonly Trace[]): string {
  const words: Record<Trace, string> = {
    author: t("the author's name"),
    program: t("the program that made it"),
    "office-properties": t("document properties (author, company, times)"),
    xmp: t("an edit history (XMP)"),
    exif: t("camera data (EXIF)"),
    "sound-tags": t("sound tags"),
    "old-office": t("document properties (author, company, times)"),
  };
  return [...new Set(traces.map((trace) => words[trace]))].join(t(", "));
}

async function readyPicture(file: File, number: number): Promise<ReadyFile | null> {
  const clean = await cleanPicture(file);
  if (!clean) return null;
  const { picture, preview } = clean;
  const name = neutralName(t("Picture"), number, picture.type);
  return {
    name, type: picture.type, content: picture, level: "good", preview,
    get words() { return t("Redrawn: location, device, date and the original file name have been removed."); },
  };
}

async function readyMovie(file: File, number: number): Promise<ReadyFile | null> {
  const clean = await cleanMovie(file);
  if (!clean) return null;
  const type = file.type || "video/mp4";
  const removed = (): string => clean.removed.length > 0 ? t("Removed: {traces}.", { traces: sayMovieTraces(clean.removed) }) : t("No place or device data was found.");
  const level = clean.removed.includes("track") ? "care" : "good";
  return {
    name: neutralName(t("Film"), number, type), type, content: clean.movie, level, preview: null,
    get words() { return `${removed()} ${t("Voices, faces and places in the picture stay as they are.")}`; },
  };
}

/** Cleans one chosen file; `number` counts the files, for neutral names. */
export async function makeReady(file: File, number: number): Promise<ReadyFile> {
  if (file.type.startsWith("image/") && file.type !== "image/svg+xml") {
    const picture = await readyPicture(file, number);
    if (picture) return picture;
  }
  if (await isMovie(file)) {
    const movie = await readyMovie(file, number);
    if (movie) return movie;
  }
  const traces = await findTraces(file);
  const words = (): string => traces.length > 0
    ? t("Sent as it is, under its own file name. Found inside: {traces}. Either may point to you: a photo of the page, or copied text, reveals less.", { traces: sayTraces(traces) })
    : t("Sent as it is, under its own file name: rename the file first if its name points to you. We found no metadata, but can't rule it out.");
  return {
    name: file.name, type: file.type || "application/octet-stream", content: file, level: "care", preview: null,
    get words() { return words(); },
  };
}

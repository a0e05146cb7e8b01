/** Takes a chosen file, removes what can be removed, and says truly what was and what was not. */

import { cleanMovie, isMovie } from "./mp4.js";
import type { Done } from "./outcome.js";
import { cleanPicture } from "./pictures.js";
import { neutralName } from "../../shared/redrawing.js";
import { findTraces } from "./findmetadata.js";
import { isStill } from "./stills.js";
import { t } from "../../shared/strings.js";

/** A file as it will be sent. */
export interface ReadyFile {
  readonly name: string;
  readonly type: string;
  readonly content: Blob;
  readonly done: Done;
  readonly preview: HTMLCanvasElement | null;
}

function ready(name: string, type: string, content: Blob, done: Done, preview: HTMLCanvasElement | null = null): ReadyFile {
  return { name, type, content, done, preview };
}

async function readyPicture(file: File, number: number): Promise<ReadyFile | null> {
  const clean = await cleanPicture(file);
  if (!clean) return null;
  const { picture, preview } = clean;
  return ready(neutralName(t("Picture"), number, picture.type), picture.type, picture, { as: "redrawn", traces: [] }, preview);
}

async function readyMovie(file: File, number: number, signal?: AbortSignal): Promise<ReadyFile | null> {
  const clean = await isMovie(file) ? await cleanMovie(file, signal) : null;
  if (!clean) return null;
  const type = file.type || "video/mp4";
  return ready(neutralName(t("Film"), number, type), type, clean.movie, { as: "film", traces: clean.traces });
}

async function kindOf(file: File): Promise<"photo" | "unread-film" | "untouched"> {
  if (file.type.startsWith("image/")) return file.type === "image/svg+xml" ? "untouched" : "photo";
  if (await isStill(file)) return "photo";
  return file.type.startsWith("video/") || await isMovie(file) ? "unread-film" : "untouched";
}

/** Cleans one chosen file; `number` counts the files, for neutral names. */
export async function makeReady(file: File, number: number, signal?: AbortSignal): Promise<ReadyFile> {
  const kind = await kindOf(file);
  const clean = kind === "photo" ? await readyPicture(file, number) : kind === "unread-film" ? await readyMovie(file, number, signal) : null;
  if (clean) return clean;
  const { traces, words } = await findTraces(file);
  return ready(file.name, file.type || "application/octet-stream", file, { as: kind, traces, words });
}

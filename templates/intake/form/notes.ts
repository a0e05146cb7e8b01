/** What a draft keeps of each file beside what the item carries: its day, what cleaning it did, and a picture the size of a stamp. */

import type { Attachment } from "../../../crypto/index.js";
import { fitted } from "../../shared/redrawing.js";
import { type Done, readDone, withoutWords } from "../clean/outcome.js";

export interface Note {
  /** The day on which it came, from which its term runs: without it a page would promise too many days. */
  readonly came: string | null;
  readonly done: Done | null;
  /** A JPEG in base64. */
  readonly stamp: string | null;
}

const DAY = /^\d{4}-\d{2}-\d{2}$/;
const BASE64 = /^[A-Za-z0-9+/]{1,8190}={0,2}$/;
const STAMP_EDGE = 96;
const STAMP_QUALITY = 0.6;
const JPEG = "data:image/jpeg;base64,";

/** The notes of a draft, in full and then with less and less in them, for one where room is scarce. */
export function everShorter(notes: readonly Note[]): readonly (readonly object[])[] {
  return [notes, notes.map(({ came, done }) => ({ came, done })), notes.map(({ came, done }) => ({ came, done: withoutWords(done) })), notes.map(({ came }) => ({ came }))];
}

/** The notes that a draft has on these files; `saved` is its own day. */
export function readNotes(files: readonly Attachment[], notes: readonly unknown[] | undefined, saved: string | undefined): Note[] {
  return files.map((_, at) => {
    const { came, done, stamp } = (notes?.[at] ?? {}) as { came?: unknown; done?: unknown; stamp?: unknown };
    return {
      came: typeof came === "string" && DAY.test(came) ? came : saved ?? null, done: readDone(done),
      stamp: typeof stamp === "string" && BASE64.test(stamp) ? stamp : null,
    };
  });
}

function drawn(source: CanvasImageSource & { readonly width: number; readonly height: number }): HTMLCanvasElement {
  const canvas = document.createElement("canvas");
  Object.assign(canvas, fitted(source.width, source.height, STAMP_EDGE));
  canvas.getContext("2d")?.drawImage(source, 0, 0, canvas.width, canvas.height);
  return canvas;
}

/** A preview as a draft keeps it; null where there is none, or no browser that writes JPEG. */
export function stampOf(preview: HTMLCanvasElement | null): string | null {
  const url = preview === null ? "" : drawn(preview).toDataURL("image/jpeg", STAMP_QUALITY);
  const stamp = url.slice(JPEG.length);
  return url.startsWith(JPEG) && BASE64.test(stamp) ? stamp : null;
}

/** Draws it again; null for anything that is no picture. */
export async function previewOf(stamp: string | null): Promise<HTMLCanvasElement | null> {
  if (stamp === null) return null;
  try {
    const bytes = Uint8Array.from(atob(stamp), (one) => one.charCodeAt(0));
    const source = await createImageBitmap(new Blob([bytes], { type: "image/jpeg" }));
    const preview = drawn(source);
    source.close();
    return preview;
  } catch {
    return null;
  }
}

/** Draws a picture anew, so that only its pixels are left: no place, device, date, thumbnail or edit history. */

const LONGEST_EDGE = 4096;
const QUALITY = 0.9;
// Sharp text on screenshots stays sharp in PNG; photographs would grow five times.
const AS_PNG = new Set(["image/png", "image/gif", "image/bmp", "image/webp"]);

export interface CleanPicture {
  readonly picture: Blob;
  /** Small and drawn already: shown as the proof of what will be sent. */
  readonly preview: HTMLCanvasElement;
}

/** The size after fitting the longer edge; whole pixels, at least 1. */
export function fitted(width: number, height: number, longest: number): { width: number; height: number } {
  const scale = Math.min(1, longest / Math.max(width, height));
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}

/** The type that a cleaned picture gets. */
export function cleanType(type: string): "image/png" | "image/jpeg" {
  return AS_PNG.has(type) ? "image/png" : "image/jpeg";
}

/** A name without the camera's number or date: `<word> 1.jpg`. */
export function neutralName(word: string, number: number, type: string): string {
  const endings: Record<string, string> = { "image/png": "png", "image/jpeg": "jpg", "video/mp4": "mp4", "video/quicktime": "mov" };
  const ending = endings[type] ?? type.split("/")[1]?.split(";")[0]?.replace(/[^a-z0-9]/g, "") ?? "bin";
  return `${word} ${number}.${ending}`;
}

function draw(source: ImageBitmap, longest: number): HTMLCanvasElement {
  const canvas = document.createElement("canvas");
  Object.assign(canvas, fitted(source.width, source.height, longest));
  canvas.getContext("2d")?.drawImage(source, 0, 0, canvas.width, canvas.height);
  return canvas;
}

function encode(canvas: HTMLCanvasElement, type: string): Promise<Blob | null> {
  return new Promise((resolve) => {
    canvas.toBlob(resolve, type, QUALITY);
  });
}

/** The picture redrawn, or null when this browser can't read it (HEIC in most). */
export async function cleanPicture(file: Blob): Promise<CleanPicture | null> {
  let source: ImageBitmap;
  try {
    source = await createImageBitmap(file, { imageOrientation: "from-image" });
  } catch {
    return null;
  }
  const picture = await encode(draw(source, LONGEST_EDGE), cleanType(file.type));
  const preview = draw(source, 160);
  source.close();
  return picture && { picture, preview };
}

/** How a picture is drawn again: its size, its type and a name that tells nothing. */

export const LONGEST_EDGE = 4096;
export const QUALITY = 0.9;
// Sharp text on screenshots stays sharp in PNG; photographs would grow five times.
const AS_PNG = new Set(["image/png", "image/gif", "image/bmp", "image/webp"]);

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

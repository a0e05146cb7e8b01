/** Draws a picture again, so that only its pixels are left: no place, device, date, thumbnail or edit history. */

import { LONGEST_EDGE, QUALITY, cleanType, fitted } from "../../shared/redrawing.js";

export interface CleanPicture {
  readonly picture: Blob;
  /** Small and drawn already: shown as the proof of what will be sent. */
  readonly preview: HTMLCanvasElement;
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
  const preview = draw(source, 640);
  source.close();
  return picture && { picture, preview };
}

/** Runs in the sandboxed frame: takes bytes, decodes them as a picture, shows pixels. It holds no key and has no network. */

import { LONGEST_EDGE, QUALITY, cleanType, fitted } from "../shared/redrawing.js";

interface Order {
  readonly bytes: ArrayBuffer;
  readonly type: string;
  readonly width: number;
  /** To be drawn again and given back instead of shown. */
  readonly back?: boolean;
}

/** Only its pixels are left: no place, device, date, thumbnail or edit history. */
async function redraw(order: Order): Promise<{ bytes: ArrayBuffer; type: string }> {
  const picture = await createImageBitmap(new Blob([order.bytes], { type: order.type }), { imageOrientation: "from-image" });
  const canvas = document.createElement("canvas");
  Object.assign(canvas, fitted(picture.width, picture.height, LONGEST_EDGE));
  canvas.getContext("2d")?.drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  const drawn = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, cleanType(order.type), QUALITY));
  if (drawn === null) throw new Error("not encoded");
  return { bytes: await drawn.arrayBuffer(), type: drawn.type };
}

async function draw(order: Order): Promise<{ width: number; height: number }> {
  const picture = await createImageBitmap(new Blob([order.bytes], { type: order.type }));
  const scale = Math.min(1, order.width / picture.width);
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(picture.width * scale));
  canvas.height = Math.max(1, Math.round(picture.height * scale));
  canvas.getContext("2d")?.drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  document.body.style.margin = "0";
  canvas.style.display = "block";
  document.body.replaceChildren(canvas);
  return { width: canvas.width, height: canvas.height };
}

window.addEventListener("message", (event: MessageEvent) => {
  if (event.source !== window.parent) return;
  const order = event.data as Order;
  (order.back === true ? redraw(order) : draw(order)).then(
    (answer) => window.parent.postMessage(answer, "*"),
    () => window.parent.postMessage({ failed: true }, "*"),
  );
});
window.parent.postMessage({ ready: true }, "*");

export {};

/** Runs in the sandboxed frame: takes bytes, decodes them as a picture, shows pixels. It holds no key and has no network. */

interface Order {
  readonly bytes: ArrayBuffer;
  readonly type: string;
  readonly width: number;
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
  draw(event.data as Order).then(
    (size) => window.parent.postMessage(size, "*"),
    () => window.parent.postMessage({ failed: true }, "*"),
  );
});
window.parent.postMessage({ ready: true }, "*");

export {};

/** A photo in AVIF, which browsers can draw: it is redrawn as any other, whatever it is called. */

import assert from "node:assert/strict";
import test from "node:test";

import { makeReady } from "../../../templates/intake/clean/clean.js";

/** Two pixels by two. */
const AVIF = [
  "AAAAIGZ0eXBhdmlmAAAAAGF2aWZtaWYxbWlhZk1BMUIAAADybWV0YQAAAAAAAAAoaGRscgAAAAAAAAAAcGljdAAAAAAAAAAAAAAAAGxpYmF2aWYAAAAADnBpdG0AAAAAAAEAAAAeaWxvYwAAAABEAAABAAEAAAABAAABGgAAAB0AAAAo",
  "aWluZgAAAAAAAQAAABppbmZlAgAAAAABAABhdjAxQ29sb3IAAAAAamlwcnAAAABLaXBjbwAAABRpc3BlAAAAAAAAAAIAAAACAAAAEHBpeGkAAAAAAwgICAAAAAxhdjFDgQ0MAAAAABNjb2xybmNseAACAAIAAYAAAAAXaXBtYQAAAAAAAAAB",
  "AAEEAQKDBAAAACVtZGF0EgAKCBgANogQEAwgMg8f8D///8WfhwB8+ErK42A=",
].join("");

test("a photo in AVIF is redrawn where the browser can draw it, and never taken for a film", async () => {
  const content = Uint8Array.from(atob(AVIF), (one) => one.charCodeAt(0));
  const redrawn = typeof createImageBitmap === "function";
  for (const [name, type] of [["a.avif", "image/avif"], ["a.avif", ""], ["a.mp4", "video/mp4"]] as const) {
    const ready = await makeReady(new File([content], name, { type }), 1);
    assert.equal(ready.done.as, redrawn ? "redrawn" : "photo");
    assert.equal(ready.name, redrawn ? "Picture 1.jpg" : name);
  }
});

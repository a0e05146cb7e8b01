/** Draws a picture inside a sandboxed frame of an opaque origin, which alone decodes it; only its size or its new pixels come back. */

import { t } from "../../shared/strings.js";
import { fill, h } from "../ui.js";

const FRAME = "/frame/";
const PATIENCE_MS = 15_000;
const TALLEST = 20_000;

interface Answer {
  readonly ready?: boolean;
  readonly width?: number;
  readonly height?: number;
  readonly failed?: boolean;
  readonly bytes?: ArrayBuffer;
  readonly type?: string;
}

function answers(frame: HTMLIFrameElement, wanted: (answer: Answer) => boolean): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => finish(null), PATIENCE_MS);
    const finish = (answer: Answer | null): void => {
      clearTimeout(late);
      window.removeEventListener("message", hear);
      if (answer === null || answer.failed === true) reject(new Error("the picture could not be drawn"));
      else resolve(answer);
    };
    const hear = (event: MessageEvent): void => {
      // The frame has an opaque origin, so only its window tells who speaks.
      if (event.source !== frame.contentWindow) return;
      const answer = event.data as Answer;
      if (answer.failed === true || wanted(answer)) finish(answer);
    };
    window.addEventListener("message", hear);
  });
}

/** The picture drawn again by the frame, so that nothing but its pixels is left; null where no picture could be read. */
export async function redrawn(content: Blob): Promise<Blob | null> {
  const frame = h("iframe", { sandbox: "allow-scripts", src: FRAME, hidden: true, title: "", referrerpolicy: "no-referrer" });
  try {
    const ready = answers(frame, (answer) => answer.ready === true);
    document.body.append(frame);
    await ready;
    const drawn = answers(frame, (answer) => answer.bytes !== undefined);
    const bytes = await content.arrayBuffer();
    frame.contentWindow?.postMessage({ bytes, type: content.type, width: 0, back: true }, "*", [bytes]);
    const { bytes: pixels, type = "" } = await drawn;
    return pixels === undefined ? null : new Blob([pixels], { type });
  } catch {
    return null;
  } finally {
    frame.remove();
  }
}

/** Puts the picture into `place`; the frame decodes it and shows a canvas. */
export async function drawPixels(place: HTMLElement, content: Blob, name: string): Promise<void> {
  const frame = h("iframe", { sandbox: "allow-scripts", src: FRAME, title: t("Picture: {name}", { name }), referrerpolicy: "no-referrer" });
  const ready = answers(frame, (answer) => answer.ready === true);
  fill(place, frame);
  await ready;
  const drawn = answers(frame, (answer) => typeof answer.height === "number");
  const bytes = await content.arrayBuffer();
  frame.contentWindow?.postMessage({ bytes, type: content.type, width: Math.max(200, place.clientWidth) }, "*", [bytes]);
  const { height = 0, width = 0 } = await drawn;
  frame.width = String(Math.min(TALLEST, Math.max(1, Math.round(width))));
  frame.height = String(Math.min(TALLEST, Math.max(1, Math.round(height))));
}
